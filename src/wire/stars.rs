//! Stars as the wire has them: a batch that comes in, the answer to it, the event that goes out, all of them.

use super::Seconds;
use super::command::{BadCommand, read};
use crate::core::ids::{DeviceId, ItemId, MutationId, ProfileId};
use crate::core::starring::{Item, Kind, Mark, Marked, StarReport, Stars, StarsCommand, StarsEvent};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

/// The event's `type`.
#[must_use]
pub fn name(event: &StarsEvent) -> &'static str {
    match event {
        StarsEvent::Marked { .. } => "stars:changed",
        StarsEvent::Retimed { .. } => "stars:retimed",
    }
}

/// The event's `data`: the marks, each with who was later where it is not the latest of its item. `stars` is the state
/// after it. A mark without `by` says what its item is now, so whoever reads only needs to take it over.
#[must_use]
pub fn data(event: &StarsEvent, stars: &Stars) -> Value {
    json!({ "events": event.marks().iter().map(|marked| mark(marked, stars)).collect::<Vec<_>>() })
}

/// The answer to a batch: what became of each of it, in its order. What the event does not hold was known before, or
/// stands earlier in the same batch. Who changed their mind themselves lost against nobody: that is accepted.
///
/// What was known is among the marks that the item's latest has beaten, so if that is another device's, it won: whoever
/// sends again because the first answer was lost is told so all the same.
#[must_use]
pub fn results(reports: &[StarReport], sender: Option<&DeviceId>, event: Option<&StarsEvent>, stars: &Stars) -> Value {
    let marks = event.map_or(&[][..], StarsEvent::marks);
    let mut news: HashMap<&MutationId, &Marked> = marks.iter().map(|marked| (&marked.mutation_id, marked)).collect();
    let results = reports.iter().map(|StarReport { mutation_id, item, .. }| {
        let (won, status) = match news.remove(mutation_id) {
            Some(marked) => {
                let won = later(marked, stars).filter(|later| later.by != marked.mark.by);
                (won, if won.is_some() { "superseded" } else { "accepted" })
            }
            None => (stars.get(item).filter(|latest| Some(&latest.by) != sender), "duplicate"),
        };
        let mut result = json!({ "mutationId": mutation_id, "status": status });
        if let Some(won) = won {
            result["by"] = by(won);
        }
        result
    });
    json!({ "results": results.collect::<Vec<_>>() })
}

fn mark(marked: &Marked, stars: &Stars) -> Value {
    let Marked { mutation_id, item, mark } = marked;
    let mut shown = json!({
        "mutationId": mutation_id,
        "ts": Seconds(mark.at_ms),
        "eventType": event_type(item, mark.is_starred),
        "id": item.id,
        "deviceId": mark.by,
    });
    if let Some(later) = later(marked, stars) {
        shown["by"] = by(later);
    }
    shown
}

/// What won over this mark, if something did.
fn later<'a>(Marked { item, mark, .. }: &Marked, stars: &'a Stars) -> Option<&'a Mark> {
    stars.get(item).filter(|known| known.beats(mark))
}

fn by(mark: &Mark) -> Value {
    json!({ "deviceId": mark.by, "ts": Seconds(mark.at_ms) })
}

/// S2's names: star and unstar of each kind.
const EVENT_TYPES: [(&str, Kind, bool); 6] = [
    ("star_track", Kind::Track, true),
    ("unstar_track", Kind::Track, false),
    ("star_album", Kind::Album, true),
    ("unstar_album", Kind::Album, false),
    ("star_artist", Kind::Artist, true),
    ("unstar_artist", Kind::Artist, false),
];

/// Times beyond this are not seconds, but perhaps milliseconds: the year 5138.
const TS_MAX: f64 = 1e11;

