//! Playlists: listed, edited, and as files that other players read and write.

use super::{arguments, carry_out, encoded};
use crate::core::ids::{PlaylistId, TrackId};
use crate::core::playlists::Playlist;
use crate::core::rejection::Rejection;
use crate::hub::Accepted;
use crate::library::listed::{self, Wanted};
use crate::limits;
use crate::net::app::App;
use crate::net::problem::{self, Problem};
use crate::net::refusal;
use crate::net::response::Response;
use crate::net::router::{Answer, Call};
use crate::net::service::Outcome;
use crate::wire::m3u8::{self, Entry, M3u8};
use crate::wire::{json, playlists, snapshot::Published};
use serde_json::{Value, json as value};
use std::collections::HashSet;

/// `GET /playlists`
pub fn playlists(app: &App, _: &Call<'_>) -> Answer {
    let published = app.published();
    Ok(Response::json(200, &value!({"playlists": playlists::all(&published.durable.playlists)})).into())
}

/// `GET /playlists/{id}`
pub fn playlist(app: &App, call: &Call<'_>) -> Answer {
    let published = app.published();
    let (id, playlist) = find(call, &published)?;
    Ok(Response::json(200, &playlists::detail(&id, playlist, &published.presence.tracks)).into())
}

/// `POST /playlists {name, trackIds?}`
pub fn create(app: &App, call: &Call<'_>) -> Answer {
    let (_, accepted) = carry_out(app, call, "playlists", &arguments(call)?)?;
    Ok(answer(&accepted, ""))
}

/// `PUT /playlists/{id} {name?, trackIds?}`
pub fn change(app: &App, call: &Call<'_>) -> Answer {
    edit(app, call, "playlists/change")
}

/// `DELETE /playlists/{id}`
pub fn delete(app: &App, call: &Call<'_>) -> Answer {
    edit(app, call, "playlists/delete")
}

/// `POST /playlists/{id}/add {trackIds, at?}`
pub fn add(app: &App, call: &Call<'_>) -> Answer {
    edit(app, call, "playlists/add")
}

/// `POST /playlists/{id}/remove {trackId}`
pub fn remove(app: &App, call: &Call<'_>) -> Answer {
    edit(app, call, "playlists/remove")
}

/// `POST /playlists/{id}/move {trackId, to}`
pub fn shift(app: &App, call: &Call<'_>) -> Answer {
    edit(app, call, "playlists/move")
}

/// `GET /playlists/{id}.m3u8`
pub fn export(app: &App, call: &Call<'_>) -> Answer {
    let published = app.published();
    let (_, playlist) = find(call, &published)?;
    let catalog = app.library.catalog();
    let entry = |id: &TrackId| {
        let found = catalog.track(id)?;
        let tags = found.tags.unwrap_or_default();
        let label = match (tags.artist, tags.title) {
            (Some(artist), Some(title)) => Some(format!("{artist} - {title}")),
            (None, title) => title.map(Into::into),
            (Some(_), None) => None,
        };
        let seconds = catalog.duration_ms(id).map(|ms| u64::from(ms.div_ceil(1000)));
        Some(Entry { path: found.file_name, label, seconds, track: Some(id.clone()) })
    };
    let entries = playlist.tracks.tracks().iter().filter_map(entry).collect();
    let text = m3u8::write(&M3u8 { name: Some(playlist.name.clone()), entries });
    let file: String = playlist.name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    let shown = format!("attachment; filename=\"{file}.m3u8\"");
    let response = Response::typed(200, "audio/x-mpegurl; charset=utf-8", text.into_bytes());
    Ok(response.header("Content-Disposition", shown).into())
}

/// `POST /playlists/import?name=&file=`: the body is a playlist file. It is called `name`, else what it says itself, else
/// what it is called as a file.
pub fn import(app: &App, call: &Call<'_>) -> Answer {
    let text = std::str::from_utf8(&call.request.body).map_err(|_| {
        problem::UNSUPPORTED_TYPE.because("A playlist file is text in UTF-8: save it as M3U8 and send it again.")
    })?;
    let list = m3u8::parse(text);
    let asked = |key| call.request.query.get(key).map(std::borrow::Cow::into_owned);
    let name = asked("name").or_else(|| list.name.clone()).or_else(|| asked("file"));
    let name: String = name.unwrap_or_else(|| "Imported".into()).chars().take(limits::NAME_CHARS_MAX).collect();
    let (tracks, missing) = look_up(app, &list.entries);
    if tracks.is_empty() {
        return Err(nothing_found(&missing));
    }
    let (_, accepted) = carry_out(app, call, "playlists", &value!({"name": name, "trackIds": tracks}))?;
    let told: Vec<&str> = missing.iter().take(limits::M3U8_MISSING_TOLD_MAX).copied().collect();
    let found = format!(",\"missing\":{},\"missingCount\":{}", json(&told), missing.len());
    Ok(answer(&accepted, &found))
}

/// The tracks that the entries mean, each once, and the paths of those that were not found.
fn look_up<'a>(app: &App, entries: &'a [Entry]) -> (Vec<TrackId>, Vec<&'a str>) {
    let wanted = entries.iter().map(|entry| {
        let (track, path, label) = (entry.track.as_ref(), entry.path.as_str(), entry.label.as_deref());
        Wanted { track, path, label }
    });
    let (mut seen, mut tracks, mut missing) = (HashSet::new(), Vec::new(), Vec::new());
    for (entry, found) in entries.iter().zip(listed::find(&app.library.catalog(), wanted)) {
        match found {
            Some(track) if seen.insert(track.clone()) => tracks.push(track),
            Some(_) => {}
            None => missing.push(entry.path.as_str()),
        }
    }
    (tracks, missing)
}

fn nothing_found(missing: &[&str]) -> Problem {
    let why = match missing.len() {
        0 => "the file names no track: is it a playlist?".to_owned(),
        some => format!("none of its {some} entries is in the library, the first is {:?}", missing[0]),
    };
    refusal::invalid(&why)
}

fn edit(app: &App, call: &Call<'_>, name: &str) -> Answer {
    let mut args = arguments(call)?;
    let Some(members) = args.as_object_mut() else {
        return Err(refusal::invalid("the body is a JSON object, such as {}"));
    };
    members.insert("playlistId".into(), Value::from(call.var("id")));
    let (_, accepted) = carry_out(app, call, name, &args)?;
    Ok(answer(&accepted, ""))
}

/// What the event says of the playlist, with its place; `more` are further members.
fn answer(accepted: &Accepted, more: &str) -> Outcome {
    let members = accepted.data.trim_start_matches('{');
    let (version, seq) = (accepted.version, accepted.seq);
    let open = members.strip_suffix('}').unwrap_or(members);
    encoded(format!("{{\"eventCount\":{version},\"seq\":{seq},{open}{more}}}")).into()
}

fn find<'p>(call: &Call<'_>, published: &'p Published) -> Result<(PlaylistId, &'p Playlist), Problem> {
    let no_such = || refusal::of_rejection(&Rejection::NoSuchPlaylist(call.var("id").chars().take(40).collect()));
    let id = PlaylistId::new(call.var("id")).map_err(|_| no_such())?;
    let playlist = published.durable.playlists.get(&id).ok_or_else(no_such)?;
    Ok((id, playlist))
}
