//! Stars as the wire has them: a batch that comes in, the event that goes out.

use super::Seconds;
use crate::core::starring::{Item, Kind, Marked, Stars, StarsEvent};
use serde_json::{Value, json};

/// The event's `type`.
#[must_use]
pub fn name(event: &StarsEvent) -> &'static str {
    match event {
        StarsEvent::Marked { .. } => "stars:changed",
        StarsEvent::Retimed { .. } => "stars:retimed",
    }
}

/// The event's `data`: the marks, each with who was later where it does not win. `stars` is the state after it.
#[must_use]
pub fn data(event: &StarsEvent, stars: &Stars) -> Value {
    let (StarsEvent::Marked { marks, .. } | StarsEvent::Retimed { marks }) = event;
    json!({ "events": marks.iter().map(|marked| mark(marked, stars)).collect::<Vec<_>>() })
}

fn mark(Marked { mutation_id, item, mark }: &Marked, stars: &Stars) -> Value {
    let mut shown = json!({
        "mutationId": mutation_id,
        "ts": Seconds(mark.at_ms),
        "eventType": event_type(item, mark.is_starred),
        "id": item.id,
        "deviceId": mark.by,
    });
    if let Some(later) = stars.get(item).filter(|later| later.by != mark.by && later.beats(mark)) {
        shown["by"] = json!({ "deviceId": later.by, "ts": Seconds(later.at_ms) });
    }
    shown
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
