//! Transports: bytes → command or query → bytes. Nothing is decided here.
//!
//! [`message`], [`response`], [`problem`], [`service`] and [`router`] are the words that all transports share.

pub mod headers;
pub mod message;
pub mod pattern;
pub mod problem;
pub mod response;
pub mod router;
pub mod service;
