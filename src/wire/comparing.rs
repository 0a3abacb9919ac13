//! Comparisons on the wire: the state, the events' data, the ratings, and the commands as they come in.
//!
//! A client takes over each of `source`, `mode`, `pair`, `prefetched`, `progress`, `selected`, `canUndo`, `canRedo` that
//! is there, whatever the event's type. Floats are rounded here, to a tenth of a point.

use super::command::{BadCommand, read};
use super::track::{TrackShown, shown as track};
use crate::core::command::ComparisonCommand;
use crate::core::comparing::{Comparison, Mode, Pair, Progress, Round, Run, Selected, household};
use crate::core::event::ComparisonEvent;
use crate::core::ids::{PairId, ProfileId, TrackId};
use crate::core::rating::Rating;
use crate::core::rating::verdict::Outcome;
use crate::core::source::Source;
use crate::core::tracks::KnownTracks;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json as value};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A pair, its members as track objects.
#[derive(Clone, Debug, Serialize)]
struct PairShown {
    id: PairId,
    a: TrackShown,
    b: TrackShown,
}

/// The pairs that come next.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Prefetched {
    if_a: Option<PairShown>,
    if_b: Option<PairShown>,
    if_tie: Option<PairShown>,
}

/// What changes with every answer.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Table {
    pair: Option<PairShown>,
    prefetched: Prefetched,
    progress: Progress,
    selected: Option<Selected>,
    can_undo: bool,
    can_redo: bool,
}

/// All of a comparison.
#[derive(Clone, Debug, Serialize)]
pub struct Shown {
    source: Option<Source>,
    mode: Option<Mode>,
    #[serde(flatten)]
    table: Table,
}

/// A track with its rating.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Rated {
    track_id: TrackId,
    rating: f64,
    uncertainty: f64,
    verdicts: u32,
}

/// What a profile compares: `GET /comparison`, and `comparison` of the full state.
#[must_use]
pub fn shown(comparison: &Comparison, tracks: &KnownTracks) -> Shown {
    let run = comparison.run();
    let (source, mode) = (run.map(|run| run.source.clone()), run.map(|run| run.mode));
    Shown { source, mode, table: table(comparison, tracks) }
}

/// The event's `type`.
#[must_use]
pub fn name(event: &ComparisonEvent) -> &'static str {
    match event {
        ComparisonEvent::Started { .. } => "comparison:started",
        ComparisonEvent::Verdict { .. } => "comparison:verdict",
        ComparisonEvent::Skipped { .. } => "comparison:skipped",
        ComparisonEvent::Undone { .. } => "comparison:undone",
        ComparisonEvent::Selected(_) => "comparison:selected",
    }
}

/// The event's `data`; `comparison` is the state right after it.
#[must_use]
pub fn data(event: &ComparisonEvent, comparison: &Comparison, tracks: &KnownTracks) -> Value {
    let of_table = |first: Value| joined(first, value!(table(comparison, tracks)));
    match event {
        ComparisonEvent::Started { source, mode, .. } => of_table(value!({"source": source, "mode": mode})),
        ComparisonEvent::Verdict { pair, outcome, .. } => {
            let ratings = ratings_of(comparison, pair);
            of_table(value!({"verdict": answer(pair, Some(*outcome)), "ratings": ratings}))
        }
        ComparisonEvent::Skipped { pair, .. } => of_table(value!({"skipped": answer(pair, None)})),
        ComparisonEvent::Undone { pair, outcome, .. } => {
            let ratings = ratings_of(comparison, pair);
            of_table(value!({"undone": answer(pair, *outcome), "ratings": ratings}))
        }
        ComparisonEvent::Selected(selected) => value!({"selected": selected}),
    }
}

/// A part of a profile's ratings, the best first: `GET /ratings`.
#[must_use]
pub fn ratings(
    profile: &ProfileId,
    comparison: &Comparison,
    tracks: &KnownTracks,
    offset: usize,
    limit: usize,
) -> Value {
    let board = comparison.leaderboard();
    let row = |(place, (id, rating, verdicts)): (usize, &(&TrackId, Rating, u32))| {
        let rated = rated(id, *rating, *verdicts);
        let about = value!({"rank": place + 1, "track": track(id, tracks)});
        joined(about, value!(rated))
    };
    let rows: Vec<Value> = board.iter().enumerate().skip(offset).take(limit).map(row).collect();
    let (method, verdicts) = (comparison.insight().method(), comparison.verdicts().len());
    value!({"profile": profile, "method": method, "verdicts": verdicts, "count": board.len(), "ratings": rows})
}

/// A part of the household's ratings, the best first: `GET /ratings?household=1`.
#[must_use]
pub fn household_ratings(
    comparisons: &BTreeMap<ProfileId, Arc<Comparison>>,
    tracks: &KnownTracks,
    offset: usize,
    limit: usize,
) -> Value {
    let board = household::board(comparisons);
    let shown = |(place, row): (usize, &household::Row<'_>)| {
        let about = value!({"rank": place + 1, "track": track(row.track, tracks), "profiles": row.profiles});
        joined(about, value!(rated(row.track, row.rating, row.verdicts)))
    };
    let rows: Vec<Value> = board.iter().enumerate().skip(offset).take(limit).map(shown).collect();
    let verdicts: usize = comparisons.values().map(|comparison| comparison.verdicts().len()).sum();
    let profiles = comparisons.values().filter(|comparison| !comparison.verdicts().is_empty()).count();
    value!({
        "household": true, "method": "committee", "profiles": profiles, "verdicts": verdicts, "count": board.len(),
        "ratings": rows,
    })
}

