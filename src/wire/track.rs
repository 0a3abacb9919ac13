//! A track as an event or an answer names it to people.

use super::Seconds;
use crate::core::ids::TrackId;
use crate::core::tracks::KnownTracks;
use serde::Serialize;

/// A track object. Of a track that the library does not have, only the id is there.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TrackShown {
    track_id: TrackId,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    artist: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    album: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cover_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    duration: Option<Seconds>,
}

/// The track object of `track`.
#[must_use]
pub fn shown(track: &TrackId, tracks: &KnownTracks) -> TrackShown {
    let known = tracks.shelf().and_then(|shelf| shelf.describe(track));
    let duration = tracks.duration_ms(track).map(Seconds::from);
    let (title, known) = (known.as_ref().map(|known| known.title.clone()), known.unwrap_or_default());
    let (artist, album, cover_url) = (known.artist, known.album, known.cover_url);
    TrackShown { track_id: track.clone(), title, artist, album, cover_url, duration }
}
