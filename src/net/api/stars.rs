//! Stars: what a profile likes, what its devices report, and how it came to be.

use super::{arguments, carry_out, encoded, query_number, told};
use crate::core::event::Event;
use crate::core::topic::Topic;
use crate::net::app::App;
use crate::net::problem;
use crate::net::response::Response;
use crate::net::router::{Answer, Call};
use crate::wire::stars::rows;
use serde_json::{Value, json};

/// Rows of the log that are shown unless asked for more.
const ROWS: usize = 100;
/// Rows of the log that are shown at most.
const ROWS_MAX: usize = 10_000;

/// `GET /stars`
pub fn stars(app: &App, call: &Call<'_>) -> Answer {
    let profile = app.profile(&app.who(call.request)?.device);
    Ok(encoded(app.published().stars(&profile)).header("Cache-Control", "no-store").into())
}

/// `POST /stars`, `/stars/undo`, `/stars/redo`: the path names the command.
pub fn command(app: &App, call: &Call<'_>) -> Answer {
    let (name, args) = (call.request.path.trim_start_matches('/'), arguments(call)?);
    let (_, accepted) = carry_out(app, call, name, &args)?;
    Ok(told(&accepted).into())
}

/// `GET /stars/log?since=&limit=`: what happened after entry `since`. An entry is shown whole, so there may be a few rows
/// more than `limit`; the last row's `seq` is the next `since`.
pub fn log(app: &App, call: &Call<'_>) -> Answer {
    let profile = app.profile(&app.who(call.request)?.device);
    let (since, limit) = (query_number(call, "since", 0)?, query_number(call, "limit", ROWS)?.clamp(1, ROWS_MAX));
    let topic = Topic::Stars(profile.clone()).to_string();
    let entries = app.operator.entries(&topic, since as u64, limit).map_err(|why| problem::INTERNAL.because(why))?;
    let mut shown: Vec<Value> = Vec::new();
    for entry in entries {
        if shown.len() >= limit {
            break;
        }
        match serde_json::from_slice::<Event>(&entry.payload) {
            Ok(Event::Stars(_, event)) => shown.extend(rows(entry.seq, &profile, &event)),
            Ok(_) => {}
            Err(error) => ::log::warn!("entry {} cannot be understood: {error}", entry.seq),
        }
    }
    Ok(Response::json(200, &json!({ "rows": shown })).header("Cache-Control", "no-store").into())
}
