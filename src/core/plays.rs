//! What a profile heard: how often each track, and which last.
//!
//! A page says `plays/heard` when it has heard half of a track, or four minutes of it. Two devices of a profile that
//! listen in one room both say so; a track therefore counts once in half an hour ([`limits::PLAY_COUNTED_EVERY_MS`]).
//! An event holds the track's new count, so the last event of each track is all that must be kept.

use super::ids::TrackId;
use super::rejection::Rejection;
use super::tracks::KnownTracks;
use crate::clock::Now;
use crate::limits;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Commands on the plays of a profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlaysCommand {
    /// A track was heard, now or a while ago.
    Heard {
        /// Which.
        track: TrackId,
        /// How long ago, milliseconds.
        age_ms: u64,
    },
}

/// What happened to the plays of a profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PlaysEvent {
    /// A track was heard once more.
    Counted {
        /// Which.
        track: TrackId,
        /// How often, with this time.
        count: u64,
        /// When it was heard last, milliseconds since the Unix epoch.
        last_ms: i64,
    },
}

/// The plays of a profile.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Plays(BTreeMap<TrackId, TrackPlays>);

/// How often a track was heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TrackPlays {
    /// How often.
    pub count: u64,
    /// When last, milliseconds since the Unix epoch.
    pub last_ms: i64,
}

/// No plays: what a profile has that never heard anything.
pub static NOTHING: Plays = Plays(BTreeMap::new());

impl Plays {
    /// How often a track was heard.
    #[must_use]
    pub fn get(&self, track: &TrackId) -> Option<TrackPlays> {
        self.0.get(track).copied()
    }

    /// All tracks that were ever heard, by id.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&TrackId, &TrackPlays)> {
        self.0.iter()
    }

    /// The tracks that were heard last, the last one first.
    #[must_use]
    pub fn recent(&self, limit: usize) -> Vec<(&TrackId, TrackPlays)> {
        let mut tracks: Vec<_> = self.0.iter().map(|(track, plays)| (track, *plays)).collect();
        tracks.sort_by_key(|(track, plays)| (std::cmp::Reverse(plays.last_ms), *track));
        tracks.truncate(limit);
        tracks
    }

    /// What becomes of `command`.
    ///
    /// # Errors
    /// 404 for a track that the library does not have; [`Rejection::NoChange`] if it was counted already.
    pub fn decide(&self, command: &PlaysCommand, known: &KnownTracks, now: Now) -> Result<PlaysEvent, Rejection> {
        let PlaysCommand::Heard { track, age_ms } = command;
        if !known.has(track) {
            return Err(Rejection::NoSuchTrack(track.clone()));
        }
        let at_ms = now.wall_ms.saturating_sub_unsigned(*age_ms);
        let Some(before) = self.get(track) else {
            return Ok(PlaysEvent::Counted { track: track.clone(), count: 1, last_ms: at_ms });
        };
        if at_ms.abs_diff(before.last_ms) < limits::PLAY_COUNTED_EVERY_MS.unsigned_abs() {
            return Err(Rejection::NoChange);
        }
        let last_ms = at_ms.max(before.last_ms);
        Ok(PlaysEvent::Counted { track: track.clone(), count: before.count + 1, last_ms })
    }

    /// Whether these plays rest on `event`; if not, its entry may go. They must include it.
    #[must_use]
    pub fn rest_on(&self, event: &PlaysEvent) -> bool {
        let PlaysEvent::Counted { track, count, last_ms } = event;
        self.get(track) == Some(TrackPlays { count: *count, last_ms: *last_ms })
    }

    /// Takes over what happened.
    pub fn apply(&mut self, event: &PlaysEvent) {
        let PlaysEvent::Counted { track, count, last_ms } = event;
        self.0.insert(track.clone(), TrackPlays { count: *count, last_ms: *last_ms });
        if self.0.len() > limits::PLAYED_TRACKS_MAX {
            let oldest = self.0.iter().min_by_key(|(_, plays)| plays.last_ms).map(|(track, _)| track.clone());
            oldest.and_then(|track| self.0.remove(&track));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60_000;

    fn known() -> (TrackId, KnownTracks) {
        let track = TrackId::new("a").unwrap();
        (track.clone(), [(track, Some(1000))].into_iter().collect())
    }

    fn hear(plays: &mut Plays, at_ms: i64, age_ms: u64) -> Result<u64, Rejection> {
        let (track, known) = known();
        let now = Now { wall_ms: at_ms, ..Now::default() };
        let event = plays.decide(&PlaysCommand::Heard { track, age_ms }, &known, now)?;
        plays.apply(&event);
        let PlaysEvent::Counted { count, .. } = event;
        Ok(count)
    }

    #[test]
    fn a_track_counts_once_in_half_an_hour() {
        let mut plays = Plays::default();
        assert_eq!(hear(&mut plays, 100 * MINUTE, 0), Ok(1));
        assert_eq!(hear(&mut plays, 129 * MINUTE, 0), Err(Rejection::NoChange));
        assert_eq!(hear(&mut plays, 130 * MINUTE, 0), Ok(2));
    }

    #[test]
    fn a_play_that_arrives_late_counts_but_is_not_the_last() {
        let mut plays = Plays::default();
        assert_eq!(hear(&mut plays, 100 * MINUTE, 0), Ok(1));
        assert_eq!(hear(&mut plays, 101 * MINUTE, 60 * MINUTE.unsigned_abs()), Ok(2));
        assert_eq!(plays.recent(9)[0].1, TrackPlays { count: 2, last_ms: 100 * MINUTE });
    }

    #[test]
    fn what_the_library_does_not_have_was_not_heard() {
        let track = TrackId::new("z").unwrap();
        let wish = PlaysCommand::Heard { track: track.clone(), age_ms: 0 };
        let refused = Plays::default().decide(&wish, &known().1, Now::default());
        assert_eq!(refused, Err(Rejection::NoSuchTrack(track)));
    }
}
