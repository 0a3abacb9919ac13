//! Where the appliance is reached: looked at again and again, and told to everybody whom it concerns.
//!
//! A new address or name changes which Host is ours, what the QR leads to, and what stands on the terminal. Open pages
//! hear of it by an ephemeral message, and draw their QR anew.

use super::announce;
use crate::config::Config;
use crate::core::topic::Topic;
use crate::device::addresses;
use crate::net::api::pairing;
use crate::net::app::{App, Place};
use crate::wire::json;
use std::net::IpAddr;
use std::sync::Arc;

/// Who looks, and who is told. Clones tell the same.
#[derive(Clone)]
pub(super) struct Whereabouts {
    app: Arc<App>,
    /// There is a terminal that shows the QR.
    shows: bool,
}

impl Whereabouts {
    pub fn new(app: &Arc<App>, shows: bool) -> Self {
        Self { app: Arc::clone(app), shows }
    }

    /// Looks whether our addresses have changed.
    pub fn look(&self) {
        self.change(|_| {});
    }

    /// The LAN knows us by this name, or by none.
    pub fn named(&self, name: Option<&str>) {
        self.change(|place| place.name = name.map(str::to_owned));
    }

    fn change(&self, change: impl FnOnce(&mut Place)) {
        let addresses = addresses_of(&self.app.config());
        let before = self.app.place();
        let changed = self.app.change_place(|place| {
            place.addresses = addresses;
            change(place);
        });
        if changed {
            self.tell(&before, &self.app.place());
        }
    }

    fn tell(&self, before: &Place, now: &Place) {
        let (url, local_url) = (pairing::url(&self.app), pairing::local_url(&self.app));
        let by_name = local_url.as_ref().map(|local| format!(" and {local}")).unwrap_or_default();
        if now.addresses.is_empty() {
            ::log::warn!("no network: only this machine reaches hearken until there is one");
        } else {
            ::log::info!("on the LAN as {url}{by_name}");
        }
        let data = json(&serde_json::json!({ "url": url, "localUrl": local_url }));
        self.app.hub().ephemeral("household:address", Topic::Household, data);
        if self.shows {
            announce::moved(&self.app, before.addresses != now.addresses);
        }
    }
}

/// Our addresses: those of the LAN, or the one that we were told to listen on.
pub(super) fn addresses_of(config: &Config) -> Vec<IpAddr> {
    let ip = config.listen.ip();
    if ip.is_unspecified() { addresses::addresses(config.mdns.ipv6) } else { vec![ip] }
}
