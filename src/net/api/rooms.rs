//! Rooms: groups that listen together, each with its own session.

use super::{carry_out, encoded, with_id};
use crate::core::ids::RoomId;
use crate::hub::Accepted;
use crate::net::app::App;
use crate::net::response::Response;
use crate::net::router::{Answer, Call};
use crate::net::service::Outcome;
use serde_json::Value;

/// `GET /rooms`
pub fn rooms(app: &App, _: &Call<'_>) -> Answer {
    Ok(encoded(format!("{{\"rooms\":{}}}", app.published().rooms())).into())
}

/// `POST /rooms {name}`
pub fn create(app: &App, call: &Call<'_>) -> Answer {
    let (_, accepted) = carry_out(app, call, "rooms", &super::arguments(call)?)?;
    Ok(shown(&accepted, 201))
}

/// `PATCH /rooms/{id} {name}`
pub fn rename(app: &App, call: &Call<'_>) -> Answer {
    let (_, accepted) = carry_out(app, call, "rooms/change", &with_id(call)?)?;
    Ok(shown(&accepted, 200))
}

/// `DELETE /rooms/{id}`: only when nobody listens there.
pub fn delete(app: &App, call: &Call<'_>) -> Answer {
    carry_out(app, call, "rooms/delete", &with_id(call)?)?;
    Ok(Response::empty(204).into())
}

/// The room that the event is about, as it is now. A repeated command speaks of the room that it made the first time.
fn shown(accepted: &Accepted, status: u16) -> Outcome {
    let event: Value = serde_json::from_str(&accepted.data).unwrap_or_default();
    let id = event["room"]["id"].as_str().and_then(|id| RoomId::new(id).ok());
    let room = id.and_then(|id| accepted.published.room(&id)).unwrap_or_else(|| event["room"].to_string());
    Response::json_bytes(status, room.into_bytes()).into()
}
