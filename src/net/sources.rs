//! Which tracks a source stands for now: of the library, of a playlist, of what a profile rates, starred or heard.

use super::problem::Problem;
use super::refusal;
use crate::core::ids::{ProfileId, TrackId};
use crate::core::rejection::Rejection;
use crate::core::source::{Source, SourceId};
use crate::core::starring::Kind;
use crate::limits;
use crate::wire::snapshot::Published;
use std::collections::HashSet;

/// The tracks of `source`, for `profile`; those that are there.
///
/// # Errors
/// 404 or 422 with a sentence that says what to choose instead.
pub fn resolve(source: &Source, profile: &ProfileId, published: &Published) -> Result<Vec<TrackId>, Problem> {
    let known = &published.presence.tracks;
    let tracks: Vec<TrackId> = match source {
        Source::Playlist(id) => {
            let playlist = published.durable.playlists.get(id);
            let playlist = playlist.ok_or_else(|| Rejection::NoSuchPlaylist(id.to_string()));
            playlist.map_err(|why| refusal::of_rejection(&why))?.tracks.tracks().to_vec()
        }
        Source::Starred => starred(profile, published),
        Source::Top => {
            let board = published.durable.comparison(profile).leaderboard();
            board.into_iter().take(limits::TOP_TRACKS_MAX).map(|(track, ..)| track.clone()).collect()
        }
        Source::Recent => {
            let heard = published.durable.plays(profile).recent(limits::RECENT_TRACKS_MAX);
            heard.into_iter().map(|(track, _)| track.clone()).collect()
        }
        of_library => match known.shelf() {
            Some(shelf) => shelf.tracks_of(of_library).map_err(|why| refusal::invalid(&why))?,
            None => Vec::new(),
        },
    };
    Ok(tracks.into_iter().filter(|track| known.has(track)).collect())
}

/// The starred tracks, the one starred last first, then those of starred albums in album order; each once.
fn starred(profile: &ProfileId, published: &Published) -> Vec<TrackId> {
    let stars = published.durable.stars(profile);
    let tracks = stars.starred(Kind::Track).into_iter().filter_map(|(id, _)| TrackId::new(id.as_str()).ok());
    let shelf = published.presence.tracks.shelf();
    let albums = stars.starred(Kind::Album).into_iter().flat_map(|(id, _)| {
        let album = SourceId::try_from(id.to_string()).ok().map(Source::Album);
        // An album that is gone may come back: its star stays, and stands for nothing.
        album.zip(shelf).and_then(|(album, shelf)| shelf.tracks_of(&album).ok()).unwrap_or_default()
    });
    let mut seen = HashSet::new();
    tracks.chain(albums).filter(|track| seen.insert(track.clone())).collect()
}
