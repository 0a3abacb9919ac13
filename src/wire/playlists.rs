//! Playlists on the wire: the list, the events' data, and the commands as they come in.

use super::Seconds;
use super::command::{BadCommand, read};
use super::track::{TrackShown, shown as track};
use crate::core::command::PlaylistsCommand;
use crate::core::event::PlaylistsEvent;
use crate::core::ids::{PlaylistId, TrackId};
use crate::core::playlists::{Playlist, Playlists};
use crate::core::tracks::KnownTracks;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json as value};

/// A playlist without its tracks.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Summary<'a> {
    playlist_id: &'a PlaylistId,
    name: &'a str,
    count: usize,
    updated_at: Seconds,
}

/// A playlist with its tracks: `GET /playlists/{id}`.
#[derive(Clone, Debug, Serialize)]
pub struct Detail<'a> {
    #[serde(flatten)]
    summary: Summary<'a>,
    tracks: Vec<TrackShown>,
}

/// All playlists, by name: `playlists` of `GET /playlists` and of the full state.
#[must_use]
pub fn all(playlists: &Playlists) -> Vec<Summary<'_>> {
    let mut all: Vec<Summary<'_>> = playlists.iter().map(|(id, playlist)| summary(id, playlist)).collect();
    all.sort_by_cached_key(|list| (list.name.to_lowercase(), list.playlist_id));
    all
}

/// One playlist.
#[must_use]
pub fn detail<'a>(id: &'a PlaylistId, playlist: &'a Playlist, tracks: &KnownTracks) -> Detail<'a> {
    let shown = playlist.tracks.tracks().iter().map(|id| track(id, tracks));
    Detail { summary: summary(id, playlist), tracks: shown.collect() }
}

/// The event's `type`.
#[must_use]
pub fn name(event: &PlaylistsEvent) -> &'static str {
    match event {
        PlaylistsEvent::Created { .. } => "playlists:created",
        PlaylistsEvent::Changed { .. } => "playlists:changed",
        PlaylistsEvent::Deleted { .. } => "playlists:deleted",
    }
}

/// The event's `data`; `playlists` is the state right after it.
#[must_use]
pub fn data(event: &PlaylistsEvent, playlists: &Playlists) -> Value {
    let shown = |id: &PlaylistId| value!(playlists.get(id).map(|playlist| summary(id, playlist)));
    match event {
        PlaylistsEvent::Created { id, tracks, .. } => value!({"playlist": shown(id), "trackIds": tracks}),
        PlaylistsEvent::Changed { id, change: Some(change), .. } => {
            value!({"playlist": shown(id), "queueChange": change})
        }
        PlaylistsEvent::Changed { id, change: None, .. } => value!({"playlist": shown(id)}),
        PlaylistsEvent::Deleted { id } => value!({"playlistId": id}),
    }
}

/// The commands by their names, in the order of docs/protocol.md.
pub const COMMANDS: [&str; 6] =
    ["playlists", "playlists/change", "playlists/add", "playlists/remove", "playlists/move", "playlists/delete"];

/// Understands a command on playlists.
///
/// # Errors
/// [`BadCommand`] that says which argument to correct.
pub fn command(name: &str, args: &Value) -> Result<PlaylistsCommand, BadCommand> {
    Ok(match name {
        "playlists" => {
            let Create { name, track_ids } = read(name, args)?;
            PlaylistsCommand::Create { name, tracks: track_ids }
        }
        "playlists/change" => {
            let Change { playlist_id: id, name, track_ids: tracks } = read(name, args)?;
            PlaylistsCommand::Change { id, name, tracks }
        }
        "playlists/add" => {
            let Add { playlist_id: id, track_ids: tracks, at } = read(name, args)?;
            PlaylistsCommand::Add { id, tracks, at }
        }
        "playlists/remove" => {
            let Remove { playlist_id: id, track_id: track } = read(name, args)?;
            PlaylistsCommand::Remove { id, track }
        }
        "playlists/move" => {
            let Move { playlist_id: id, track_id: track, to } = read(name, args)?;
            PlaylistsCommand::Move { id, track, to }
        }
        "playlists/delete" => PlaylistsCommand::Delete { id: read::<Delete>(name, args)?.playlist_id },
        _ => return Err(BadCommand::Unknown(name.chars().take(40).collect())),
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Create {
    name: String,
    #[serde(default)]
    track_ids: Vec<TrackId>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Change {
    playlist_id: PlaylistId,
    name: Option<String>,
    track_ids: Option<Vec<TrackId>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Add {
    playlist_id: PlaylistId,
    track_ids: Vec<TrackId>,
    at: Option<usize>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Remove {
    playlist_id: PlaylistId,
    track_id: TrackId,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Move {
    playlist_id: PlaylistId,
    track_id: TrackId,
    to: usize,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Delete {
    playlist_id: PlaylistId,
}

fn summary<'a>(playlist_id: &'a PlaylistId, playlist: &'a Playlist) -> Summary<'a> {
    let (name, count) = (playlist.name.as_str(), playlist.tracks.len());
    Summary { playlist_id, name, count, updated_at: Seconds(playlist.changed_ms) }
}
