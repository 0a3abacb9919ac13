//! Messages in words. Remembers who is called what, and what was said last, so that nothing is said twice.

use super::super::catalogue::Catalogue;
use super::super::describe::{self, Stage, count};
use super::super::radio::told;
use crate::client::Message;
use crate::core::ids::DeviceId;
use serde_json::Value;
use std::collections::HashMap;

/// Somebody who tells what happens.
#[derive(Debug)]
pub(super) struct Teller {
    pub catalogue: Catalogue,
    target: String,
    names: HashMap<String, String>,
    last: String,
}

impl Teller {
    pub(super) fn new(target: String) -> Self {
        Self { catalogue: Catalogue::default(), target, names: HashMap::new(), last: String::new() }
    }

    /// The lines for one message; none for what only machines need.
    pub(super) fn tell(&mut self, message: &Message) -> Vec<String> {
        let data = message.data();
        let line = match message.kind() {
            "sync:full" => {
                self.learn(&data["devices"]);
                Some(format!("in step with {}: {}", self.target, self.stage(&data["session"])))
            }
            "session:presence" => Some(self.presence(data)),
            "household:paired" | "household:renamed" => {
                self.learn(&Value::Array(vec![data["device"].clone()]));
                let verb = if message.kind() == "household:paired" { "is paired" } else { "is the new name" };
                Some(format!("{} {verb}", self.name(data["device"]["clientId"].as_str())))
            }
            "household:revoked" => Some(format!("{} is out", self.name(data["clientId"].as_str()))),
            kind if kind.starts_with("household:profile-") => Some(profile(message)),
            "plays:counted" => Some(format!("heard: {}", self.heard(data))),
            "library:changed" => {
                let number = |key: &str| data[key].as_u64().unwrap_or_default();
                Some(format!(
                    "the library has {} ({} new, {} gone)",
                    count(number("count"), "track"),
                    number("added"),
                    number("removed")
                ))
            }
            "household:address" => {
                let by_name = data["localUrl"].as_str().map(|name| format!(" and {name}")).unwrap_or_default();
                Some(format!("the appliance is at {}{by_name}", data["url"].as_str().unwrap_or_default()))
            }
            "library:scan" if data["total"] == 0 => Some("looking for music".into()),
            "library:scan" => Some(format!("scanning: {} of {}", data["done"], data["total"])),
            "server:refresh" if message.0["reason"] == "profile" => {
                Some("this device belongs to somebody else now".into())
            }
            "server:refresh" => {
                Some(format!("the appliance goes away: {}", message.0["reason"].as_str().unwrap_or("restart")))
            }
            "comparison:selected" => None,
            kind if kind.starts_with("comparison:") => Some(self.by(message, &comparison(message))),
            "stars:retimed" => None,
            "stars:changed" => self.stars(data).map(|what| self.by(message, &what)),
            kind if kind.starts_with("playlists:") => Some(self.by(message, &playlists(message))),
            kind if kind.starts_with("radio:") => Some(self.by(message, &told(kind, data))),
            "playback:updated" => Some(self.playback(data)),
            "cursor" | "sync:resumed" | "household:presence" | "playback:position" => None,
            _ => Some(self.happened(message)),
        };
        line.filter(|line| *line != self.last).inspect(|line| line.clone_into(&mut self.last)).into_iter().collect()
    }

    /// An event of a session: who did what, and what the room does now.
    fn happened(&self, message: &Message) -> String {
        let what = match message.kind() {
            "session:played" => "play",
            "session:paused" => "pause",
            "session:sought" => "seek",
            "session:advanced" => "next track",
            "session:queue" => return self.by(message, &self.queue(message.data())),
            "barrier.release" => return format!("together: {}", self.stage(message.data())),
            other => other,
        };
        self.by(message, &format!("{what}: {}", self.stage(message.data())))
    }

    /// What became of what this very device plays for itself.
    fn playback(&self, data: &Value) -> String {
        let track = data["trackId"].as_str().map(|track| format!(" {}", self.catalogue.name(track)));
        let what = match (data["mode"].as_str(), track) {
            (Some(mode), track) => format!("{mode}{}", track.unwrap_or_default()),
            (None, Some(track)) => format!("now{track}"),
            (None, None) if data["queueChange"].is_object() => "its queue changed".into(),
            (None, None) => "another position".into(),
        };
        let other = || self.name(data["cause"]["clientId"].as_str());
        match data["cause"]["type"].as_str() {
            Some("claimed") => format!("this device: {what}, from {}", other()),
            Some("yielded") => format!("this device: {what}, {} goes on", other()),
            _ => format!("this device: {what}"),
        }
    }

