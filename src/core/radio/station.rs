//! One station, and what it plays at any time.

use super::command::Plan;
use super::event::{DropReason, RadioChange};
use super::order::{Cycle, Memo};
use crate::core::ids::{StationId, TrackId};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

/// A station. What it plays follows from these values and the wall clock; nothing else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Station {
    /// Its id; chance of its shuffles.
    pub id: StationId,
    /// What people decided about it.
    pub plan: Plan,
    /// What it plays, each of known length; in the order of its source.
    pub tracks: Arc<Vec<StationTrack>>,
    /// When its cycle 0 began, milliseconds since the Unix epoch. Skips and changes move it.
    pub epoch_ms: i64,
    /// How often somebody had enough of a track.
    pub skips: u64,
    /// Tracks of its source that it does without.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub dropped: BTreeMap<TrackId, DropReason>,
    #[serde(skip)]
    memo: Memo,
}

/// The order in which a station plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RadioMode {
    /// Each cycle in an order of its own.
    Shuffle,
    /// As the source has them.
    Queue,
}

/// A track with its length.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "(TrackId, u32)", into = "(TrackId, u32)")]
pub struct StationTrack {
    /// Which.
    pub id: TrackId,
    /// How long it sounds, milliseconds; not 0.
    pub duration_ms: u32,
}

impl From<(TrackId, u32)> for StationTrack {
    fn from((id, duration_ms): (TrackId, u32)) -> Self {
        Self { id, duration_ms }
    }
}

impl From<StationTrack> for (TrackId, u32) {
    fn from(track: StationTrack) -> Self {
        (track.id, track.duration_ms)
    }
}

/// What a station plays at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Playing {
    /// Which track.
    pub track: StationTrack,
    /// Where it is, milliseconds; less than its length.
    pub position_ms: u64,
    /// When it began, milliseconds since the Unix epoch.
    pub started_ms: i64,
    /// When it ends and the next one begins.
    pub ends_ms: i64,
    cycle: i64,
    place: usize,
}

impl Station {
    /// A station that begins at `epoch_ms`.
    #[must_use]
    pub fn new(id: StationId, plan: Plan, tracks: Arc<Vec<StationTrack>>, epoch_ms: i64) -> Self {
        let (dropped, memo) = (BTreeMap::new(), Memo::default());
        Self { id, plan, tracks, epoch_ms, skips: 0, dropped, memo }
    }

    /// What it plays at `wall_ms`, whether or not its schedule lets it be heard; `None` if it has no tracks.
    ///
    /// A pure function of the station and the time. The first question within a cycle costs as much as sorting its
    /// tracks, each further one a binary search.
    #[must_use]
    pub fn at(&self, wall_ms: i64) -> Option<Playing> {
        let length_ms = self.length_ms();
        if length_ms <= 0 {
            return None;
        }
        let elapsed = wall_ms.saturating_sub(self.epoch_ms);
        let number = elapsed.div_euclid(length_ms);
        let offset = elapsed.rem_euclid(length_ms).unsigned_abs();
        let cycle = self.cycle(number);
        let place = cycle.place_at(offset);
        let track = self.track_at(&cycle, place)?;
        let position_ms = offset - cycle.start_ms(place);
        let started_ms = wall_ms.saturating_sub_unsigned(position_ms);
        let ends_ms = started_ms.saturating_add(i64::from(track.duration_ms));
        Some(Playing { track, position_ms, started_ms, ends_ms, cycle: number, place })
    }

