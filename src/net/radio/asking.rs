//! Commands on stations as they come in, by POST and by WebSocket alike: names and JSON to a command of the core, with the
//! tracks of its source and what becomes of the station's key.

use super::Studio;
use super::keys::KeyChange;
use crate::core::ids::{DeviceId, StationId, TrackId};
use crate::core::presence::Signal;
use crate::core::radio::schedule::{DAY_MIN, Schedule, WINDOWS_MAX, Window};
use crate::core::radio::{Plan, RadioCommand, RadioMode, Station, StationEdit};
use crate::core::rejection::Rejection;
use crate::core::source::Source;
use crate::device::{secrets, zone};
use crate::hub::Refused;
use crate::net::problem::{self, Problem};
use crate::net::refusal;
use crate::wire::command::{self, BadCommand};
use serde::Deserialize;
use serde_json::Value;

/// The commands on stations by their names on the WebSocket, in the order of docs/protocol.md.
pub const RADIO_COMMANDS: [&str; 5] = ["radio/stations", "radio/delete", "radio/skip", "radio/key", "radio/tune"];

/// A command that was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// What is asked of the core.
    pub command: RadioCommand,
    /// What becomes of the station's key, if it is accepted.
    pub key: Option<KeyChange>,
}

/// Understands a command; `radio/tune` is none, see [`tune`].
///
/// # Errors
/// The problem, naming the argument to correct.
pub fn understand(studio: &Studio, name: &str, args: &Value) -> Result<Asked, Problem> {
    match name {
        "radio/stations" if args.get("id").is_none() => create(studio, name, args),
        "radio/stations" => change(studio, name, args).map(Asked::plain),
        "radio/delete" => {
            let Named { id: station } = read(name, args)?;
            let key = Some(KeyChange::no_key(&station));
            Ok(Asked { command: RadioCommand::Delete { station }, key })
        }
        "radio/skip" => {
            let Skip { id: station, track_id: track } = read(name, args)?;
            Ok(Asked::plain(RadioCommand::Skip { station, track }))
        }
        "radio/key" => {
            let Named { id: station } = read(name, args)?;
            let key = Some(new_key(&station)?);
            Ok(Asked { command: RadioCommand::Rekey { station }, key })
        }
        _ => Err(refusal::of_bad_command(&BadCommand::Unknown(name.chars().take(40).collect()))),
    }
}

/// `radio/tune`: the device hears a station on its own page, or no more. No event: returns what the station plays.
///
/// # Errors
/// 404 for a station that is not there, 409 if it is off the air, 422 for arguments that make no sense.
pub fn tune(studio: &Studio, device: &DeviceId, args: &Value) -> Result<Value, Problem> {
    let Tune { id, on } = read("radio/tune", args)?;
    let (published, now) = (studio.hub.published(), studio.hub.clock().now());
    let station = published.durable.radio.station(&id).map_err(|why| refusal::of_rejection(&why))?;
    if on && !station.is_on_air(now.wall_ms) {
        let why = if station.tracks.is_empty() { Rejection::NothingToPlay } else { Rejection::OffAir };
        return Err(refusal::of_rejection(&why));
    }
    studio.hub.signal(Signal::Tuned(device.clone(), on.then_some(id)));
    Ok(studio.now(station))
}

/// A refusal of a command on a station.
#[must_use]
pub fn refused(refused: &Refused) -> Problem {
    match refused {
        Refused::Rejected(rejection, _) => refusal::of_rejection(rejection),
        other => refusal::of_refused(other, &crate::core::ids::RoomId::house()),
    }
}

impl Asked {
    fn plain(command: RadioCommand) -> Self {
        Self { command, key: None }
    }
}

impl Studio {
    /// What a station plays now, with titles, by both clocks.
    #[must_use]
    pub fn now(&self, station: &Station) -> Value {
        let now = self.hub.clock().now();
        let mut shown = crate::wire::radio::now(station, now.wall_ms);
        shown["atMs"] = now.mono.0.into();
        self.name_tracks(&mut shown);
        shown
    }

    /// Adds to the tracks of a `now` what they are called.
    pub fn name_tracks(&self, now: &mut Value) {
        let catalog = self.library.catalog();
        let name = |track: &mut Value| {
            let id = track["trackId"].as_str().and_then(|id| TrackId::new(id).ok());
            let Some(entry) = id.as_ref().and_then(|id| catalog.track(id)) else { return };
            if let Some(tags) = &entry.tags {
                track["title"] = tags.title.as_deref().into();
                track["artist"] = tags.artist.as_deref().into();
                track["album"] = tags.album.as_deref().into();
            }
            track["fileName"] = entry.file_name.into();
            track["coverUrl"] = entry.cover_url.into();
        };
        ["track", "next"].iter().for_each(|place| name(&mut now[*place]));
        now["upcoming"].as_array_mut().into_iter().flatten().for_each(name);
    }
}

