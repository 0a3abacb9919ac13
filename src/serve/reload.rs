//! SIGHUP: the settings are read again, then the music is looked at.
//!
//! What can change while people listen changes at once; what cannot is named in one line and waits for the next start.
//! A file that cannot be read changes nothing.

use super::House;
use super::start::advertise;
use crate::config::{Config, LogLevel};
use crate::core::Settings;
use crate::device::systemd::Notifier;
use std::sync::atomic::Ordering;

impl House {
    /// Reads the settings again and scans.
    pub(super) fn reload(&mut self, systemd: &Notifier) {
        systemd.reloading();
        match self.sources.resolve() {
            Ok(config) => self.take(config),
            Err(error) => ::log::error!("the settings stay as they are: {error}"),
        }
        if !self.app.library.scan_soon(false) {
            ::log::debug!("a scan is waiting already");
        }
        systemd.ready();
    }

    fn take(&mut self, read: Config) {
        let before = self.app.config();
        let (config, waiting) = read.in_place_of(&before);
        let changed = config.differences(&before);
        set_log_level(config.log_level);
        self.hub.set(settings(&config));
        self.follows.store(config.session.follow_library, Ordering::Relaxed);
        let renamed = config.name != before.name || config.mdns != before.mdns;
        self.app.set_config(config);
        if renamed {
            self.advertise_again();
        }
        // Told when it is so.
        tell(&changed, &waiting);
    }

    /// Goodbye under the old name, then the new one.
    fn advertise_again(&mut self) {
        if let Some(advert) = self.advert.take() {
            advert.stop();
        }
        self.whereabouts.named(None);
        self.advert = advertise(&self.app, &self.whereabouts, self.id.clone());
    }
}

fn tell(changed: &[String], waiting: &[&str]) {
    match (changed.is_empty(), waiting.is_empty()) {
        (true, true) => ::log::info!("settings read again: nothing has changed; looking at the music"),
        (true, false) => {}
        (false, _) => ::log::info!("settings read again, changed: {}; looking at the music", changed.join(", ")),
    }
    if !waiting.is_empty() {
        ::log::warn!("needs a restart: {}", waiting.join(", "));
    }
}

/// What decisions depend on.
pub(super) fn settings(config: &Config) -> Settings {
    Settings { queue_max: config.session.queue_max, stall_ms: config.session.stall_s.saturating_mul(1000) }
}

/// Sets how much is logged, unless the environment has the say.
pub(super) fn set_log_level(level: LogLevel) {
    if std::env::var_os("HEARKEN_LOG").is_none() {
        ::log::set_max_level(match level {
            LogLevel::Error => ::log::LevelFilter::Error,
            LogLevel::Warn => ::log::LevelFilter::Warn,
            LogLevel::Info => ::log::LevelFilter::Info,
            LogLevel::Debug => ::log::LevelFilter::Debug,
            LogLevel::Trace => ::log::LevelFilter::Trace,
        });
    }
}
