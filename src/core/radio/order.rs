//! The order of one cycle of a station: every track once, and where each begins.
//!
//! In a shuffle a track's place depends on the station, the cycle and the track alone: each is given a number by
//! SplitMix64, and the numbers are sorted. So when a track comes or goes, the others keep their order, and a library that
//! grows by an album does not turn the evening's programme upside down.

use super::station::{RadioMode, StationTrack};
use crate::core::ids::{StationId, TrackId};
use crate::core::queue::split_mix;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Cycles that are kept in mind: the present one, and the next while it comes near.
const KEPT: usize = 3;

/// One cycle.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Cycle {
    /// Which; the one that began at the station's epoch is 0, those before are negative.
    pub number: i64,
    /// Indices into the station's tracks, in the order of playing.
    pub order: Vec<u32>,
    /// Where each ends, milliseconds from the cycle's beginning; grows strictly.
    pub ends: Vec<u64>,
}

impl Cycle {
    /// Lays a cycle out.
    pub fn new(station: &StationId, mode: RadioMode, tracks: &[StationTrack], number: i64) -> Self {
        let order = match mode {
            RadioMode::Queue => (0..index(tracks.len())).collect(),
            RadioMode::Shuffle => shuffled(station, tracks, number),
        };
        let mut end = 0;
        let ends = order.iter().map(|&at| {
            end += u64::from(tracks[at as usize].duration_ms);
            end
        });
        let ends = ends.collect();
        Self { number, order, ends }
    }

    /// Which place sounds at `offset_ms` from the beginning, if the cycle is that long.
    pub fn place_at(&self, offset_ms: u64) -> usize {
        self.ends.partition_point(|end| *end <= offset_ms)
    }

    /// Where the track at `place` begins, milliseconds.
    pub fn start_ms(&self, place: usize) -> u64 {
        place.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0)
    }
}

/// What has been worked out about a list of tracks. A memory, not a state: it may be forgotten at any time, and two
/// stations are the same whatever is in it.
#[derive(Clone, Debug, Default)]
pub(super) struct Memo(Arc<Known>);

#[derive(Debug, Default)]
struct Known {
    length_ms: OnceLock<i64>,
    cycles: Mutex<Vec<Arc<Cycle>>>,
}

impl PartialEq for Memo {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Memo {}

impl Memo {
    /// The length of a cycle, worked out once.
    pub fn length_ms(&self, make: impl FnOnce() -> i64) -> i64 {
        *self.0.length_ms.get_or_init(make)
    }

    /// A cycle, worked out once while it is near.
    pub fn cycle(&self, number: i64, make: impl FnOnce() -> Cycle) -> Arc<Cycle> {
        let mut cycles = self.0.cycles.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = cycles.iter().find(|cycle| cycle.number == number) {
            return Arc::clone(known);
        }
        if cycles.len() >= KEPT {
            cycles.remove(0);
        }
        let cycle = Arc::new(make());
        cycles.push(Arc::clone(&cycle));
        cycle
    }
}

/// Every track once, and never the one that ended the cycle before at once again.
fn shuffled(station: &StationId, tracks: &[StationTrack], number: i64) -> Vec<u32> {
    // Two tracks can only alternate, so they keep one order for ever.
    let number = if tracks.len() <= 2 { 0 } else { number };
    let seed = seed(station, number);
    let mut order: Vec<(u64, u32)> =
        (0..index(tracks.len())).map(|at| (lot(seed, &tracks[at as usize].id), at)).collect();
    order.sort_unstable();
    if tracks.len() > 2 && order.first().map(|first| first.1) == last_of(station, tracks, number.wrapping_sub(1)) {
        // With three and more this leaves the last in its place, so each cycle's end depends on that cycle alone.
        order.swap(0, 1);
    }
    order.into_iter().map(|(_, at)| at).collect()
}

/// The track that ends a cycle: the one with the highest lot.
fn last_of(station: &StationId, tracks: &[StationTrack], number: i64) -> Option<u32> {
    let seed = seed(station, number);
    (0..index(tracks.len())).max_by_key(|&at| (lot(seed, &tracks[at as usize].id), at))
}

fn seed(station: &StationId, number: i64) -> u64 {
    let mut state = fnv(station.as_str()) ^ number.cast_unsigned();
    split_mix(&mut state)
}

fn lot(seed: u64, track: &TrackId) -> u64 {
    let mut state = seed ^ fnv(track.as_str());
    split_mix(&mut state)
}

/// FNV-1a, 64 bits (Fowler, Noll, Vo): the same on every machine, which the standard hasher does not promise.
fn fnv(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Lists are bounded far below this.
fn index(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
