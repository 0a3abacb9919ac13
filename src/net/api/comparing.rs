//! Comparisons: the pair on the table, the answers to it, and the ratings that come of them.

use super::{arguments, carry_out, encoded, query_number};
use crate::core::ids::ProfileId;
use crate::core::rejection::Rejection;
use crate::net::app::App;
use crate::net::problem::Problem;
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

/// `GET /ratings?profile=&offset=&limit=`, or `household=1` for what all profiles together think
pub fn ratings(app: &App, call: &Call<'_>) -> Answer {
    let (offset, limit) = (query_number(call, "offset", 0)?, query_number(call, "limit", usize::MAX)?);
    let (published, of_all) = (app.published(), query_number(call, "household", 0)? != 0);
    let tracks = &published.presence.tracks;
    let ratings = match named(app, call)? {
        Some(_) if of_all => return Err(refusal::invalid("ask for a profile or for the household, not both")),
        None if of_all => comparing::household_ratings(&published.durable.comparisons, tracks, offset, limit),
        named => {
            let asking = || app.who(call.request).map(|who| published.profile_of(&who.device));
            let profile = named.map_or_else(asking, Ok)?;
            comparing::ratings(&profile, published.durable.comparison(&profile), tracks, offset, limit)
        }
    };
    Ok(Response::json(200, &ratings).header("Cache-Control", "no-store").into())
}

/// The profile that the query names.
fn named(app: &App, call: &Call<'_>) -> Result<Option<ProfileId>, Problem> {
    let Some(text) = call.request.query.get("profile") else { return Ok(None) };
    let profile = ProfileId::new(&text).map_err(|bad| refusal::invalid(&bad.to_string()))?;
    match app.published().durable.household.profiles.contains_key(&profile) {
        true => Ok(Some(profile)),
        false => Err(refusal::of_rejection(&Rejection::NoSuchProfile(profile.to_string()))),
    }
}
