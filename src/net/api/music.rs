//! The library: what there is to hear.

use super::query_number;
use crate::net::app::App;
use crate::net::problem::{self, Problem};
use crate::net::response::Response;
use crate::net::router::{Answer, Call};
use serde::Serialize;

/// Answers of one search.
const SEARCH_LIMIT: usize = 50;
/// The most that one search may ask for.
const SEARCH_LIMIT_MAX: usize = 500;

/// `GET /index?offset&limit`
pub fn index(app: &App, call: &Call<'_>) -> Answer {
    listed(app, call, |catalog, offset, limit| Response::json(200, &catalog.index(offset, limit)))
}

/// `GET /albums?offset&limit`
pub fn albums(app: &App, call: &Call<'_>) -> Answer {
    listed(app, call, |catalog, offset, limit| Response::json(200, &catalog.albums(offset, limit).collect::<Vec<_>>()))
}

/// `GET /artists?offset&limit`
pub fn artists(app: &App, call: &Call<'_>) -> Answer {
    listed(app, call, |catalog, offset, limit| Response::json(200, &catalog.artists(offset, limit).collect::<Vec<_>>()))
}

/// `GET /genres`
pub fn genres(app: &App, call: &Call<'_>) -> Answer {
    listed(app, call, |catalog, _, _| Response::json(200, &catalog.genres()))
}

/// `GET /albums/{id}`
pub fn album(app: &App, call: &Call<'_>) -> Answer {
    found("album", app.library.catalog().album(call.var("id")))
}

/// `GET /artists/{id}`
pub fn artist(app: &App, call: &Call<'_>) -> Answer {
    found("artist", app.library.catalog().artist(call.var("id")))
}

/// `GET /search?q=&limit=`
pub fn search(app: &App, call: &Call<'_>) -> Answer {
    let query = call.request.query.get("q").unwrap_or_default();
    let limit = query_number(call, "limit", SEARCH_LIMIT)?.min(SEARCH_LIMIT_MAX);
    let catalog = app.library.catalog();
    let found = app.library.search(&catalog, &query, limit);
    match found {
        Ok(found) => Ok(Response::json(200, &found).into()),
        Err(error) => Err(problem::INTERNAL.because(format!("the search failed: {error}"))),
    }
}

/// `POST /scan`: answered at once; what it finds is told as `library:scan` and `library:changed`.
pub fn scan(app: &App, call: &Call<'_>) -> Answer {
    #[derive(serde::Deserialize)]
    struct Scan {
        #[serde(default)]
        force: bool,
    }
    let Scan { force } = call.json()?;
    if !app.library.scan_soon(force) {
        return Err(Problem::new(problem::BUSY).retry_after(1));
    }
    Ok(Response::json(202, &serde_json::json!({ "scanning": true })).into())
}

/// A list of the whole catalogue: it changes only with a scan, so a browser that has it is told so in one line.
fn listed(app: &App, call: &Call<'_>, write: impl Fn(&crate::library::Catalog, usize, usize) -> Response) -> Answer {
    let catalog = app.library.catalog();
    let (offset, limit) = (query_number(call, "offset", 0)?, query_number(call, "limit", usize::MAX)?);
    let etag = format!("\"{}\"", catalog.etag());
    let known = call.request.headers.get_all("if-none-match").any(|held| held.contains(&etag));
    let response = if known { Response::empty(304) } else { write(&catalog, offset, limit) };
    Ok(response.header("ETag", etag).header("Cache-Control", "no-cache").into())
}

fn found(what: &'static str, thing: Option<impl Serialize>) -> Answer {
    match thing {
        Some(thing) => Ok(Response::json(200, &thing).into()),
        None => {
            Err(problem::NOT_FOUND.because(format!("The library has no such {what}; it may have gone with a scan.")))
        }
    }
}
