//! What a door does when it can do nothing: turns one away with its spare descriptor, and says so now and then.

use crate::clock;
use crate::limits::TROUBLE_LOGGED_EVERY;
use std::fs::File;
use std::net::TcpListener;
use std::time::Instant;

/// A spare descriptor, and when trouble was last logged.
pub(super) struct Shed {
    spare: Option<File>,
    said: Option<Instant>,
}

impl Shed {
    pub(super) fn new() -> Self {
        Self { spare: spare(), said: None }
    }

    /// Accepts and closes one connection on the spare descriptor, so that it does not wait for nothing. Whether
    /// that was possible.
    pub(super) fn turn_away(&mut self, listener: &TcpListener) -> bool {
        self.spare = None;
        let turned_away = listener.accept().is_ok();
        self.spare = spare();
        turned_away
    }

    /// Logs a trouble, unless one was logged a moment ago: it comes with every connection.
    pub(super) fn say(&mut self, trouble: &str) {
        let now = clock::instant();
        if self.said.is_none_or(|said| now.duration_since(said) >= TROUBLE_LOGGED_EVERY) {
            log::warn!("{trouble}");
            self.said = Some(now);
        }
    }
}

/// A descriptor that stands for nothing but itself.
fn spare() -> Option<File> {
    File::open("/dev/null").ok()
}