    /// What comes after `playing`, in order, without end.
    pub fn after<'a>(&'a self, playing: &Playing) -> impl Iterator<Item = StationTrack> + use<'a> {
        self.places_after(playing).filter_map(|(cycle, place)| self.track_at(&cycle, place))
    }

    /// How long one cycle is, milliseconds; 0 without tracks.
    #[must_use]
    pub fn length_ms(&self) -> i64 {
        self.memo.length_ms(|| self.tracks.iter().map(|track| i64::from(track.duration_ms)).sum())
    }

    /// Whether its schedule lets it be heard, and there is something to hear.
    #[must_use]
    pub fn is_on_air(&self, wall_ms: i64) -> bool {
        !self.tracks.is_empty() && self.plan.schedule.as_ref().is_none_or(|schedule| schedule.is_open(wall_ms))
    }

    /// When its schedule opens or closes it next.
    #[must_use]
    pub fn next_change_ms(&self, wall_ms: i64) -> Option<i64> {
        self.plan.schedule.as_ref()?.next_change_ms(wall_ms)
    }

    /// The epoch with which `new`, the same station with other tracks or another order, goes on at `wall_ms` where this
    /// one is: in the same track at the same position, or at the beginning of the first track to come that it has.
    #[must_use]
    pub(super) fn epoch_for(&self, new: &Self, wall_ms: i64) -> i64 {
        let Some(playing) = self.at(wall_ms) else { return wall_ms };
        let there: HashSet<&TrackId> = new.tracks.iter().map(|track| &track.id).collect();
        let (id, number, position_ms) = if there.contains(&playing.track.id) {
            (playing.track.id.clone(), playing.cycle, playing.position_ms)
        } else {
            let to_come = self.places_after(&playing).take(self.tracks.len());
            let named = to_come.filter_map(|(cycle, place)| Some((self.track_at(&cycle, place)?.id, cycle.number)));
            match named.into_iter().find(|(id, _)| there.contains(id)) {
                Some((id, number)) => (id, number, 0),
                None => return wall_ms,
            }
        };
        let cycle = new.cycle(number);
        let at = |place: &usize| new.track_at(&cycle, *place);
        let place = (0..cycle.order.len()).find(|place| at(place).is_some_and(|track| track.id == id));
        let Some((place, track)) = place.and_then(|place| Some((place, at(&place)?))) else { return wall_ms };
        let position_ms = position_ms.min(u64::from(track.duration_ms) - 1);
        let elapsed =
            number.saturating_mul(new.length_ms()).saturating_add_unsigned(cycle.start_ms(place) + position_ms);
        wall_ms.saturating_sub(elapsed)
    }

    /// Other tracks.
    pub(super) fn set_tracks(&mut self, tracks: Vec<StationTrack>) {
        self.tracks = Arc::new(tracks);
        self.memo = Memo::default();
    }

    /// The same tracks without some.
    pub(super) fn do_without(&mut self, tracks: &[TrackId]) {
        let without: HashSet<&TrackId> = tracks.iter().collect();
        self.set_tracks(self.tracks.iter().filter(|track| !without.contains(&track.id)).cloned().collect());
    }

    /// Another order.
    pub(super) fn set_mode(&mut self, mode: RadioMode) {
        self.plan.mode = mode;
        self.memo = Memo::default();
    }

    /// Takes over what happened.
    pub(super) fn apply(&mut self, change: &RadioChange) {
        match change {
            RadioChange::Changed { plan, tracks, dropped, epoch_ms } => {
                if plan.mode != self.plan.mode {
                    self.set_mode(plan.mode);
                }
                if let Some(tracks) = tracks {
                    self.set_tracks(tracks.applied_to(&self.tracks));
                }
                self.plan.clone_from(plan);
                self.dropped.clone_from(dropped);
                self.epoch_ms = *epoch_ms;
            }
            RadioChange::Skipped { epoch_ms, .. } => {
                self.epoch_ms = *epoch_ms;
                self.skips += 1;
            }
            RadioChange::Dropped { tracks, reason, epoch_ms } => {
                self.do_without(tracks);
                self.dropped.extend(tracks.iter().map(|track| (track.clone(), *reason)));
                self.epoch_ms = *epoch_ms;
            }
            RadioChange::Created { .. } | RadioChange::Deleted => {}
        }
    }

    fn places_after<'a>(&'a self, playing: &Playing) -> impl Iterator<Item = (Arc<Cycle>, usize)> + use<'a> {
        let (mut cycle, mut place) = (self.cycle(playing.cycle), playing.place);
        std::iter::from_fn(move || {
            place += 1;
            if place >= cycle.order.len() {
                (cycle, place) = (self.cycle(cycle.number.saturating_add(1)), 0);
            }
            (!cycle.order.is_empty()).then(|| (Arc::clone(&cycle), place))
        })
    }

    fn cycle(&self, number: i64) -> Arc<Cycle> {
        self.memo.cycle(number, || Cycle::new(&self.id, self.plan.mode, &self.tracks, number))
    }

    fn track_at(&self, cycle: &Cycle, place: usize) -> Option<StationTrack> {
        self.tracks.get(*cycle.order.get(place)? as usize).cloned()
    }
}
