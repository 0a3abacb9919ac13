//! Which tracks a source stands for now: of the library, of a playlist, of what a profile rates or heard.

use super::problem::Problem;
use super::refusal;
use crate::core::ids::{ProfileId, TrackId};
use crate::core::rejection::Rejection;
use crate::core::source::Source;
use crate::limits;
use crate::wire::snapshot::Published;

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
