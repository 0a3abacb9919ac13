//! The integration tests, one binary, a module for each story.

mod house;
mod local;
mod log_suite;
mod pairing;
mod trust;
