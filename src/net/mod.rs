//! Transports: bytes → command or query → bytes. Nothing is decided here.
//!
//! [`message`], [`response`], [`problem`], [`service`] and [`router`] are the words that all transports share.
//! [`door`] is the public port; behind it [`http1`] reads heads ([`head`]) and bodies ([`body`]) from a [`link`],
//! plain or over TLS ([`tls_link`]). What leaves HTTP goes on as a [`duplex`].

pub mod api;
pub mod app;
pub mod asking;
pub mod assets;
pub mod auth;
pub mod beneath;
pub mod body;
pub mod bounds;
pub mod commands;
pub mod conditional;
mod connection;
pub mod descriptors;
pub mod door;
pub mod duplex;
pub mod gzip;
pub mod head;
pub mod headers;
pub mod http1;
pub mod inbox;
pub mod link;
pub mod live;
pub mod local;
mod local_message;
pub mod media;
pub mod message;
pub mod origin;
pub mod pattern;
pub mod permit;
pub mod problem;
pub mod radio;
pub mod range;
pub mod refusal;
pub mod registry;
pub mod response;
pub mod router;
pub mod routes;
pub mod seal;
pub mod secure;
pub mod service;
mod shed;
pub mod sources;
#[cfg(test)]
mod testing;
pub mod tls_link;
#[cfg(test)]
mod tls_tests;
pub mod write;
