//! Commands on stations as they come in, by POST and by WebSocket alike: names and JSON to a command of the core, with the
//! tracks of its source and what becomes of the station's key.

use super::Studio;
use super::keys::KeyChange;
use crate::core::command::Command;
use crate::core::ids::{DeviceId, ProfileId, StationId, TrackId};
use crate::core::presence::Signal;
use crate::core::radio::schedule::{DAY_MIN, Schedule, WINDOWS_MAX, Window};
use crate::core::radio::{Plan, RadioCommand, RadioMode, Selection, Station, StationEdit, StationTrack};
use crate::core::rejection::Rejection;
use crate::core::source::Source;
use crate::device::{secrets, zone};
use crate::hub::Hub;
use crate::net::problem::{self, Problem};
use crate::net::{refusal, sources};
use crate::wire::command::{self, BadCommand};
use crate::wire::radio;
use crate::wire::snapshot::Published;
use serde::Deserialize;
use serde_json::Value;
use std::sync::Arc;

/// Understands a command; `radio/tune` is none, see [`Studio::tune`].
///
/// # Errors
/// The problem, naming the argument to correct.
pub fn understand(
    name: &str,
    args: &Value,
    profile: &ProfileId,
    published: &Published,
) -> Result<RadioCommand, Problem> {
    match name {
        "radio/stations" => create(name, args, profile, published),
        "radio/change" => change(name, args, profile, published),
        "radio/delete" => Ok(RadioCommand::Delete { station: read::<Named>(name, args)?.station_id }),
        "radio/skip" => {
            let Skip { station_id: station, track_id: track } = read(name, args)?;
            Ok(RadioCommand::Skip { station, track })
        }
        "radio/key" => Ok(RadioCommand::Rekey { station: read::<Named>(name, args)?.station_id }),
        _ => Err(refusal::of_bad_command(&BadCommand::Unknown(name.chars().take(40).collect()))),
    }
}

/// The tracks of a source as stations have them; of unknown length is 0.
///
/// # Errors
/// The problem, with a sentence that says what to choose instead.
pub fn tracks_of(source: &Source, profile: &ProfileId, published: &Published) -> Result<Arc<[StationTrack]>, Problem> {
    let length = |id: &TrackId| published.presence.tracks.duration_ms(id).and_then(|ms| u32::try_from(ms).ok());
    let with_length = |id: TrackId| {
        let duration_ms = length(&id).unwrap_or(0);
        StationTrack { id, duration_ms }
    };
    Ok(sources::resolve(source, profile, published)?.into_iter().map(with_length).collect())
}

impl Studio {
    /// `radio/tune`: the device hears a station on its own page, or no more. No event: `hub` is told, and what the station plays
    /// is returned.
    ///
    /// # Errors
    /// 404 for a station that is not there, 409 if it is off the air, 422 for arguments that make no sense.
    pub fn tune(&self, hub: &Hub, device: &DeviceId, args: &Value) -> Result<Value, Problem> {
        let Tune { station_id, on } = read("radio/tune", args)?;
        let (published, now) = (hub.published(), hub.clock().now());
        let station = published.durable.radio.station(&station_id).map_err(|why| refusal::of_rejection(&why))?;
        if on && !station.is_on_air(now.wall_ms) {
            let why = if station.tracks.is_empty() { Rejection::NothingToPlay } else { Rejection::OffAir };
            return Err(refusal::of_rejection(&why));
        }
        hub.signal(Signal::Tuned(device.clone(), on.then_some(station_id)));
        Ok(self.now(station))
    }

    /// What a station plays now, by both clocks.
    #[must_use]
    pub fn now(&self, station: &Station) -> Value {
        let now = self.hub.clock().now();
        let mut shown = radio::now(station, &self.hub.published().presence.tracks, now.wall_ms);
        shown["atMs"] = now.mono.0.into();
        shown
    }

    /// What becomes of a station's key if `command` is accepted.
    ///
    /// # Errors
    /// 500 when the kernel gives no chance.
    pub fn key_change(&self, command: &Command) -> Result<Option<KeyChange>, Problem> {
        match command {
            Command::Radio(RadioCommand::Create { station, .. } | RadioCommand::Rekey { station }) => {
                let key = KeyChange::new_key(station).map_err(|why| problem::INTERNAL.because(why.to_string()))?;
                Ok(Some(key))
            }
            Command::Radio(RadioCommand::Delete { station }) => Ok(Some(KeyChange::no_key(station))),
            _ => Ok(None),
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Named {
    station_id: StationId,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Skip {
    station_id: StationId,
    track_id: Option<TrackId>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Tune {
    station_id: StationId,
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
#[serde(rename_all = "camelCase")]
struct Change {
    station_id: StationId,
    name: Option<String>,
    source: Option<Source>,
    mode: Option<RadioMode>,
}

fn create(name: &str, args: &Value, profile: &ProfileId, published: &Published) -> Result<RadioCommand, Problem> {
    let Create { name: called, source, mode } = read(name, args)?;
    let tracks = tracks_of(&source, profile, published)?;
    let id = secrets::appliance_id().map_err(|why| problem::INTERNAL.because(why.to_string()))?;
    let station = StationId::new(&id).map_err(|bad| problem::INTERNAL.because(bad.to_string()))?;
    let plan = Plan { name: called, source, profile: profile.clone(), mode, schedule: schedule(args)?.flatten() };
    Ok(RadioCommand::Create { station, plan, tracks })
}

fn change(name: &str, args: &Value, profile: &ProfileId, published: &Published) -> Result<RadioCommand, Problem> {
    let Change { station_id: station, name: called, source, mode } = read(name, args)?;
    let selection = |source: Source| {
        let tracks = tracks_of(&source, profile, published)?;
        Ok::<_, Problem>(Selection { source, profile: profile.clone(), tracks })
    };
    let edit =
        StationEdit { name: called, source: source.map(selection).transpose()?, mode, schedule: schedule(args)? };
    Ok(RadioCommand::Change { station, edit })
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