/// The pair on the table, as a refusal shows it.
#[must_use]
pub fn pair_now(comparison: &Comparison, tracks: &KnownTracks) -> Value {
    value!(comparison.run().and_then(|run| run.round.pair.as_ref()).map(|pair| pair_shown(pair, tracks)))
}

/// A command on a comparison, understood as far as its text goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Start with the tracks that a source stands for.
    Start {
        /// Which.
        source: Source,
        /// What is wanted of them.
        mode: Mode,
    },
    /// Anything else.
    Ready(ComparisonCommand),
}

/// The commands by their names, in the order of docs/protocol.md.
pub const COMMANDS: [&str; 6] = [
    "comparison/start",
    "comparison/verdict",
    "comparison/skip",
    "comparison/undo",
    "comparison/redo",
    "comparison/select",
];

/// Understands a command on a comparison.
///
/// # Errors
/// [`BadCommand`] that says which argument to correct.
pub fn command(name: &str, args: &Value) -> Result<Asked, BadCommand> {
    let ready = match name {
        "comparison/start" => {
            let Start { source, mode } = read(name, args)?;
            return Ok(Asked::Start { source, mode });
        }
        "comparison/verdict" => {
            let Verdict { pair_id, winner } = read(name, args)?;
            ComparisonCommand::Verdict { pair: pair_id, outcome: winner }
        }
        "comparison/skip" => ComparisonCommand::Skip { pair: read::<Skip>(name, args)?.pair_id },
        "comparison/undo" => ComparisonCommand::Undo,
        "comparison/redo" => ComparisonCommand::Redo,
        "comparison/select" => ComparisonCommand::Select(read(name, args)?),
        _ => return Err(BadCommand::Unknown(name.chars().take(40).collect())),
    };
    Ok(Asked::Ready(ready))
}

#[derive(Deserialize)]
struct Start {
    source: Source,
    #[serde(default)]
    mode: Mode,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Verdict {
    pair_id: PairId,
    winner: Outcome,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Skip {
    pair_id: PairId,
}

fn table(comparison: &Comparison, tracks: &KnownTracks) -> Table {
    let run = comparison.run();
    let empty = Round::default();
    let round = run.map_or(&empty, |run| &run.round);
    let shown = |pair: &Option<Pair>| pair.as_ref().map(|pair| pair_shown(pair, tracks));
    Table {
        pair: shown(&round.pair),
        prefetched: Prefetched { if_a: shown(&round.if_a), if_b: shown(&round.if_b), if_tie: shown(&round.if_tie) },
        progress: comparison.progress(),
        selected: run.and_then(|run| run.selected.clone()),
        can_undo: run.is_some_and(Run::can_undo),
        can_redo: run.is_some_and(|run| run.redo().is_some()),
    }
}

fn pair_shown(pair: &Pair, tracks: &KnownTracks) -> PairShown {
    PairShown { id: pair.id.clone(), a: track(&pair.a, tracks), b: track(&pair.b, tracks) }
}

fn answer(pair: &Pair, outcome: Option<Outcome>) -> Value {
    value!({"pairId": pair.id, "winner": outcome, "a": pair.a, "b": pair.b})
}

/// The ratings of a pair's two, if they are there: see [`Comparison::ratings_of`].
fn ratings_of(comparison: &Comparison, pair: &Pair) -> Option<Vec<Rated>> {
    let both = [&pair.a, &pair.b];
    let ratings = comparison.ratings_of(&both)?;
    Some(both.iter().zip(ratings).map(|(track, (rating, verdicts))| rated(track, rating, verdicts)).collect())
}

fn rated(track: &TrackId, Rating { rating, uncertainty }: Rating, verdicts: u32) -> Rated {
    let tenths = |points: f64| (points * 10.0).round() / 10.0;
    Rated { track_id: track.clone(), rating: tenths(rating), uncertainty: tenths(uncertainty), verdicts }
}

/// The members of two objects in one.
fn joined(first: Value, second: Value) -> Value {
    let (Value::Object(mut all), Value::Object(more)) = (first, second) else { return Value::Null };
    all.extend(more);
    Value::Object(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_listed_command_is_understood() {
        let args = value!({
            "pairId": "7a", "winner": "tie", "trackId": "k3", "isPlaying": true, "source": {"type": "all"}, "mode": "top10"
        });
        for name in COMMANDS {
            assert!(command(name, &args).is_ok(), "{name}");
        }
        let start = command("comparison/start", &args).unwrap();
        assert_eq!(start, Asked::Start { source: Source::All, mode: Mode::Top10 });
    }

    #[test]
    fn bad_arguments_are_named() {
        for (name, args, says) in [
            ("comparison/dance", value!({}), "there is no command"),
            ("comparison/verdict", value!({"winner": "a"}), "missing field `pairId`"),
            ("comparison/verdict", value!({"pairId": "7", "winner": "c"}), "unknown variant `c`"),
            ("comparison/start", value!({"source": {"type": "mood"}}), "unknown variant `mood`"),
            ("comparison/start", value!({"source": {"type": "album"}}), "missing field `id`"),
            ("comparison/start", value!({"source": {"type": "all"}, "mode": "best"}), "unknown variant `best`"),
            ("comparison/select", value!({"trackId": "k"}), "missing field `isPlaying`"),
        ] {
            let error = command(name, &args).unwrap_err().to_string();
            assert!(error.contains(says), "{name} {args}: {error}");
        }
    }
}
