//! The integration tests, one binary, a module for each story.

mod barrier;
mod comparing;
mod crowd;
mod disk;
mod doctor;
mod house;
mod idempotency;
mod joining;
mod lan;
mod limits;
mod live;
mod local;
mod log_suite;
mod media;
mod pairing;
mod power;
mod qr;
mod radio;
mod reload;
mod rooms;
mod session;
mod stop;
mod stream;
mod tls;
mod trust;
