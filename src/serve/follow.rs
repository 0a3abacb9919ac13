//! How the library's news become the house's: known tracks for decisions, an event for everybody, new files for the queue.

use crate::core::command::{Command, SessionCommand, Wish};
use crate::core::ids::{RoomId, TrackId};
use crate::core::presence::Signal;
use crate::core::topic::Topic;
use crate::core::tracks::KnownTracks;
use crate::hub::{Hub, Submission};
use crate::library::{Library, LibraryEvent};
use crate::wire::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Tells the hub what the library has, and goes on telling it. Nothing here waits for the writer.
pub(super) fn start(hub: &Hub, library: &Library, follows: &Arc<AtomicBool>) {
    tell_tracks(hub, library);
    let (told, listening, follows) = (hub.clone(), library.clone(), Arc::clone(follows));
    library.listen(move |event| news(&told, &listening, follows.load(Ordering::Relaxed), event));
    if !library.catalog().is_empty() {
        fill_first_queue(hub, library);
    }
}

fn news(hub: &Hub, library: &Library, follows: bool, event: &LibraryEvent) {
    match event {
        LibraryEvent::Progress(progress) => hub.ephemeral("library:scan", Topic::Library, json(progress)),
        LibraryEvent::Changed { version, count, added, removed } => {
            tell_tracks(hub, library);
            let (version, count) = (*version, *count as u64);
            let command =
                Command::LibraryChanged { version, count, added: added.len() as u64, removed: removed.len() as u64 };
            wish(hub, command);
            if is_first(hub) {
                fill_first_queue(hub, library);
            } else if follows {
                let catalog = library.catalog();
                follow(hub, added.iter().filter(|id| catalog.playable(id)).cloned().collect());
            }
        }
        LibraryEvent::MassMissing { missing, known } => {
            let data = json(&serde_json::json!({ "missing": missing, "known": known }));
            hub.ephemeral("library:missing", Topic::Library, data);
        }
    }
}

fn tell_tracks(hub: &Hub, library: &Library) {
    hub.signal(Signal::Library(Arc::new(KnownTracks::of(library.catalog()))));
}

/// Whether nobody has ever touched the house's queue.
fn is_first(hub: &Hub) -> bool {
    hub.published().event_count(&RoomId::house()) == 0
}

/// At the first start the house's queue is the whole library, in album order.
fn fill_first_queue(hub: &Hub, library: &Library) {
    if is_first(hub) {
        let catalog = library.catalog();
        follow(hub, catalog.album_order().filter(|id| catalog.playable(id)).cloned().collect());
    }
}

/// Tracks that browsers cannot play are found by those who look for them, but come into no queue by themselves.
fn follow(hub: &Hub, tracks: Arc<[TrackId]>) {
    if tracks.is_empty() {
        return;
    }
    wish(hub, Command::Session(RoomId::house(), SessionCommand::Follow { tracks }));
}

fn wish(hub: &Hub, command: Command) {
    let wish = Wish { command, origin: None, guard: None };
    let answer = Box::new(|answer: Result<_, crate::hub::Refused>| {
        if let Err(refused) = answer {
            ::log::debug!("the library's news were not taken: {refused}");
        }
    });
    hub.submit(Submission { wish, key: None, connection: None, puts: Vec::new(), answer });
}
