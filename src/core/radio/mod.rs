//! Radio: stations that play on whether or not anybody listens.
//!
//! What a station plays is a pure function of the station and the wall clock ([`station::Station::at`]), so every
//! device, every listener and a restart agree without being told. Whatever moves that function is an event: a skip, a
//! file that cannot be played, another list of tracks. Each carries the station's new epoch as a value, so that to apply
//! it is to take it over.
//!
//! Time of day is the wall clock here, and nowhere else in the house: what plays must be the same after a restart, and
//! nothing else survives one. A Raspberry Pi that boots in the past therefore plays what it would have played then,
//! and jumps once, when its clock is set; within one process that clock never runs backwards ([`crate::clock::Clock`]).

pub mod airing;
mod command;
mod event;
mod order;
pub mod schedule;
pub mod station;
#[cfg(test)]
mod tests;
mod tracks;

pub use command::{Plan, RadioCommand, Selection, StationEdit};
pub use event::{DropReason, RadioChange, RadioEvent};
pub use station::{Playing, RadioMode, Station, StationTrack};
pub use tracks::TracksChange;

use super::household::good_name;
use super::ids::{StationId, TrackId};
use super::rejection::Rejection;
use crate::clock::Now;
use crate::limits;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

/// The stations.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Radio {
    /// By id.
    pub stations: BTreeMap<StationId, Arc<Station>>,
}

impl Radio {
    /// Whether there is no station.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.stations.is_empty()
    }

    /// One station.
    ///
    /// # Errors
    /// [`Rejection::NoSuchStation`].
    pub fn station(&self, id: &StationId) -> Result<&Arc<Station>, Rejection> {
        self.stations.get(id).ok_or_else(|| Rejection::NoSuchStation(id.to_string()))
    }

    /// What becomes of `command`.
    ///
    /// # Errors
    /// [`Rejection`] with the reason; nothing has changed.
    pub fn decide(&self, command: &RadioCommand, by_server: bool, now: Now) -> Result<RadioEvent, Rejection> {
        if !by_server && command.is_servers_own() {
            return Err(Rejection::ServerOnly);
        }
        let (id, change) = match command {
            RadioCommand::Create { station, plan, tracks } => (station, self.create(station, plan, tracks)?),
            RadioCommand::Change { station, edit } => (station, self.edit(station, edit, now)?),
            RadioCommand::Delete { station } => (station, self.station(station).map(|_| RadioChange::Deleted)?),
            RadioCommand::Skip { station, track } => (station, self.skip(station, track.as_ref(), now)?),
            RadioCommand::Rekey { station } => (station, self.rekey(station)?),
            RadioCommand::Retrack { station, tracks, utc_offset_min, forgives } => {
                (station, self.retrack(station, tracks, *utc_offset_min, *forgives, now)?)
            }
            RadioCommand::Drop { station, tracks, reason } => {
                (station, self.drop_tracks(station, tracks, *reason, now)?)
            }
        };
        Ok(RadioEvent { station: id.clone(), at_ms: now.wall_ms, change })
    }

    /// Takes over what happened. Total: what is about a station that is gone changes nothing.
    pub fn apply(&mut self, event: &RadioEvent) {
        if matches!(event.change, RadioChange::Deleted) {
            self.stations.remove(&event.station);
        } else if let RadioChange::Created { plan, tracks } = &event.change {
            let station = Station::new(event.station.clone(), plan.clone(), Arc::clone(tracks), event.at_ms);
            self.stations.insert(event.station.clone(), Arc::new(station));
        } else if let Some(station) = self.stations.get_mut(&event.station) {
            Arc::make_mut(station).apply(&event.change);
        }
    }

    fn create(&self, id: &StationId, plan: &Plan, tracks: &[StationTrack]) -> Result<RadioChange, Rejection> {
        if self.stations.contains_key(id) {
            return Err(Rejection::NoChange);
        }
        if self.stations.len() >= limits::STATIONS_MAX {
            return Err(Rejection::TooManyStations { max: limits::STATIONS_MAX });
        }
        let plan = Plan { name: good_name(&plan.name)?, ..plan.clone() };
        Ok(RadioChange::Created { plan, tracks: Arc::new(enough(tracks)?) })
    }

    fn edit(&self, id: &StationId, edit: &StationEdit, now: Now) -> Result<RadioChange, Rejection> {
        let old = self.station(id)?;
        let mut new = Station::clone(old);
        if let Some(name) = &edit.name {
            new.plan.name = good_name(name)?;
        }
        if let Some(Selection { source, profile, tracks }) = &edit.source {
            (new.plan.source, new.plan.profile) = (source.clone(), profile.clone());
            // Whoever names a source gives its files another chance.
            new.dropped.clear();
            new.set_tracks(enough(tracks)?);
        }
        if let Some(mode) = edit.mode {
            new.set_mode(mode);
        }
        if let Some(schedule) = &edit.schedule {
            new.plan.schedule.clone_from(schedule);
        }
        changed(old, &new, now)
    }

    fn skip(&self, id: &StationId, track: Option<&TrackId>, now: Now) -> Result<RadioChange, Rejection> {
        let station = self.station(id)?;
        if !station.is_on_air(now.wall_ms) {
            return Err(Rejection::OffAir);
        }
        let playing = station.at(now.wall_ms).ok_or(Rejection::NothingToPlay)?;
        if let Some(other) = track.filter(|track| **track != playing.track.id) {
            return Err(Rejection::NotCurrent(other.clone()));
        }
        let epoch_ms = station.epoch_ms - (playing.ends_ms - now.wall_ms);
        Ok(RadioChange::Skipped { track: playing.track.id, epoch_ms })
    }

    fn rekey(&self, id: &StationId) -> Result<RadioChange, Rejection> {
        let station = self.station(id)?;
        let (plan, dropped) = (station.plan.clone(), station.dropped.clone());
        Ok(RadioChange::Changed { plan, tracks: None, dropped, epoch_ms: station.epoch_ms })
    }

    fn retrack(
        &self,
        id: &StationId,
        tracks: &[StationTrack],
        utc_offset_min: i32,
        forgives: bool,
        now: Now,
    ) -> Result<RadioChange, Rejection> {
        let old = self.station(id)?;
        let mut new = Station::clone(old);
        if let Some(schedule) = &mut new.plan.schedule {
            schedule.utc_offset_min = utc_offset_min;
        }
        if forgives {
            new.dropped.retain(|_, reason| *reason != DropReason::NeedsFfmpeg);
        }
        // What the source no longer has need not be remembered as broken: it may come back mended.
        let there: HashSet<&TrackId> = tracks.iter().map(|track| &track.id).collect();
        new.dropped.retain(|id, _| there.contains(id));
        let mut kept = playable(tracks);
        kept.retain(|track| !new.dropped.contains_key(&track.id));
        kept.truncate(limits::STATION_TRACKS_MAX);
        new.set_tracks(kept);
        changed(old, &new, now)
    }

    fn drop_tracks(
        &self,
        id: &StationId,
        tracks: &[TrackId],
        reason: DropReason,
        now: Now,
    ) -> Result<RadioChange, Rejection> {
        let old = self.station(id)?;
        let mut new = Station::clone(old);
        new.do_without(tracks);
        if new.tracks.len() == old.tracks.len() {
            return Err(Rejection::NoChange);
        }
        let epoch_ms = old.epoch_for(&new, now.wall_ms);
        Ok(RadioChange::Dropped { tracks: tracks.to_vec(), reason, epoch_ms })
    }
}

