//! hearken: the household's music on a Raspberry Pi, in step on every device.
//!
//! *A command is a wish; the hub turns it into a fact; the log keeps the fact; the core applies it; the ring shows it.*
//!
//! To follow one: a phone's `next` comes in at [`net`] (by POST, or by WebSocket in `net::live`), becomes a
//! [`hub::Submission`], and waits for the one [writer](hub::Hub). There [`core::decide`] makes an event of it, or says why
//! not; the [`log`] makes it durable; [`core::apply`] takes it over; [`wire`] encodes it once; the [ring](hub::ring::Ring)
//! shows it, and the fan-out thread gives every phone the same bytes.
//!
//! ARCHITECTURE.md is the map: the rooms, who may know whom, and what always holds. docs/protocol.md is what goes over the
//! wire. The rooms, from the inside out:

pub mod clock;
pub mod config;
pub mod figures;
pub mod limits;

pub mod core;

pub mod log;
pub mod wire;

pub mod hub;

pub mod device;
pub mod library;
pub mod net;

pub mod serve;

pub mod client;
pub mod simulate;

pub mod cli;
