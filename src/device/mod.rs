//! The appliance around the music: how it is found, paired and kept alive.
//!
//! Each file knows one neighbour: [`mdns`] the LAN, [`qr`] the phone's camera, [`pairing`] the people who want in,
//! [`tls`] the browsers that ask by https, [`systemd`] the service manager. None of them knows a route, a room or an event; `serve` puts them together.

pub mod addresses;
pub mod health;
pub mod mdns;
pub mod pairing;
pub mod process;
pub mod qr;
pub mod secrets;
pub mod systemd;
pub mod tls;
pub mod zone;
