//! Handlers, by story. Each reads a request, asks the hub or the library, and writes an answer; none decides.

pub mod comparing;
pub mod health;
pub mod households;
pub mod live;
pub mod media;
pub mod music;
pub mod operator;
pub mod pairing;
pub mod playback;
pub mod playlists;
pub mod plays;
pub mod profiles;
pub mod radio;
pub mod rooms;
pub mod session;
pub mod stars;
pub mod trust;

use super::app::App;
use super::auth::Identity;
use super::commands::Said;
use super::problem::Problem;
use super::refusal;
use super::response::Response;
use super::router::Call;
use crate::core::command::Origin;
use crate::core::ids::{CommandKey, RoomId};
use crate::hub::Accepted;
use crate::wire::args::Args;
use serde_json::Value;

/// A header that holds a whole number.
fn number(call: &Call<'_>, name: &str) -> Result<Option<u64>, Problem> {
    let Some(text) = call.request.headers.get(name) else { return Ok(None) };
    let number = text.trim().trim_matches('"').parse();
    number.map(Some).map_err(|_| refusal::invalid(&format!("{name} must be a whole number, not {text:?}")))
}

/// A whole number of the query, or `otherwise`.
fn query_number(call: &Call<'_>, name: &str, otherwise: usize) -> Result<usize, Problem> {
    let Some(text) = call.request.query.get(name) else { return Ok(otherwise) };
    text.parse().map_err(|_| refusal::invalid(&format!("{name} must be a whole number, not {text:?}")))
}

/// The idempotency key of a request.
fn key(call: &Call<'_>) -> Result<Option<CommandKey>, Problem> {
    let key = call.request.headers.get("idempotency-key").map(CommandKey::new).transpose();
    key.map_err(|bad| refusal::invalid(&bad.to_string()))
}

/// The JSON arguments of a request, with `room` from the query where they name none.
fn arguments(call: &Call<'_>) -> Result<Value, Problem> {
    let Args(mut args) = call.json()?;
    if let (Some(members), Some(room)) = (args.as_object_mut(), call.request.query.get("room")) {
        members.entry("room").or_insert_with(|| room.into_owned().into());
    }
    Ok(args)
}

/// The JSON arguments of a request, with the `{id}` of its path.
fn with_id(call: &Call<'_>) -> Result<Value, Problem> {
    let mut args = arguments(call)?;
    let Some(members) = args.as_object_mut() else {
        return Err(refusal::invalid("the body is a JSON object, such as {}"));
    };
    members.insert("id".into(), call.var("id").into());
    Ok(args)
}

/// Gives the hub a command that is about no room, in the name of who asks; a guard is honoured if it is there.
fn carry_out(app: &App, call: &Call<'_>, name: &str, args: &Value) -> Result<(Identity, Accepted), Problem> {
    let (who, room) = (app.who(call.request)?, RoomId::house());
    let origin = Origin { device: who.device.clone(), tab: who.tab.clone() };
    let (key, guard) = (key(call)?, number(call, "if-match-event")?);
    let said = Said { name, args, key, guard, origin, room: &room, connection: None };
    let accepted = app.beside().ask(said)?;
    Ok((who, accepted))
}

/// An answer to a command: its data, an object, with the event's place.
fn told(accepted: &Accepted) -> Response {
    let (version, seq) = (accepted.version, accepted.seq);
    let members = accepted.data.strip_prefix('{').unwrap_or("}");
    let comma = if members.starts_with('}') { "" } else { "," };
    encoded(format!("{{\"eventCount\":{version},\"seq\":{seq}{comma}{members}"))
}

/// An answer that is JSON already.
fn encoded(text: String) -> Response {
    Response::json_bytes(200, text.into_bytes())
}
