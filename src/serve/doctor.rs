//! The doctor: looks at everything that can be wrong with an appliance, running or not.
//!
//! A running one looks at itself, as the user it runs as ([`of_house`]). One that does not run is looked at from
//! outside ([`offline`]), without a change to anything: the store is read from a copy. What brings a backup back is in
//! `restore.rs`, the checks of the machine in [`crate::device::health`].

mod restore;
mod store;

pub use restore::{RestoreError, Restored, backup, latest, restore};

use super::start::{self, DATABASE};
use super::whereabouts::addresses_of;
use crate::clock;
use crate::config::{Config, TlsMode};
use crate::device::health::reader::Reader;
use crate::device::health::{Finding, certificate, clock as machine_clock, disk, lan, music, port, programs};
use crate::device::mdns;
use crate::device::tls::Tls;
use crate::limits;
use crate::log::lock::{LockError, StateLock};
use crate::net::app::App;

const HTTPS: &str = "https";

/// Looks at the running appliance, from inside.
pub(super) fn of_house(app: &App) -> Vec<Finding> {
    let (config, place) = (app.config(), app.place());
    let mut found = vec![server(app)];
    found.push(store::of_house(&config.state_dir, !app.auth.is_blind(), app.hub().trouble()));
    found.push(store::backups(&config));
    found.push(disk::written(&config.state_dir));
    found.extend(music::look(&config.audio_dir, &Reader::Me));
    found.push(machine_clock::look());
    found.push(programs::ffmpeg(app.radio.has_ffmpeg()));
    found.push(https(app));
    found.extend(lan::look(&lan::Place {
        port: place.port,
        addresses: place.addresses,
        name: place.name,
        wish: mdns::host_name(&config.name),
        advertises: config.mdns.enabled,
        public_url: config.public_url.clone(),
    }));
    found
}

fn server(app: &App) -> Finding {
    const CHECK: &str = "server";
    let seen = format!("hearken {}, process {}", env!("CARGO_PKG_VERSION"), std::process::id());
    if !app.hub().is_moving(limits::WRITER_WITHIN) {
        let advice = "sudo systemctl restart hearken, and please report this";
        return Finding::fail(CHECK, format!("{seen}: its writer is stuck"), advice);
    }
    let tracks = app.library.catalog().count();
    let online = app.published().presence.online().count();
    Finding::ok(CHECK, format!("{seen}; {tracks} tracks, {online} devices online"))
}

fn https(app: &App) -> Finding {
    // What was renewed a moment ago is seen, too.
    app.fit_certificate();
    match app.tls() {
        Some(tls) => certificate::judged(&tls.standing(), clock::system_time()),
        None if app.config().tls == TlsMode::Off => Finding::ok(HTTPS, "not spoken: tls = \"off\""),
        None => Finding::warn(HTTPS, "not spoken", "journalctl -u hearken | grep https says why"),
    }
}

/// The household's own certificate, which a start would end at if it is wrong. What is made here is mended by a start.
fn own_certificate(config: &Config) -> Option<Finding> {
    let source = start::own_certificate(config)?;
    let now = clock::system_time();
    Some(match Tls::open(&source, now) {
        Ok(tls) => certificate::judged(&tls.standing(), now),
        Err(error) => {
            Finding::fail(HTTPS, error.to_string(), "mend that; if it is only that you may not read it: sudo")
        }
    })
}

/// Looks at an appliance that does not answer, from outside.
#[must_use]
pub fn offline(config: &Config) -> Vec<Finding> {
    let lock = StateLock::look(&config.state_dir);
    let is_held = matches!(lock, Err(LockError::Held { .. }));
    let mut found = vec![absent(lock)];
    found.push(if is_held {
        Finding::warn("store", "in use: only the server that has it can judge it", "see above")
    } else {
        store::offline(&config.state_dir.join(DATABASE))
    });
    found.push(store::backups(config));
    found.push(disk::written(&config.state_dir));
    found.extend(music::look(&config.audio_dir, &Reader::of_service()));
    found.push(machine_clock::look());
    found.push(programs::ffmpeg(programs::is_installed("ffmpeg")));
    found.extend(own_certificate(config));
    if !is_held {
        found.push(port::free(config.listen));
    }
    found.push(lan::addresses(&addresses_of(config), config.public_url.as_deref()));
    found
}

fn absent(lock: Result<(), LockError>) -> Finding {
    const CHECK: &str = "server";
    match lock {
        Ok(()) => Finding::fail(CHECK, "not running", "sudo systemctl start hearken, or: hearken serve"),
        Err(held @ LockError::Held { .. }) => {
            Finding::fail(CHECK, format!("does not answer, but {held}"), "sudo systemctl restart hearken")
        }
        Err(error) => Finding::fail(CHECK, error.to_string(), "try again with sudo: this directory is the service's"),
    }
}
