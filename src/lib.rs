//! hearken: the household's music on a Raspberry Pi, in step on every device.
pub mod cli;
pub mod client;
pub mod clock;
pub mod config;
pub mod core;
pub mod device;
pub mod hub;
pub mod library;
pub mod limits;
pub mod log;
pub mod net;
pub mod serve;
pub mod simulate;
pub mod wire;
