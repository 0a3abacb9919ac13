//! A session in words, one line a fact.

use super::catalogue::Catalogue;
use super::position::Position;
use serde_json::Value;

/// What a room does: its play state, its barrier, and the appliance's clock if it was asked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stage<'a> {
    pub play_state: &'a Value,
    pub barrier: &'a Value,
    pub server_ms: Option<f64>,
}

impl Stage<'_> {
    /// `playing “Title” by Artist, 1:23 of 4:05`
    pub(super) fn told(&self, catalogue: &Catalogue) -> String {
        let Some(track) = self.play_state["trackId"].as_str() else {
            return "stopped".into();
        };
        let name = catalogue.name(track);
        let of = catalogue.duration(track).map(|length| format!(" of {}", Position(length))).unwrap_or_default();
        match self.play_state["mode"].as_str() {
            Some("playing") => format!("playing {name}, {}{of}", Position(self.position())),
            Some("paused") => format!("paused {name} at {}{of}", Position(self.position())),
            Some("waiting") => format!("waiting to start {name}{}", self.waited_for()),
            _ => format!("stopped at {name}"),
        }
    }

    /// Seconds into the track; while playing, only as right as the clock that was read.
    fn position(&self) -> f64 {
        let anchor = self.play_state["anchorPositionSec"].as_f64().unwrap_or_default();
        let since = match (self.play_state["mode"].as_str(), self.server_ms, self.play_state["startAt"].as_f64()) {
            (Some("playing"), Some(now), Some(start)) => (now - start).max(0.0) / 1000.0,
            _ => 0.0,
        };
        anchor + since
    }

    fn waited_for(&self) -> String {
        let count = |key: &str| self.barrier[key].as_array().map_or(0, Vec::len);
        match (count("ready"), count("members")) {
            (_, 0) => ": nobody listens yet".into(),
            (0, 1) => ": one listener is getting it".into(),
            (ready, all) => format!(": {ready} of {all} listeners have it"),
        }
    }
}

/// `Kitchen phone, Anna's laptop (40 %)`, or that nobody does.
pub(super) fn listeners(clients: &Value) -> String {
    let told = |client: &Value| {
        let name = client["name"].as_str().filter(|name| !name.is_empty()).or(client["clientId"].as_str());
        let name = name.unwrap_or("somebody");
        match (client["ready"].as_bool(), client["fraction"].as_f64()) {
            (Some(false), Some(fraction)) => format!("{name} ({:.0} %)", fraction * 100.0),
            _ => name.to_owned(),
        }
    };
    let names: Vec<String> = clients.as_array().map(Vec::as_slice).unwrap_or_default().iter().map(told).collect();
    if names.is_empty() { "nobody".into() } else { names.join(", ") }
}

/// `1 track`, `12 tracks`
pub(super) fn count(number: u64, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_mode_has_its_words() {
        let catalogue = Catalogue::of(&json!([{"trackId": "a", "duration": 245.0, "tags": {"title": "T"}}]));
        let told = |mode: &str, barrier: Value| {
            let play_state = json!({"mode": mode, "trackId": "a", "anchorPositionSec": 60.0, "startAt": 1000});
            Stage { play_state: &play_state, barrier: &barrier, server_ms: Some(24_500.0) }.told(&catalogue)
        };
        let nobody = json!({"members": [], "ready": []});
        assert_eq!(told("playing", json!(null)), "playing “T”, 1:23 of 4:05");
        assert_eq!(told("paused", json!(null)), "paused “T” at 1:00 of 4:05");
        assert_eq!(told("waiting", nobody), "waiting to start “T”: nobody listens yet");
        assert_eq!(
            told("waiting", json!({"members": ["x"], "ready": []})),
            "waiting to start “T”: one listener is getting it"
        );
        let two = json!({"members": ["x", "y"], "ready": ["x"]});
        assert_eq!(told("waiting", two), "waiting to start “T”: 1 of 2 listeners have it");
        let stopped = json!({"mode": "stopped", "trackId": null});
        let stage = Stage { play_state: &stopped, barrier: &Value::Null, server_ms: None };
        assert_eq!(stage.told(&catalogue), "stopped");
    }

    #[test]
    fn listeners_are_named_with_what_they_still_load() {
        let clients = json!([{"name": "Kitchen phone", "ready": true, "fraction": 1.0},
                             {"name": "", "clientId": "0A", "ready": false, "fraction": 0.4}]);
        assert_eq!(listeners(&clients), "Kitchen phone, 0A (40 %)");
        assert_eq!(listeners(&json!([])), "nobody");
        assert_eq!((count(1, "track"), count(0, "track")), ("1 track".into(), "0 tracks".into()));
    }
}