/// From one station to another: what plays goes on where it is, if the new one has it.
fn changed(old: &Station, new: &Station, now: Now) -> Result<RadioChange, Rejection> {
    let tracks = TracksChange::between(&old.tracks, &new.tracks);
    if tracks.is_none() && old.plan == new.plan && old.dropped == new.dropped {
        return Err(Rejection::NoChange);
    }
    let moves = tracks.is_some() || old.plan.mode != new.plan.mode;
    let epoch_ms = if moves { old.epoch_for(new, now.wall_ms) } else { old.epoch_ms };
    Ok(RadioChange::Changed { plan: new.plan.clone(), tracks, dropped: new.dropped.clone(), epoch_ms })
}

/// Those that a station can play: of known length, each once.
fn playable(tracks: &[StationTrack]) -> Vec<StationTrack> {
    let mut seen = HashSet::new();
    tracks.iter().filter(|track| track.duration_ms > 0 && seen.insert(&track.id)).cloned().collect()
}

/// The same, if that is enough and not too much for a station.
fn enough(tracks: &[StationTrack]) -> Result<Vec<StationTrack>, Rejection> {
    let playable = playable(tracks);
    match playable.len() {
        0 => Err(Rejection::NothingToPlay),
        count if count > limits::STATION_TRACKS_MAX => {
            Err(Rejection::TooManyTracks { max: limits::STATION_TRACKS_MAX })
        }
        _ => Ok(playable),
    }
}
