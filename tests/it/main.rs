//! The integration tests, one binary, a module for each story.

mod barrier;
mod comparing;
mod crowd;
mod disk;
mod house;
mod household;
mod idempotency;
mod joining;
mod lan;
mod limits;
mod live;
mod local;
mod log_suite;
mod media;
mod pairing;
mod plays;
mod power;
mod profiles;
mod radio;
mod rooms;
mod session;
mod stars;
mod stop;
mod stream;
mod tls;
mod trust;
