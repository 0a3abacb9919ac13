//! Comparisons: the pair on the table, the answers to it, and the ratings that come of them.

use super::{arguments, carry_out, encoded, query_number};
use crate::core::ids::ProfileId;
use crate::net::app::App;
use crate::net::refusal;
use crate::net::response::Response;
use crate::net::router::{Answer, Call};
use crate::wire::comparing;

/// `GET /comparison`
pub fn comparison(app: &App, call: &Call<'_>) -> Answer {
    let profile = app.profile(&app.who(call.request)?.device);
    Ok(encoded(app.published().comparison(&profile)).header("Cache-Control", "no-store").into())
}

/// `POST /comparison/start`, `verdict`, `skip`, `undo`, `select`: the path names the command.
pub fn command(app: &App, call: &Call<'_>) -> Answer {
    let (name, args) = (call.request.path.trim_start_matches('/'), arguments(call)?);
    let (who, accepted) = carry_out(app, call, name, &args)?;
    let (version, seq) = (accepted.version, accepted.seq);
    let shown = accepted.published.comparison(&app.profile(&who.device));
    Ok(encoded(format!("{{\"eventCount\":{version},\"seq\":{seq},\"comparison\":{shown}}}")).into())
}

/// `GET /ratings?profile=&offset=&limit=`
pub fn ratings(app: &App, call: &Call<'_>) -> Answer {
    let named = call.request.query.get("profile").map(|name| ProfileId::new(&name)).transpose();
    let profile = match named.map_err(|bad| refusal::invalid(&bad.to_string()))? {
        Some(profile) => profile,
        None => app.profile(&app.who(call.request)?.device),
    };
    let (offset, limit) = (query_number(call, "offset", 0)?, query_number(call, "limit", usize::MAX)?);
    let published = app.published();
    let comparison = published.durable.comparison(&profile);
    let ratings = comparing::ratings(&profile, comparison, &published.presence.tracks, offset, limit);
    Ok(Response::json(200, &ratings).header("Cache-Control", "no-store").into())
}