/// S2's name for a star or unstar of this kind of item.
#[must_use]
pub fn event_type(item: &Item, is_starred: bool) -> &'static str {
    let named = EVENT_TYPES.iter().find(|(_, kind, starred)| (*kind, *starred) == (item.kind, is_starred));
    named.map_or("", |(name, ..)| name)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Batch {
    sent_ts: f64,
    events: Vec<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Reported {
    mutation_id: MutationId,
    ts: f64,
    event_type: String,
    id: ItemId,
}

/// Understands `stars`, `stars/undo` and `stars/redo`.
///
/// # Errors
/// [`BadCommand`]: what to correct. One event that cannot be understood refuses the whole batch, and is named by its place.
pub fn command(name: &str, args: &Value) -> Result<StarsCommand, BadCommand> {
    let bad = |detail: String| BadCommand::Arguments { name: name.to_owned(), detail };
    match name {
        "stars" => {
            let Batch { sent_ts, events } = read(name, args)?;
            let sent_ts = seconds("sentTs", sent_ts).map_err(bad)?;
            let understood = events.iter().enumerate().map(|(place, event)| {
                report(event, sent_ts).map_err(|why| bad(format!("events[{place}]: {why}; none of the batch is taken")))
            });
            understood.collect::<Result<_, _>>().map(StarsCommand::Mark)
        }
        "stars/undo" => read::<serde_json::Map<String, Value>>(name, args).map(|_| StarsCommand::Undo),
        "stars/redo" => read::<serde_json::Map<String, Value>>(name, args).map(|_| StarsCommand::Redo),
        _ => Err(BadCommand::Unknown(name.chars().take(40).collect())),
    }
}

fn report(event: &Value, sent_ts: f64) -> Result<StarReport, String> {
    let Reported { mutation_id, ts, event_type, id } =
        Reported::deserialize(event).map_err(|error| super::args::told(&error))?;
    let named = EVENT_TYPES.iter().find(|(name, ..)| *name == event_type);
    let (_, kind, is_starred) = named.ok_or_else(|| {
        let shown: String = event_type.chars().take(40).collect();
        format!("eventType must be one of {}, not {shown:?}", EVENT_TYPES.map(|(name, ..)| name).join(", "))
    })?;
    let age_ms = age_ms(sent_ts - seconds("ts", ts)?);
    Ok(StarReport { mutation_id, item: Item { kind: *kind, id }, is_starred: *is_starred, age_ms })
}

fn seconds(name: &str, ts: f64) -> Result<f64, String> {
    if ts.is_finite() && (0.0..=TS_MAX).contains(&ts) {
        Ok(ts)
    } else {
        Err(format!("{name} is in seconds since 1970, not {ts}"))
    }
}

/// What was made after it was sent was made just now.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // at most TS_MAX seconds, and not negative
fn age_ms(seconds: f64) -> u64 {
    (seconds.max(0.0) * 1000.0).round() as u64
}

/// What is starred: `GET /stars`, and `stars` of the full state.
#[must_use]
pub fn all(stars: &Stars) -> Value {
    let of = |kind| {
        let starred = stars.starred(kind).into_iter();
        let shown = starred.map(|(id, mark)| json!({ "id": id, "ts": Seconds(mark.at_ms), "deviceId": mark.by }));
        shown.collect::<Vec<_>>()
    };
    json!({ "tracks": of(Kind::Track), "albums": of(Kind::Album), "artists": of(Kind::Artist) })
}

/// An entry of the log as S2 has it: a row for each mark.
#[must_use]
pub fn rows(seq: u64, profile: &ProfileId, event: &StarsEvent) -> Vec<Value> {
    let is_retimed = matches!(event, StarsEvent::Retimed { .. });
    let rows = event.marks().iter().map(|Marked { mutation_id, item, mark }| {
        let mut data = json!({ "id": item.id, "mutationId": mutation_id });
        if is_retimed {
            data["retimed"] = true.into();
        }
        json!({
            "seq": seq,
            "timestamp": Seconds(mark.at_ms),
            "user_sync_id": profile,
            "device_uuid": mark.by,
            "event_type": event_type(item, mark.is_starred),
            "event_data": data,
        })
    });
    rows.collect()
}

/// Stars that are encoded once for as long as they do not change, however many sockets come.
#[derive(Debug)]
pub struct Encoded {
    stars: Arc<Stars>,
    json: OnceLock<String>,
}

impl Encoded {
    /// Of these stars; what was encoded `before` is kept if they are the same.
    #[must_use]
    pub fn of(stars: &Arc<Stars>, before: Option<&Arc<Self>>) -> Arc<Self> {
        match before.filter(|before| Arc::ptr_eq(&before.stars, stars)) {
            Some(before) => Arc::clone(before),
            None => Arc::new(Self { stars: Arc::clone(stars), json: OnceLock::new() }),
        }
    }

    /// See [`all`].
    #[must_use]
    pub fn json(&self) -> &str {
        self.json.get_or_init(|| super::json(&all(&self.stars)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(of: &Value) -> Value {
        let mut event = json!({"mutationId": "m1", "ts": 90.5, "eventType": "unstar_album", "id": "a-1"});
        event.as_object_mut().unwrap().extend(of.as_object().unwrap().clone());
        event
    }

    fn parse(args: &Value) -> Result<Vec<StarReport>, String> {
        match command("stars", args) {
            Ok(StarsCommand::Mark(reports)) => Ok(reports),
            Ok(other) => panic!("{other:?}"),
            Err(bad) => Err(bad.to_string()),
        }
    }

    #[test]
    fn an_age_is_what_the_device_knows_for_sure() {
        let batch = |sent: f64, ts: f64| json!({"sentTs": sent, "events": [event(&json!({ "ts": ts }))]});
        for (sent, ts, age_ms) in
            [(100.0, 90.5, 9_500), (90.0, 90.5, 0), (1e11, 0.0, 100_000_000_000_000), (0.0, 0.0, 0)]
        {
            let report = parse(&batch(sent, ts)).unwrap().remove(0);
            assert_eq!((report.age_ms, report.is_starred, report.item.kind), (age_ms, false, Kind::Album));
        }
        assert_eq!(parse(&json!({"sentTs": 1, "events": []})), Ok(Vec::new()));
    }

    #[test]
    fn one_malformed_event_refuses_the_batch_and_is_named() {
        for (wrong, says) in [
            (json!({"ts": null}), "events[1]: invalid type: null"),
            (json!({"ts": "90"}), "events[1]: invalid type: string"),
            (json!({"ts": 1.79e12}), "events[1]: ts is in seconds since 1970"),
            (json!({"ts": -1}), "events[1]: ts is in seconds since 1970"),
            (json!({"eventType": "star"}), "events[1]: eventType must be one of star_track, unstar_track"),
            (json!({"eventType": 1}), "events[1]: invalid type"),
            (json!({"id": "../x"}), "events[1]: id must be 1 to 64"),
            (json!({"mutationId": ""}), "events[1]: mutationId must be 1 to 64"),
        ] {
            let batch = json!({"sentTs": 100, "events": [event(&json!({})), event(&wrong), event(&json!({}))]});
            let error = parse(&batch).unwrap_err();
            assert!(error.contains(says) && error.ends_with("none of the batch is taken"), "{wrong}: {error}");
        }
        for (args, says) in [
            (json!({"events": []}), "missing field `sentTs`"),
            (json!({"sentTs": 1}), "missing field `events`"),
            (json!({"sentTs": 1e12, "events": []}), "sentTs is in seconds"),
            (json!({"sentTs": 1, "events": [7]}), "events[0]: invalid type"),
            (json!([]), "the arguments are a JSON object"),
        ] {
            let error = parse(&args).unwrap_err();
            assert!(error.contains(says), "{args}: {error}");
        }
    }

    #[test]
    fn who_sends_again_is_told_who_was_later() {
        use crate::clock::Now;
        use crate::core::rejection::Rejection;
        let mut stars = Stars::default();
        let mut told = |by: &str, mutation: &str, age_ms: u64| {
            let (by, item) = (DeviceId::new(by).unwrap(), Item { kind: Kind::Track, id: ItemId::new("x").unwrap() });
            let mutation_id = MutationId::new(mutation).unwrap();
            let reports = vec![StarReport { mutation_id, item, is_starred: true, age_ms }];
            let now = Now { wall_ms: 100_000, ..Now::default() };
            let event = match stars.decide(&StarsCommand::Mark(reports.clone()), Some(&by), 1, now) {
                Err(Rejection::NoChange) => None,
                event => Some(event.unwrap()),
            };
            event.iter().for_each(|event| stars.apply(event));
            results(&reports, Some(&by), event.as_ref(), &stars)["results"][0].clone()
        };
        assert_eq!(told("0A", "m1", 2_000), json!({"mutationId": "m1", "status": "accepted"}));
        assert_eq!(told("0A", "m1", 9_000), json!({"mutationId": "m1", "status": "duplicate"}), "it stands");
        assert_eq!(told("0B", "m1", 1_000)["status"], "accepted");
        let later = json!({"mutationId": "m1", "status": "duplicate", "by": {"deviceId": "0B", "ts": 99.0}});
        assert_eq!(told("0A", "m1", 9_000), later);
        assert_eq!(told("0B", "m1", 9_000), json!({"mutationId": "m1", "status": "duplicate"}));
    }

    #[test]
    fn names_lead_back_to_what_they_name() {
        for (name, kind, is_starred) in EVENT_TYPES {
            let item = Item { kind, id: ItemId::new("x").unwrap() };
            assert_eq!(event_type(&item, is_starred), name);
        }
        assert_eq!(command("stars/undo", &Value::Null), Ok(StarsCommand::Undo));
        assert_eq!(command("stars/redo", &json!({})), Ok(StarsCommand::Redo));
        assert!(command("stars/fly", &json!({})).is_err() && command("stars/undo", &json!([])).is_err());
    }
}
