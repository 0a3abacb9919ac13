//! The two ways to watch: a WebSocket, and an event stream.

use crate::hub::ring::Since;
use crate::net::app::App;
use crate::net::live::view::{Topics, View, Writing};
use crate::net::live::{Opening, sse, ws};
use crate::net::message::{Method, Request, Version};
use crate::net::problem::{self, Problem};
use crate::net::refusal;
use crate::net::router::{Answer, Call};
use crate::net::service::Outcome;
use std::sync::Arc;

/// `GET /ws/sync?tab=&room=&topics=&since=`
pub fn websocket(app: &App, call: &Call<'_>) -> Answer {
    let key = handshake_key(call.request)?;
    let topics = match call.request.query.get("topics") {
        Some(list) => Topics::parse(&list).map_err(|wrong| refusal::invalid(&wrong))?,
        None => Topics::ALL,
    };
    let opening = opening(app, call, Writing::WebSocket, topics)?;
    let beside = app.beside();
    Ok(Outcome::upgrade(move |taken| ws::serve(&beside, taken, &key, opening)))
}

/// `GET /events?room=&since=&listen=`
pub fn events(app: &App, call: &Call<'_>) -> Answer {
    let opening = opening(app, call, Writing::EventStream, Topics::SESSION)?;
    let listens = call.request.query.get("listen").is_none_or(|listen| listen != "0");
    let live = Arc::clone(&app.live);
    Ok(Outcome::upgrade(move |taken| sse::serve(&live, taken, opening, listens)))
}

fn opening(app: &App, call: &Call<'_>, writing: Writing, topics: Topics) -> Result<Opening, Problem> {
    // The route of GET answers HEAD too, and a stream has no head without a body.
    if call.request.method != Method::Get {
        return Err(Problem::new(problem::METHOD_NOT_ALLOWED).header("Allow", "GET"));
    }
    let who = app.who(call.request)?;
    let room = app.room(call.request)?;
    let you = app.you(&who);
    let view = View { writing, room, profile: you.profile.clone(), topics };
    Ok(Opening { you, view, since: since(call.request) })
}

/// Where the client was. A place that cannot be read is no place: it gets the full state.
fn since(request: &Request) -> Option<Since> {
    let named = request.query.get("since").map(std::borrow::Cow::into_owned);
    let named = named.or_else(|| request.headers.get("last-event-id").map(str::to_owned));
    named?.parse().ok()
}

/// The key of a WebSocket handshake (RFC 6455, 4.2.1).
fn handshake_key(request: &Request) -> Result<String, Problem> {
    let has = |name: &str, token: &str| {
        request
            .headers
            .get_all(name)
            .flat_map(|value| value.split(','))
            .any(|one| one.trim().eq_ignore_ascii_case(token))
    };
    if request.version == Version::Http10 {
        return Err(problem::BAD_REQUEST.because("HTTP/1.0 cannot become a WebSocket: ask with HTTP/1.1."));
    }
    if !has("upgrade", "websocket") || !has("connection", "upgrade") {
        return Err(problem::BAD_REQUEST.because("This is a WebSocket: ask with Upgrade: websocket."));
    }
    if request.headers.get("sec-websocket-version") != Some("13") {
        return Err(problem::BAD_REQUEST.because("Speak version 13.").header("Sec-WebSocket-Version", "13"));
    }
    let key = request.headers.get("sec-websocket-key").map(str::trim).filter(|key| key.len() == 24);
    key.map(str::to_owned).ok_or_else(|| problem::BAD_REQUEST.because("Sec-WebSocket-Key must be 16 bytes in base64."))
}
