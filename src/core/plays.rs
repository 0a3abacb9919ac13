//! What a profile heard: how often each track, and which last.
//!
//! A page says `plays/heard` when it has heard half of a track, or four minutes of it. Two devices of a profile that
//! listen in one room both say so; a track therefore counts once in half an hour ([`limits::PLAY_COUNTED_EVERY_MS`]).
//! One that is told late counts by when it was heard, so the times of the last few are remembered: told once more, under
//! whatever key, it is the same play. An event holds all of a track's, so the last event of each is all that must be kept.

use super::State;
use super::command::{Command, Wish};
use super::event::Event;
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
        /// As in [`TrackPlays`].
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        earlier_ms: Vec<i64>,
    },
    /// A track was heard again too soon to count. Nothing is remembered of it but the answer to its key, so that the same
    /// word, said again when it would count, gets the same answer.
    Uncounted {
        /// Which.
        track: TrackId,
        /// How often, without this time.
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TrackPlays {
    /// How often.
    pub count: u64,
    /// When last, milliseconds since the Unix epoch.
    pub last_ms: i64,
    /// When before that, the latest last; [`limits::PLAY_TIMES_KEPT`] at most.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier_ms: Vec<i64>,
}

impl TrackPlays {
    /// Whether a play at this time is one of those that were counted, or too close to one.
    fn has(&self, at_ms: i64) -> bool {
        let is_close = |counted: &i64| at_ms.abs_diff(*counted) < limits::PLAY_COUNTED_EVERY_MS.unsigned_abs();
        self.earlier_ms.iter().chain([&self.last_ms]).any(is_close)
    }

    /// With one more.
    fn with(&self, at_ms: i64) -> Self {
        let mut earlier_ms = [self.earlier_ms.as_slice(), &[self.last_ms, at_ms]].concat();
        earlier_ms.sort_unstable();
        let last_ms = earlier_ms.pop().unwrap_or(at_ms);
        earlier_ms.drain(..earlier_ms.len().saturating_sub(limits::PLAY_TIMES_KEPT));
        Self { count: self.count + 1, last_ms, earlier_ms }
    }
}

/// No plays: what a profile has that never heard anything.
pub static NOTHING: Plays = Plays(BTreeMap::new());

impl Plays {
    /// How often a track was heard.
    #[must_use]
    pub fn get(&self, track: &TrackId) -> Option<&TrackPlays> {
        self.0.get(track)
    }

    /// All tracks that were ever heard, by id.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&TrackId, &TrackPlays)> {
        self.0.iter()
    }

    /// The tracks that were heard last, the last one first.
    #[must_use]
    pub fn recent(&self, limit: usize) -> Vec<(&TrackId, &TrackPlays)> {
        let mut tracks: Vec<_> = self.0.iter().collect();
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
        let plays = match self.get(track) {
            None => TrackPlays { count: 1, last_ms: at_ms, earlier_ms: Vec::new() },
            Some(before) if before.has(at_ms) => return Err(Rejection::NoChange),
            Some(before) => before.with(at_ms),
        };
        let TrackPlays { count, last_ms, earlier_ms } = plays;
        Ok(PlaysEvent::Counted { track: track.clone(), count, last_ms, earlier_ms })
    }

    /// What is remembered of a play that does not count.
    #[must_use]
    pub fn uncounted(&self, PlaysCommand::Heard { track, .. }: &PlaysCommand) -> Option<PlaysEvent> {
        let TrackPlays { count, last_ms, .. } = *self.get(track)?;
        Some(PlaysEvent::Uncounted { track: track.clone(), count, last_ms })
    }

    /// Whether these plays rest on `event`; if not, its entry may go. They must include it.
    #[must_use]
    pub fn rest_on(&self, event: &PlaysEvent) -> bool {
        let PlaysEvent::Counted { track, count, last_ms, earlier_ms } = event else { return false };
        self.get(track)
            .is_some_and(|plays| (plays.count, plays.last_ms, &plays.earlier_ms) == (*count, *last_ms, earlier_ms))
    }

    /// Takes over what happened.
    pub fn apply(&mut self, event: &PlaysEvent) {
        let PlaysEvent::Counted { track, count, last_ms, earlier_ms } = event else { return };
        let plays = TrackPlays { count: *count, last_ms: *last_ms, earlier_ms: earlier_ms.clone() };
        self.0.insert(track.clone(), plays);
        if self.0.len() > limits::PLAYED_TRACKS_MAX {
            let oldest = self.0.iter().min_by_key(|(_, plays)| plays.last_ms).map(|(track, _)| track.clone());
            oldest.and_then(|track| self.0.remove(&track));
        }
    }
}

