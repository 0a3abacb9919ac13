//! How stations follow the library and the house's clock.

use crate::core::command::{Command, Wish};
use crate::core::radio::{RadioCommand, Station, StationTrack};
use crate::core::source::Source;
use crate::device::zone;
use crate::hub::{Hub, Submission};
use crate::library::source::SourceError;
use crate::library::{Library, LibraryEvent};
use crate::net::radio::Studio;
use std::sync::{Arc, Weak};

/// Looks at all stations now, and again after each scan that changed something. Nothing here waits for the writer.
pub(super) fn start(hub: &Hub, library: &Library, studio: &Arc<Studio>) {
    refresh(hub, studio);
    let (told, studio): (Hub, Weak<Studio>) = (hub.clone(), Arc::downgrade(studio));
    library.listen(move |event| {
        if let (LibraryEvent::Changed { .. }, Some(studio)) = (event, studio.upgrade()) {
            refresh(&told, &studio);
        }
    });
}

/// Tells each station what its source has now, and what the house's clocks show. What is so already changes nothing.
pub(super) fn refresh(hub: &Hub, studio: &Studio) {
    let published = hub.published();
    let stations = &published.durable.radio.stations;
    let has_schedule = stations.values().any(|station| station.plan.schedule.is_some());
    let utc_offset_min = if has_schedule { zone::utc_offset_min() } else { 0 };
    // An empty catalogue is one that is not there yet: a station must not forget its tracks over it.
    if studio.tracks_of(&Source::All).is_ok_and(|all| all.is_empty()) {
        return;
    }
    for station in stations.values() {
        if let Some(tracks) = tracks_of(studio, station) {
            let (id, forgives) = (station.id.clone(), studio.has_ffmpeg());
            wish(hub, RadioCommand::Retrack { station: id, tracks, utc_offset_min, forgives });
        }
    }
}

/// What the station's source has now: nothing, if it is gone; `None` if nobody can tell.
fn tracks_of(studio: &Studio, station: &Station) -> Option<Arc<[StationTrack]>> {
    match studio.tracks_of(&station.plan.source) {
        Ok(tracks) => Some(tracks),
        Err(SourceError::NoSuch { .. }) => Some(Arc::default()),
        Err(SourceError::NotYet(_)) => None,
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
