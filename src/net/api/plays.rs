//! Plays: what the asking device's profile heard, how often, and when last.

use super::{arguments, carry_out, encoded, query_number};
use crate::limits;
use crate::net::app::App;
use crate::net::response::Response;
use crate::net::router::{Answer, Call};
use crate::wire::plays;

/// `GET /plays?limit=`
pub fn plays(app: &App, call: &Call<'_>) -> Answer {
    let profile = app.profile(&app.who(call.request)?.device);
    let limit = query_number(call, "limit", limits::PLAYS_TOLD)?;
    let published = app.published();
    let told = plays::all(published.durable.plays(&profile), &published.presence.tracks, limit);
    Ok(Response::json(200, &told).header("Cache-Control", "no-store").into())
}

/// `POST /plays {trackId, ts?, sentTs?}`: half of a track was heard, or four minutes of it.
pub fn heard(app: &App, call: &Call<'_>) -> Answer {
    let (_, accepted) = carry_out(app, call, "plays", &arguments(call)?)?;
    Ok(encoded(accepted.data.to_string()).into())
}