/// What is logged of a wish that changes nothing, so that its key is answered the same for ever; `None`: nothing need be, since
/// it would change nothing later, either.
#[must_use]
pub fn unchanging(state: &State, wish: &Wish) -> Option<Event> {
    let Command::Plays(profile, command) = &wish.command else { return None };
    let event = state.durable.plays(profile).uncounted(command)?;
    Some(Event::Plays(profile.clone(), event))
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
        let (PlaysEvent::Counted { count, .. } | PlaysEvent::Uncounted { count, .. }) = event;
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
        let expected = TrackPlays { count: 2, last_ms: 100 * MINUTE, earlier_ms: vec![41 * MINUTE] };
        assert_eq!(plays.recent(9)[0].1, &expected);
    }

    #[test]
    fn a_late_play_that_is_told_again_is_the_same_play() {
        let mut plays = Plays::default();
        assert_eq!(hear(&mut plays, 600 * MINUTE, 0), Ok(1));
        // Three of a day away, told at its end; and all of it once more, under other keys.
        for (nth, age) in [500, 400, 300].into_iter().enumerate() {
            assert_eq!(hear(&mut plays, 600 * MINUTE, age * MINUTE.unsigned_abs()), Ok(nth as u64 + 2));
        }
        for age in [500, 400, 300, 0] {
            assert_eq!(hear(&mut plays, 601 * MINUTE, age * MINUTE.unsigned_abs() + 60_000), Err(Rejection::NoChange));
        }
    }

    #[test]
    fn so_many_times_are_remembered_and_a_log_from_before_has_none() {
        let mut plays = Plays::default();
        for hour in 0..40 {
            hear(&mut plays, hour * 60 * MINUTE, 0).unwrap();
        }
        let (track, _) = known();
        let kept = plays.get(&track).unwrap();
        assert_eq!((kept.count, kept.earlier_ms.len()), (40, limits::PLAY_TIMES_KEPT));
        assert_eq!(kept.earlier_ms.last(), Some(&(38 * 60 * MINUTE)));
        let before: PlaysEvent = serde_json::from_str(r#"{"counted":{"track":"a","count":3,"last_ms":5}}"#).unwrap();
        plays.apply(&before);
        assert!(plays.rest_on(&before));
    }

    #[test]
    fn what_does_not_count_changes_nothing_and_need_not_be_kept() {
        let mut plays = Plays::default();
        hear(&mut plays, 100 * MINUTE, 0).unwrap();
        let (track, _) = known();
        let event = plays.uncounted(&PlaysCommand::Heard { track, age_ms: 0 }).unwrap();
        let before = plays.clone();
        plays.apply(&event);
        assert_eq!(plays, before);
        assert!(!plays.rest_on(&event));
    }

    #[test]
    fn what_the_library_does_not_have_was_not_heard() {
        let track = TrackId::new("z").unwrap();
        let wish = PlaysCommand::Heard { track: track.clone(), age_ms: 0 };
        let refused = Plays::default().decide(&wish, &known().1, Now::default());
        assert_eq!(refused, Err(Rejection::NoSuchTrack(track)));
    }
}
