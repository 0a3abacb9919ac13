//! One player that hears a station: its connection's own thread writes what the ring has.

use super::icy::Icy;
use super::{OnAir, Studio};
use crate::core::ids::StationId;
use crate::net::duplex::Duplex;
use crate::net::live::ws::tune;
use std::sync::Arc;

/// A place in the audience; given back when it is dropped.
pub struct Listener {
    studio: Arc<Studio>,
    station: StationId,
    on_air: Arc<OnAir>,
}

impl Listener {
    pub(super) fn new(studio: Arc<Studio>, station: StationId, on_air: Arc<OnAir>) -> Self {
        Self { studio, station, on_air }
    }

    /// Writes `head`, and then the stream until either side ends it. `with_titles`: the player asked for them.
    pub fn serve(self, duplex: &Duplex, head: &[u8], with_titles: bool) {
        // Small buffers in the kernel: what is late shall be late here, where it can be left out.
        tune(duplex.socket());
        let mut icy = with_titles.then(Icy::new);
        let clock = self.studio.hub.clock();
        let mut place = self.on_air.ring.join(clock.mono());
        let mut out = head.to_vec();
        loop {
            if let Err(error) = duplex.write_all(&out) {
                return log::debug!("radio {}: a player went away: {error}", self.station);
            }
            let Some((piece, next)) = self.on_air.ring.read(place, || clock.mono()) else { return duplex.finish() };
            place = next;
            out.clear();
            match &mut icy {
                Some(icy) => icy.weave(&piece.bytes, &piece.title, &mut out),
                None => out.extend_from_slice(&piece.bytes),
            }
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.studio.leave(&self.station, &self.on_air);
    }
}
