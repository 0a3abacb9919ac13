//! How stations follow the library, the playlists, the ratings, and the house's clock.
//!
//! News only set a mark; the supervisor looks once a second whether there is one. So a scan that tells of each album it
//! finds makes stations look once a second at most, and waits for nobody.

use crate::core::command::{Command, Wish};
use crate::core::radio::{RadioCommand, Station, StationTrack};
use crate::core::source::Source;
use crate::device::zone;
use crate::hub::{Hub, Submission};
use crate::library::{Library, LibraryEvent};
use crate::net::radio::{Studio, asking};
use crate::wire::snapshot::Published;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// A writer that does not come round within this has other troubles.
const WRITER_WITHIN: Duration = Duration::from_secs(5);

/// Whether there is something that stations do not know yet.
pub(super) struct Stations(Arc<AtomicBool>);

impl Stations {
    /// Listens to the library from now on; what it has now is news too.
    pub fn follow(library: &Library) -> Self {
        let mark = Arc::new(AtomicBool::new(true));
        let set = Arc::clone(&mark);
        library.listen(move |event| {
            if matches!(event, LibraryEvent::Changed { .. }) {
                set.store(true, Ordering::Relaxed);
            }
        });
        Self(mark)
    }

    /// Tells each station what its source has now, if there is news; or, `in_any_case`, what has changed without.
    pub fn look(&self, hub: &Hub, studio: &Studio, in_any_case: bool) {
        if self.0.swap(false, Ordering::Relaxed) || in_any_case {
            refresh(hub, studio);
        }
    }
}

fn refresh(hub: &Hub, studio: &Studio) {
    // What the library told the writer before it told us is then part of what is published.
    if !hub.is_moving(WRITER_WITHIN) {
        return;
    }
    let published = hub.published();
    let stations = &published.durable.radio.stations;
    // An empty library is one that is not there yet: a station must not forget its tracks over it.
    if stations.is_empty() || published.presence.tracks.is_empty() {
        return;
    }
    let has_schedule = stations.values().any(|station| station.plan.schedule.is_some());
    let utc_offset_min = if has_schedule { zone::utc_offset_min() } else { 0 };
    for station in stations.values() {
        if let Some(tracks) = tracks_of(station, &published) {
            let (id, forgives) = (station.id.clone(), studio.has_ffmpeg());
            wish(hub, RadioCommand::Retrack { station: id, tracks, utc_offset_min, forgives });
        }
    }
}

/// What the station's source has now: nothing, if it is gone; `None` if nobody can tell.
fn tracks_of(station: &Station, published: &Published) -> Option<Arc<[StationTrack]>> {
    let plan = &station.plan;
    match (asking::tracks_of(&plan.source, &plan.profile, published), &plan.source) {
        (Ok(tracks), _) => Some(tracks),
        (Err(_), Source::Album(_) | Source::Artist(_) | Source::Genre(_) | Source::Playlist(_)) => Some(Arc::default()),
        (Err(_), _) => None,
    }
}

fn wish(hub: &Hub, command: RadioCommand) {
    let wish = Wish { command: Command::Radio(command), origin: None, guard: None };
    let answer = Box::new(|answer: Result<_, crate::hub::Refused>| {
        if let Err(refused) = answer {
            ::log::debug!("a station stays as it is: {refused}");
        }
    });
    hub.submit(Submission { wish, key: None, connection: None, puts: Vec::new(), answer });
}
