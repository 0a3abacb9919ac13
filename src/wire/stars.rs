//! Stars as the wire has them: a batch that comes in, the event that goes out.

use super::Seconds;
use crate::core::ids::MutationId;
use crate::core::starring::{Item, Kind, Mark, Marked, StarReport, Stars, StarsEvent};
use serde_json::{Value, json};
use std::collections::HashMap;

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
#[must_use]
pub fn results(reports: &[StarReport], event: Option<&StarsEvent>, stars: &Stars) -> Value {
    let marks = event.map_or(&[][..], StarsEvent::marks);
    let mut news: HashMap<&MutationId, &Marked> = marks.iter().map(|marked| (&marked.mutation_id, marked)).collect();
    let results = reports.iter().map(|StarReport { mutation_id, .. }| {
        let Some(marked) = news.remove(mutation_id) else {
            return json!({ "mutationId": mutation_id, "status": "duplicate" });
        };
        match later(marked, stars).filter(|later| later.by != marked.mark.by) {
            Some(later) => json!({ "mutationId": mutation_id, "status": "superseded", "by": by(later) }),
            None => json!({ "mutationId": mutation_id, "status": "accepted" }),
        }
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

/// S2's name for a star or unstar of this kind of item.
#[must_use]
pub fn event_type(item: &Item, is_starred: bool) -> &'static str {
    match (item.kind, is_starred) {
        (Kind::Track, true) => "star_track",
        (Kind::Track, false) => "unstar_track",
        (Kind::Album, true) => "star_album",
        (Kind::Album, false) => "unstar_album",
        (Kind::Artist, true) => "star_artist",
        (Kind::Artist, false) => "unstar_artist",
    }
}
