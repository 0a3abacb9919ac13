//! Bytes of the library: files and covers. Never a path from the client.

use crate::core::ids::TrackId;
use crate::core::rejection::Rejection;
use crate::net::app::App;
use crate::net::media::{FileInfo, serve_file};
use crate::net::permit::Permit;
use crate::net::problem::{self, Problem};
use crate::net::refusal;
use crate::net::response::Response;
use crate::net::router::{Answer, Call};
use std::io::ErrorKind;

/// `GET /file/{trackId}`
pub fn file(app: &App, call: &Call<'_>) -> Answer {
    let track = track(call)?;
    let (file, found) = match app.library.open_file(&track) {
        Ok(Some(found)) => found,
        Ok(None) => return Err(refusal::of_rejection(&Rejection::NoSuchTrack(track))),
        Err(error) => return Err(unreadable(&track, &error)),
    };
    let info = FileInfo {
        file,
        size: found.size,
        media_type: found.mime.into(),
        etag: format!("\"{}\"", found.etag),
        modified: Some(found.modified),
        // The same id always names the same sound, but retagging changes bytes: ask again, cheaply.
        cache_control: "private, no-cache",
        permit: permit(app, call)?,
    };
    Ok(serve_file(call.request, info).into())
}

/// `GET /cover/{trackId}?size=`
pub fn cover(app: &App, call: &Call<'_>) -> Answer {
    let track = track(call)?;
    let size = call.request.query.get("size").map(|size| size.parse::<u32>()).transpose();
    let size = size.map_err(|_| refusal::invalid("size must be a whole number of pixels"))?;
    let etag = app.library.cover_etag(&track, size).ok().flatten().map(|etag| format!("\"{etag}\""));
    if let Some(etag) = etag
        && call.request.headers.get_all("if-none-match").any(|held| held.contains(&etag))
    {
        return Ok(kept(Response::empty(304), &etag).into());
    }
    match app.library.cover(&track, size) {
        Ok(Some(cover)) => {
            let etag = format!("\"{}\"", cover.etag);
            Ok(kept(Response::typed(200, cover.mime, cover.bytes.to_vec()), &etag).into())
        }
        Ok(None) => Err(problem::NOT_FOUND.because("This track has no cover.")),
        Err(error) => {
            ::log::warn!("the cover of {track} cannot be shown: {error}");
            Err(problem::NOT_FOUND.because("The cover of this track cannot be read."))
        }
    }
}

/// A device that is shown out gets no more of what it was downloading.
fn permit(app: &App, call: &Call<'_>) -> Result<Permit, Problem> {
    let (device, hub) = (app.who(call.request)?.device, app.hub().clone());
    Ok(Permit::while_so(move || hub.published().lets_in(&device)))
}

fn kept(response: Response, etag: &str) -> Response {
    response.header("ETag", etag).header("Cache-Control", "private, max-age=86400, immutable")
}

fn track(call: &Call<'_>) -> Result<TrackId, Problem> {
    TrackId::new(call.var("trackId")).map_err(|bad| problem::NOT_FOUND.because(bad.to_string()))
}

fn unreadable(track: &TrackId, error: &std::io::Error) -> Problem {
    ::log::warn!("the file of {track} cannot be read: {error}; check the disk, the owner and the links in audio_dir");
    match error.kind() {
        ErrorKind::NotFound => {
            problem::NOT_FOUND.because("The file is gone since the last scan; POST /scan looks again.")
        }
        ErrorKind::PermissionDenied => {
            problem::FORBIDDEN.because("The appliance may not read this file: see follow_links and the file's owner.")
        }
        _ => problem::INTERNAL.because("The file cannot be read; the appliance's log says why."),
    }
}
