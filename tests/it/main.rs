//! The integration tests, one binary, a module for each story.

mod house;
mod joining;
mod live;
mod local;
mod log_suite;
mod pairing;
mod session;
mod stream;
mod trust;
