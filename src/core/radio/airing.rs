//! Who hears which station, and when those who hear one are told of the next track.
//!
//! Like all presence this comes from connections, is empty at start, and is never logged. A station plays whether or not
//! it is heard; only the telling is for those who hear it. It is not logged either: it follows from the station and the
//! clock, and an entry for each track of each station would wear a memory card out for nothing.

use super::{Playing, Radio};
use crate::clock::{Mono, Now};
use crate::core::ids::{DeviceId, StationId, TrackId};
use std::collections::BTreeMap;

/// Who hears which station.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Air {
    tuned: BTreeMap<DeviceId, StationId>,
    streams: BTreeMap<StationId, u32>,
}

impl Air {
    /// The device hears `station` on its own page, or none.
    pub fn tune(&mut self, device: &DeviceId, station: Option<&StationId>) {
        match station {
            Some(station) => drop(self.tuned.insert(device.clone(), station.clone())),
            None => drop(self.tuned.remove(device)),
        }
    }

    /// So many players hear the station's stream.
    pub fn stream(&mut self, station: &StationId, count: u32) {
        match count {
            0 => drop(self.streams.remove(station)),
            _ => drop(self.streams.insert(station.clone(), count)),
        }
    }

    /// Whether the device hears a station.
    #[must_use]
    pub fn hears(&self, device: &DeviceId) -> bool {
        self.tuned.contains_key(device)
    }

    /// How many devices are tuned in to `station`.
    #[must_use]
    pub fn tuned(&self, station: &StationId) -> usize {
        self.tuned.values().filter(|tuned| *tuned == station).count()
    }

    /// How many players hear its stream.
    #[must_use]
    pub fn streams(&self, station: &StationId) -> u32 {
        self.streams.get(station).copied().unwrap_or(0)
    }

    /// Whether anybody hears `station`.
    #[must_use]
    pub fn is_heard(&self, station: &StationId) -> bool {
        self.streams(station) > 0 || self.tuned(station) > 0
    }
}

/// What those who hear were told last, station by station.
#[derive(Clone, Debug, Default)]
pub struct Told(BTreeMap<StationId, (TrackId, i64)>);

impl Told {
    /// The stations that play something now that nobody was told of, in order of id: `radio:track_started`.
    pub fn news(&mut self, radio: &Radio, air: &Air, now: Now) -> Vec<(StationId, Playing)> {
        let mut news = Vec::new();
        let mut told = BTreeMap::new();
        for (id, playing) in heard(radio, air, now) {
            let what = (playing.track.id.clone(), playing.started_ms);
            if self.0.get(&id) != Some(&what) {
                news.push((id.clone(), playing));
            }
            told.insert(id, what);
        }
        self.0 = told;
        news
    }
}

/// When the next track of a station that is heard begins, or its schedule opens or closes.
#[must_use]
pub fn next_deadline(radio: &Radio, air: &Air, now: Now) -> Option<Mono> {
    let stations = radio.stations.iter().filter(|(id, _)| air.is_heard(id));
    let next = stations.filter_map(|(_, station)| {
        let ends = station.is_on_air(now.wall_ms).then(|| station.at(now.wall_ms)).flatten();
        ends.map(|playing| playing.ends_ms).into_iter().chain(station.next_change_ms(now.wall_ms)).min()
    });
    next.min().map(|at| now.mono.plus(at.saturating_sub(now.wall_ms).max(1).unsigned_abs()))
}

fn heard(radio: &Radio, air: &Air, now: Now) -> Vec<(StationId, Playing)> {
    let heard = radio.stations.iter().filter(|(id, station)| air.is_heard(id) && station.is_on_air(now.wall_ms));
    heard.filter_map(|(id, station)| Some((id.clone(), station.at(now.wall_ms)?))).collect()
}
