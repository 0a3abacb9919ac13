//! Plays as the wire has them: what was heard, as it comes in, and what a profile hears often and heard last.

use super::Seconds;
use super::command::{BadCommand, read};
use super::track::shown as track;
use crate::core::ids::TrackId;
use crate::core::plays::{Plays, PlaysCommand, PlaysEvent, TrackPlays};
use crate::core::tracks::KnownTracks;
use crate::limits;
use serde::Deserialize;
use serde_json::{Map, Value, json as value};

/// Understands `plays`: a track was heard, now, or at `ts` by a clock that says `sentTs` now.
///
/// # Errors
/// [`BadCommand`] that says which argument to correct.
pub fn command(name: &str, args: &Value) -> Result<PlaysCommand, BadCommand> {
    if name != "plays" {
        return Err(BadCommand::Unknown(name.chars().take(40).collect()));
    }
    let Heard { track_id, ts, sent_ts } = read(name, args)?;
    let wrong = |detail: &str| BadCommand::Arguments { name: name.to_owned(), detail: detail.to_owned() };
    let age_ms = match (ts, sent_ts) {
        (None, _) => 0,
        (Some(_), None) => return Err(wrong("sentTs: with ts, say when you send this by the same clock")),
        (Some(ts), Some(sent)) => age_ms(sent - ts).ok_or_else(|| wrong("ts and sentTs are seconds since 1970"))?,
    };
    Ok(PlaysCommand::Heard { track: track_id, age_ms })
}

/// What is not long past is now: a clock that was set back between the two makes no future.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
fn age_ms(seconds: f64) -> Option<u64> {
    let ms = (seconds * 1000.0).round().max(0.0);
    (seconds.is_finite() && ms <= limits::PLAY_AGE_MS_MAX as f64).then_some(ms as u64)
}

/// The event's `data`.
#[must_use]
pub fn data(event: &PlaysEvent) -> Value {
    let (PlaysEvent::Counted { track, count, last_ms, .. } | PlaysEvent::Uncounted { track, count, last_ms }) = event;
    counted(track, *count, *last_ms)
}

/// How often a track was heard, and when last.
#[must_use]
pub fn counted(track: &TrackId, count: u64, last_ms: i64) -> Value {
    value!({ "trackId": track, "count": count, "lastPlayed": Seconds(last_ms) })
}

/// `plays` of the full state.
#[must_use]
pub fn recent(plays: &Plays) -> Value {
    let tracks: Vec<&TrackId> = plays.recent(limits::PLAYS_TOLD).into_iter().map(|(track, _)| track).collect();
    value!({ "recent": tracks })
}

/// `GET /plays`: how often each track was heard, and the `limit` that were heard last.
#[must_use]
pub fn all(plays: &Plays, tracks: &KnownTracks, limit: usize) -> Value {
    let counts: Map<String, Value> = plays.iter().map(|(id, plays)| (id.to_string(), plays.count.into())).collect();
    let row = |(id, plays): (&TrackId, &TrackPlays)| value!({ "track": track(id, tracks), "count": plays.count, "lastPlayed": Seconds(plays.last_ms) });
    let recent: Vec<Value> = plays.recent(limit).into_iter().map(row).collect();
    value!({ "counts": counts, "recent": recent })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Heard {
    track_id: TrackId,
    ts: Option<f64>,
    sent_ts: Option<f64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn age(args: Value) -> Result<u64, String> {
        let PlaysCommand::Heard { age_ms, .. } = command("plays", &args).map_err(|bad| bad.to_string())?;
        Ok(age_ms)
    }

    #[test]
    fn a_play_is_as_old_as_its_senders_clock_says() {
        assert_eq!(age(value!({"trackId": "a"})), Ok(0));
        assert_eq!(age(value!({"trackId": "a", "ts": 90.5, "sentTs": 100.0})), Ok(9_500));
        assert_eq!(age(value!({"trackId": "a", "ts": 101, "sentTs": 100})), Ok(0), "never in the future");
        for (args, says) in [
            (value!({"ts": 1, "sentTs": 2}), "missing field `trackId`"),
            (value!({"trackId": "a", "ts": 1}), "sentTs"),
            (value!({"trackId": "a", "ts": 0, "sentTs": 1e300}), "seconds since 1970"),
            (value!({"trackId": "../a"}), "trackId must be"),
        ] {
            let said = age(args).unwrap_err();
            assert!(said.contains(says), "{said}");
        }
    }
}