    fn queue(&self, data: &Value) -> String {
        let change = &data["queueChange"];
        let tracks = change["trackIds"].as_array().map(Vec::as_slice).unwrap_or_default();
        let named = |track: Option<&str>| track.map_or_else(|| "a track".into(), |track| self.catalogue.name(track));
        let what = match (change["op"].as_str(), tracks) {
            (Some("insert"), [one]) => format!("{} added", named(one.as_str())),
            (Some("insert"), many) => format!("{} added", count(many.len() as u64, "track")),
            (Some("remove"), _) => format!("{} removed", named(change["trackId"].as_str())),
            (Some("move"), _) => format!("{} moved to place {}", named(change["trackId"].as_str()), change["to"]),
            _ => "changed".into(),
        };
        format!("queue: {what}, {}", count(data["queueLength"].as_u64().unwrap_or_default(), "track"))
    }

    fn heard(&self, data: &Value) -> String {
        let times = count(data["count"].as_u64().unwrap_or_default(), "time");
        format!("{}, {times} so far", self.catalogue.name(data["trackId"].as_str().unwrap_or_default()))
    }

    /// What was starred and unstarred; nothing, if others were later with all of it.
    fn stars(&self, data: &Value) -> Option<String> {
        let marks = data["events"].as_array().map(Vec::as_slice).unwrap_or_default();
        let wins: Vec<&Value> = marks.iter().filter(|mark| mark["by"].is_null()).collect();
        let verb = |mark: &Value| match mark["eventType"].as_str().unwrap_or_default().starts_with("un") {
            true => "no longer starred",
            false => "starred",
        };
        match wins.as_slice() {
            [] => None,
            [one] => {
                let id = one["id"].as_str().unwrap_or_default();
                let kind = one["eventType"].as_str().and_then(|name| name.split('_').nth(1)).unwrap_or("track");
                let name = if kind == "track" { self.catalogue.name(id) } else { format!("{kind} {id}") };
                Some(format!("{}: {name}", verb(one)))
            }
            many => {
                let stars = many.iter().filter(|mark| verb(mark) == "starred").count() as u64;
                Some(format!("{} starred, {} unstarred", stars, many.len() as u64 - stars))
            }
        }
    }

    fn presence(&self, data: &Value) -> String {
        let barrier = &data["barrier"];
        let ids = |key: &str| barrier[key].as_array().cloned().unwrap_or_default();
        let ready = ids("ready");
        let late = ids("members").into_iter().filter(|member| !ready.contains(member));
        let late: Vec<String> = late.map(|member| self.name(member.as_str())).collect();
        if late.is_empty() {
            format!("listening: {}", describe::listeners(&data["clients"]))
        } else {
            format!("waiting for {}; listening: {}", late.join(", "), describe::listeners(&data["clients"]))
        }
    }

    fn stage(&self, of: &Value) -> String {
        Stage { play_state: &of["playState"], barrier: &of["barrier"], server_ms: None }.told(&self.catalogue)
    }

    fn by(&self, message: &Message, what: &str) -> String {
        match message.origin() {
            Some(device) => format!("{what} (by {})", self.name(Some(device))),
            None => what.to_owned(),
        }
    }

    fn learn(&mut self, devices: &Value) {
        for device in devices.as_array().map(Vec::as_slice).unwrap_or_default() {
            if let (Some(id), Some(name)) = (device["clientId"].as_str(), device["name"].as_str()) {
                self.names.insert(id.into(), name.into());
            }
        }
    }

    fn name(&self, device: Option<&str>) -> String {
        let device = device.unwrap_or("somebody");
        if device == DeviceId::local().as_str() {
            return "the appliance's own command line".into();
        }
        self.names.get(device).filter(|name| !name.is_empty()).cloned().unwrap_or_else(|| device.to_owned())
    }
}

/// What became of a profile.
fn profile(message: &Message) -> String {
    let name = message.data()["profile"]["name"].as_str().unwrap_or_default();
    match message.kind() {
        "household:profile-created" => format!("there is a profile of {name}"),
        "household:profile-renamed" => format!("{name} is the new name of a profile"),
        _ => "a profile is gone".into(),
    }
}

/// What became of a comparison.
fn comparison(message: &Message) -> String {
    let (data, track) = (message.data(), super::super::compare::track_name);
    let next = match &data["pair"] {
        Value::Object(pair) => format!("now {} or {}?", track(&pair["a"]), track(&pair["b"])),
        _ => "every pair was asked".into(),
    };
    let what = match message.kind() {
        "comparison:started" => "started",
        "comparison:verdict" if data["verdict"]["winner"] == "tie" => "a tie",
        "comparison:verdict" => "answered",
        "comparison:skipped" => "skipped",
        _ => "an answer was taken back",
    };
    format!("comparison: {what}, {next}")
}

/// What became of a playlist.
fn playlists(message: &Message) -> String {
    let list = &message.data()["playlist"];
    let name = list["name"].as_str().unwrap_or("a playlist");
    match message.kind() {
        "playlists:created" => format!("playlist “{name}” is there, {}", count_of(list)),
        "playlists:deleted" => "a playlist is gone".into(),
        _ => format!("playlist “{name}” changed, {}", count_of(list)),
    }
}

