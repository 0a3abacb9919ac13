//! The appliance on the LAN by mDNS: advertised under a name that is nobody else's, found by the command line.
//!
//! Two services are registered, `_hearken._tcp` for the command line and `_http._tcp` for browsers that list web
//! pages. Choosing the name takes a question to the LAN, so it happens on the advert's own thread; [`Advert::start`]
//! returns at once and everything that becomes known goes to its callback. Nothing in the TXT record is secret.

mod advert;
mod follower;
mod lookup;
mod naming;

pub use advert::{Advert, AdvertSettings, AdvertState};
pub use lookup::{Found, Unasked, browse, resolve};

/// The name that an appliance called `name` asks for: `Living Room` → `living-room.local`.
#[must_use]
pub fn host_name(name: &str) -> String {
    format!("{}.local", naming::label(name))
}

/// The service type of the command line's search.
const SERVICE: &str = "_hearken._tcp.local.";
/// The service type of browsers' lists of pages.
const WEB: &str = "_http._tcp.local.";
