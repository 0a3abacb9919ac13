//! What the appliance's tracks are called.

use super::Failure;
use super::appliance::Appliance;
use serde_json::Value;
use std::collections::HashMap;

/// The index, by track id.
#[derive(Debug, Default)]
pub(super) struct Catalogue {
    tracks: HashMap<String, Value>,
}

impl Catalogue {
    /// Asks for the whole index.
    pub(super) fn load(appliance: &Appliance) -> Result<Self, Failure> {
        Ok(Self::of(&appliance.http().get("/index")?.json()))
    }

    pub(super) fn of(index: &Value) -> Self {
        let entries = index.as_array().map(Vec::as_slice).unwrap_or_default();
        let by_id = |entry: &Value| Some((entry["trackId"].as_str()?.to_owned(), entry.clone()));
        Self { tracks: entries.iter().filter_map(by_id).collect() }
    }

    /// The index entry of a track.
    pub(super) fn entry(&self, track: &str) -> Option<&Value> {
        self.tracks.get(track)
    }

    /// `“Title” by Artist`, or as much of it as is known.
    pub(super) fn name(&self, track: &str) -> String {
        self.entry(track).map_or_else(|| format!("track {track}"), name_of)
    }

    /// Length in seconds.
    pub(super) fn duration(&self, track: &str) -> Option<f64> {
        self.entry(track)?["duration"].as_f64()
    }
}

/// What an index entry is called.
pub(super) fn name_of(entry: &Value) -> String {
    let text = |value: &Value| value.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    let title = text(&entry["tags"]["title"]).or_else(|| text(&entry["fileName"]));
    let title = title.or_else(|| text(&entry["trackId"])).unwrap_or_else(|| "a track".into());
    match text(&entry["tags"]["artist"]) {
        Some(artist) => format!("“{title}” by {artist}"),
        None => format!("“{title}”"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_track_is_called_by_the_best_that_is_known() {
        let index = json!([
            {"trackId": "a", "fileName": "01.mp3", "tags": {"title": "Clair de lune", "artist": "Debussy"}, "duration": 301.5},
            {"trackId": "b", "fileName": "02.mp3", "tags": {"title": ""}},
            {"no": "track"}
        ]);
        let catalogue = Catalogue::of(&index);
        assert_eq!(catalogue.name("a"), "“Clair de lune” by Debussy");
        assert_eq!(catalogue.name("b"), "“02.mp3”");
        assert_eq!(catalogue.name("gone"), "track gone");
        assert_eq!((catalogue.duration("a"), catalogue.duration("b")), (Some(301.5), None));
    }
}