fn count_of(list: &Value) -> String {
    count(list["count"].as_u64().unwrap_or_default(), "track")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_evening_in_words() {
        let mut teller = Teller::new("pi:8642".into());
        teller.catalogue =
            Catalogue::of(&json!([{"trackId": "a", "tags": {"title": "A"}}, {"trackId": "b", "tags": {"title": "B"}}]));
        let state = |mode: &str| json!({"mode": mode, "trackId": "a", "anchorPositionSec": 5.0, "startAt": 1});
        let origin = json!({"clientId": "0A", "tab": "t"});
        let story = [
            (
                json!({"type": "sync:full", "data": {"devices": [{"clientId": "0A", "name": "Phone"}],
                    "session": {"playState": state("paused"), "barrier": null}}}),
                "in step with pi:8642: paused “A” at 0:05",
            ),
            (
                json!({"type": "session:played", "origin": origin,
                    "data": {"playState": state("waiting"), "barrier": {"members": ["0A"], "ready": []}}}),
                "play: waiting to start “A”: one listener is getting it (by Phone)",
            ),
            (
                json!({"type": "session:presence", "data": {"clients": [{"name": "Phone", "ready": false, "fraction": 0.4}],
                    "barrier": {"members": ["0A"], "ready": []}}}),
                "waiting for Phone; listening: Phone (40 %)",
            ),
            (
                json!({"type": "barrier.release", "data": {"playState": state("playing"), "barrier": null}}),
                "together: playing “A”, 0:05",
            ),
            (
                json!({"type": "session:queue", "origin": origin,
                    "data": {"queueChange": {"op": "insert", "at": 1, "trackIds": ["b"]}, "queueLength": 2}}),
                "queue: “B” added, 2 tracks (by Phone)",
            ),
            (
                json!({"type": "session:sought", "origin": {"clientId": "0000000000000000"},
                    "data": {"playState": state("playing"), "barrier": null}}),
                "seek: playing “A”, 0:05 (by the appliance's own command line)",
            ),
            (json!({"type": "household:revoked", "data": {"clientId": "0A"}}), "Phone is out"),
            (
                json!({"type": "household:address", "data": {"url": "http://10.0.0.7:8642", "localUrl": "http://h.local:8642"}}),
                "the appliance is at http://10.0.0.7:8642 and http://h.local:8642",
            ),
            (json!({"type": "library:scan", "data": {"done": 0, "total": 0}}), "looking for music"),
            (
                json!({"type": "comparison:verdict", "data": {"verdict": {"winner": "a"},
                    "pair": {"id": "7a", "a": {"title": "A", "artist": "Ada"}, "b": {"trackId": "b"}}}}),
                "comparison: answered, now “A” by Ada or “b”?",
            ),
            (
                json!({"type": "playlists:created", "data": {"playlist": {"name": "Evening", "count": 1}}}),
                "playlist “Evening” is there, 1 track",
            ),
            (
                json!({"type": "household:profile-created", "data": {"profile": {"id": "u3", "name": "Anna"}}}),
                "there is a profile of Anna",
            ),
            (
                json!({"type": "plays:counted", "data": {"trackId": "a", "count": 2, "lastPlayed": 1.5}}),
                "heard: “A”, 2 times so far",
            ),
            (
                json!({"type": "playback:updated", "data": {"mode": "playing", "trackId": "b",
                    "cause": {"type": "claimed", "clientId": "0A"}}}),
                "this device: playing “B”, from Phone",
            ),
            (json!({"type": "playback:updated", "data": {"positionSec": 3.0}}), "this device: another position"),
            (
                json!({"type": "stars:changed", "origin": origin,
                    "data": {"events": [{"eventType": "star_track", "id": "b"}, {"eventType": "star_track", "id": "a", "by": {}}]}}),
                "starred: “B” (by Phone)",
            ),
            (
                json!({"type": "stars:changed", "data": {"events": [{"eventType": "unstar_album", "id": "x"}]}}),
                "no longer starred: album x",
            ),
            (
                json!({"type": "stars:changed", "data": {"events": [{"eventType": "star_track", "id": "b"},
                    {"eventType": "star_artist", "id": "y"}, {"eventType": "unstar_track", "id": "a"}]}}),
                "2 starred, 1 unstarred",
            ),
            (json!({"type": "server:refresh", "reason": "profile"}), "this device belongs to somebody else now"),
            (json!({"type": "server:refresh", "reason": "stopping"}), "the appliance goes away: stopping"),
        ];
        for (message, expected) in story {
            assert_eq!(teller.tell(&Message(message)), [expected]);
        }
        assert!(teller.tell(&Message(json!({"type": "cursor", "seq": 9}))).is_empty());
    }

    #[test]
    fn nothing_is_said_twice_in_a_row() {
        let mut teller = Teller::new("pi".into());
        let scan = Message(json!({"type": "library:scan", "data": {"done": 1, "total": 2}}));
        assert_eq!(teller.tell(&scan), ["scanning: 1 of 2"]);
        assert!(teller.tell(&scan).is_empty());
    }
}
