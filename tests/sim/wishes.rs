//! What phones wish beside the session: stars, plays, playlists, comparisons, stations, rooms, and what each plays for itself.

use super::dice::Dice;
use super::server::{LENGTHS_MS, device, track};
use hearken::core::command::{Command, HouseholdCommand};
use hearken::core::ids::{ProfileId, RoomId, StationId};
use hearken::core::radio::{Plan, RadioCommand, RadioMode, StationTrack};
use hearken::core::source::Source;
use hearken::wire::{command, comparing, playback, playlists, plays, stars};
use serde_json::{Value, json};

/// A command by its name, as the server understands it from this phone.
pub fn understand(n: usize, id: &str, name: &str, args: &Value) -> Result<Command, String> {
    let home = ProfileId::home;
    let chance = id.bytes().fold(7_u64, |sum, byte| sum.wrapping_mul(31) + u64::from(byte));
    let told = |bad: command::BadCommand| bad.to_string();
    match name.split('/').next().unwrap_or_default() {
        "stars" => stars::command(name, args).map(|it| Command::Stars(home(), it)).map_err(told),
        "plays" => plays::command(name, args).map(|it| Command::Plays(home(), it)).map_err(told),
        "playlists" => playlists::command(name, args).map(Command::Playlists).map_err(told),
        "playback" => playback::command(name, args, &device(n)).map_err(told),
        "comparison" => {
            let all = || (0..LENGTHS_MS.len()).map(track).collect();
            let asked = comparing::command(name, args).map_err(told)?;
            Ok(Command::Comparison(home(), asked.with(chance, all)))
        }
        "rooms" => {
            let room = RoomId::new(&format!("r{}", chance % 3)).unwrap();
            Ok(Command::Household(match name {
                "rooms/delete" => HouseholdCommand::DeleteRoom { room },
                _ => HouseholdCommand::CreateRoom { room, name: format!("Room {}", chance % 1_000) },
            }))
        }
        "radio" => Ok(Command::Radio(radio(name, chance))),
        _ => command::session(name, args, &RoomId::house(), chance).map_err(told),
    }
}

fn radio(name: &str, chance: u64) -> RadioCommand {
    let station = StationId::new(&format!("s{}", chance % 3)).unwrap();
    match name {
        "radio/delete" => RadioCommand::Delete { station },
        "radio/skip" => RadioCommand::Skip { station, track: None },
        _ => {
            let lengths = LENGTHS_MS.iter().enumerate().filter_map(|(n, length)| Some((n, (*length)?)));
            let tracks = lengths.map(|(n, duration_ms)| StationTrack { id: track(n), duration_ms }).collect();
            let (source, mode, name) = (Source::All, RadioMode::Shuffle, format!("Station {}", chance % 1_000));
            RadioCommand::Create {
                station,
                plan: Plan { name, source, profile: ProfileId::home(), mode, schedule: None },
                tracks,
            }
        }
    }
}

/// A wish that is not about the session; `seq` names it, `at` is the phone's idea of the time, seconds.
pub fn any(dice: &mut Dice, seq: u64, at: f64) -> (&'static str, Value) {
    let track = format!("t{}", dice.from(0, LENGTHS_MS.len() as u64));
    let tracks = || vec![track.clone()];
    match dice.from(0, 16) {
        0..=3 => {
            let kind = ["star_track", "unstar_track", "star_album", "unstar_album"][dice.from(0, 4) as usize];
            let ts = at - dice.from(0, 100) as f64;
            let event = json!({"mutationId": format!("m{seq}"), "ts": ts, "eventType": kind, "id": track});
            ("stars", json!({"sentTs": at, "events": [event]}))
        }
        4 | 5 => ("plays", json!({"trackId": track})),
        6 => (
            "playback",
            json!({"mode": "playing", "trackId": track, "positionSec": 1, "queue": tracks(), "queueIndex": 0}),
        ),
        7 => ("playback", json!({"mode": "paused", "positionSec": dice.from(0, 3)})),
        8 => ("playlists", json!({"name": format!("List {}", dice.from(0, 9)), "trackIds": tracks()})),
        9 => ("playlists/add", json!({"playlistId": format!("p{}", dice.from(1, 9)), "trackIds": tracks()})),
        10 => ("playlists/delete", json!({"playlistId": format!("p{}", dice.from(1, 9))})),
        11 => ("comparison/start", json!({"source": {"type": "all"}, "mode": "all"})),
        12 => ("comparison/undo", json!({})),
        13 => ("radio/stations", json!({})),
        14 => ("radio/delete", json!({})),
        _ => (if dice.one_in(2) { "rooms" } else { "rooms/delete" }, json!({})),
    }
}

/// What a question about a pair becomes when its tracks are known.
trait With {
    fn with(
        self,
        seed: u64,
        tracks: impl FnOnce() -> Vec<hearken::core::ids::TrackId>,
    ) -> hearken::core::command::ComparisonCommand;
}

impl With for comparing::Asked {
    fn with(
        self,
        seed: u64,
        tracks: impl FnOnce() -> Vec<hearken::core::ids::TrackId>,
    ) -> hearken::core::command::ComparisonCommand {
        match self {
            Self::Start { source, mode } => {
                hearken::core::command::ComparisonCommand::Start { source, mode, tracks: tracks(), seed }
            }
            Self::Ready(command) => command,
        }
    }
}
