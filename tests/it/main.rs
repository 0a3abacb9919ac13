//! The integration tests, one binary, a module for each story.

mod barrier;
mod crowd;
mod house;
mod idempotency;
mod joining;
mod limits;
mod live;
mod local;
mod log_suite;
mod media;
mod pairing;
mod session;
mod stream;
mod trust;
