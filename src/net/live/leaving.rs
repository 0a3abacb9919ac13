//! Sockets that must go because of what became of their device: it was shown out, or it is somebody else's now.
//!
//! What a WebSocket shows depends on its device's profile. When that changes, the socket is told `server:refresh` and
//! closed, and the device comes back to the new profile's full state. Whoever writes to sockets looks here before an event
//! of the household is written down, so a socket is told nothing behind the event that gave its device another profile. A
//! place behind that event is therefore one of the new profile; any other place is [`is_resumable`] no more.

use super::Live;
use super::connection::Connection;
use super::fanout::last_words;
use super::out::Composed;
use super::view::Writing;
use crate::core::ids::DeviceId;
use crate::hub::ring::Since;
use crate::wire::envelope;
use crate::wire::frame::Frame;
use crate::wire::snapshot::Published;
use std::sync::Arc;

/// Why the server sends a socket away, as its client is told.
const REASON: &str = "profile";

/// Whether a socket may go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// It may.
    Stays,
    /// Its device has another profile since the entry of this seq.
    Moved(u64),
    /// Its device is none of the household's any more.
    Out,
}

/// Whether a socket of `device` that shows what `connection` shows may go on.
pub(super) fn standing(connection: &Connection, published: &Published) -> Standing {
    let device = &connection.origin.device;
    match published.durable.household.devices.get(device) {
        None if *device == DeviceId::local() => Standing::Stays,
        None => Standing::Out,
        Some(known) if known.profile == connection.view.profile => Standing::Stays,
        // Event streams show sessions, which are everybody's.
        Some(_) if connection.view.writing == Writing::EventStream => Standing::Stays,
        Some(known) => Standing::Moved(known.profile_after),
    }
}

/// Whether what a device has seen up to `since` was its present profile's. Event streams show none.
pub(super) fn is_resumable(since: &Since, device: &DeviceId, writing: Writing, published: &Published) -> bool {
    let known = published.durable.household.devices.get(device);
    writing == Writing::EventStream
        || known.is_none_or(|known| known.profile_after == 0 || since.seq > known.profile_after)
}

impl Live {
    /// Ends a socket that may not go on. Whether it did.
    pub(super) fn show_out(&self, connection: &Arc<Connection>, published: &Published) -> bool {
        match standing(connection, published) {
            Standing::Stays => return false,
            Standing::Out => connection.out.kill(),
            Standing::Moved(seq) => self.send_back(connection, seq),
        }
        true
    }

    /// Tells a socket what it has still to know, and to come back.
    fn send_back(&self, connection: &Arc<Connection>, seq: u64) {
        let began_to_lag = connection.out.advance(|inner| {
            let mut bytes = last_words(self, connection, inner, seq);
            bytes.extend_from_slice(Frame::ws_text(&envelope::refresh(REASON, 0)).bytes());
            bytes.extend_from_slice(Frame::ws_close(1012, REASON).bytes());
            Composed::Own(bytes)
        });
        // One that does not take what it is given finds out by itself, and is answered in full when it comes back.
        match began_to_lag || connection.out.lags() {
            true => connection.out.kill(),
            false => connection.out.finish(),
        }
    }
}