#[derive(Deserialize)]
struct Named {
    id: StationId,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Skip {
    id: StationId,
    track_id: Option<TrackId>,
}

#[derive(Deserialize)]
struct Tune {
    id: StationId,
    #[serde(default = "yes")]
    on: bool,
}

fn yes() -> bool {
    true
}

#[derive(Deserialize)]
struct Create {
    name: String,
    source: Source,
    #[serde(default = "shuffle")]
    mode: RadioMode,
}

fn shuffle() -> RadioMode {
    RadioMode::Shuffle
}

#[derive(Deserialize)]
struct Change {
    id: StationId,
    name: Option<String>,
    source: Option<Source>,
    mode: Option<RadioMode>,
}

fn create(studio: &Studio, name: &str, args: &Value) -> Result<Asked, Problem> {
    let Create { name: called, source, mode } = read(name, args)?;
    let tracks = studio.tracks_of(&source).map_err(|why| refusal::invalid(&why.to_string()))?;
    let id = secrets::appliance_id().map_err(|why| problem::INTERNAL.because(why.to_string()))?;
    let station = StationId::new(&id).map_err(|bad| problem::INTERNAL.because(bad.to_string()))?;
    let plan = Plan { name: called, source, mode, schedule: schedule(args)?.flatten() };
    let key = Some(new_key(&station)?);
    Ok(Asked { command: RadioCommand::Create { station, plan, tracks }, key })
}

fn change(studio: &Studio, name: &str, args: &Value) -> Result<RadioCommand, Problem> {
    let Change { id: station, name: called, source, mode } = read(name, args)?;
    let tracks = source.as_ref().map(|source| studio.tracks_of(source)).transpose();
    let tracks = tracks.map_err(|why| refusal::invalid(&why.to_string()))?;
    let edit = StationEdit { name: called, source: source.zip(tracks), mode, schedule: schedule(args)? };
    Ok(RadioCommand::Change { station, edit })
}

fn new_key(station: &StationId) -> Result<KeyChange, Problem> {
    KeyChange::new_key(station).map_err(|why| problem::INTERNAL.because(why.to_string()))
}

/// `[{"from": "06:00", "to": "22:30"}]`; nothing, or an empty list, is always on the air.
fn schedule(args: &Value) -> Result<Option<Option<Schedule>>, Problem> {
    #[derive(Deserialize)]
    struct Hours {
        from: String,
        to: String,
    }
    let Some(given) = args.get("schedule") else { return Ok(None) };
    let hours = Option::<Vec<Hours>>::deserialize(given).map_err(|error| wrong(&format!("schedule: {error}")))?;
    let hours = hours.unwrap_or_default();
    if hours.len() > WINDOWS_MAX {
        return Err(wrong(&format!("schedule: a day has {WINDOWS_MAX} windows at most")));
    }
    let window = |Hours { from, to }: &Hours| {
        let (from_min, to_min) = (minute(from)?, minute(to)?);
        (from_min < DAY_MIN && from_min != to_min).then_some(Window { from_min, to_min })
    };
    let windows: Option<Vec<Window>> = hours.iter().map(window).collect();
    let windows =
        windows.ok_or_else(|| wrong("schedule: from and to are two times of day, such as 06:00 and 22:30"))?;
    Ok(Some((!windows.is_empty()).then(|| Schedule { windows, utc_offset_min: zone::utc_offset_min() })))
}

fn minute(text: &str) -> Option<u16> {
    let (hour, minute) = text.split_once(':')?;
    let (hour, minute) = (hour.parse::<u16>().ok()?, minute.parse::<u16>().ok()?);
    let is_time = hour <= 24 && minute < 60;
    is_time.then(|| hour * 60 + minute).filter(|of_day| *of_day <= DAY_MIN)
}

fn read<T: serde::de::DeserializeOwned>(name: &str, args: &Value) -> Result<T, Problem> {
    command::read(name, args).map_err(|bad| refusal::of_bad_command(&bad))
}

fn wrong(detail: &str) -> Problem {
    refusal::invalid(detail)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_schedule_is_times_of_day() {
        let windows = |args: Value| schedule(&args).map(|given| given.map(|some| some.map(|s| s.windows)));
        assert_eq!(windows(json!({})).unwrap(), None);
        assert_eq!(windows(json!({"schedule": null})).unwrap(), Some(None));
        assert_eq!(windows(json!({"schedule": []})).unwrap(), Some(None));
        let night = windows(json!({"schedule": [{"from": "22:30", "to": "24:00"}]})).unwrap().flatten().unwrap();
        assert_eq!(night, [Window { from_min: 1350, to_min: 1440 }]);
        for bad in [
            json!([{"from": "6", "to": "7"}]),
            json!([{"from": "07:00", "to": "07:00"}]),
            json!("x"),
            json!([{"from": "24:00", "to": "07:00"}]),
            json!([{"from": "65535:00", "to": "07:00"}]),
        ] {
            assert!(windows(json!({"schedule": bad})).is_err(), "{bad}");
        }
    }
}
