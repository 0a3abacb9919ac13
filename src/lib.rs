//! hearken: the household's music on a Raspberry Pi, in step on every device.
pub mod clock;
pub mod config;
pub mod core;
pub mod library;
pub mod limits;
