//! Rooms: groups that listen together, each with its own session.

use super::encoded;
use super::households::ask;
use crate::core::command::HouseholdCommand;
use crate::core::ids::RoomId;
use crate::core::rejection::Rejection;
use crate::device::secrets;
use crate::net::app::App;
use crate::net::problem::{self, Problem};
use crate::net::refusal;
use crate::net::response::Response;
use crate::net::router::{Answer, Call};
use serde::Deserialize;

/// `GET /rooms`
pub fn rooms(app: &App, _: &Call<'_>) -> Answer {
    Ok(encoded(format!("{{\"rooms\":{}}}", app.published().rooms())).into())
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

/// `POST /rooms {name}`
pub fn create(app: &App, call: &Call<'_>) -> Answer {
    let (who, Named { name }) = (app.who(call.request)?, call.json()?);
    let id = secrets::appliance_id().map_err(|why| problem::INTERNAL.because(why.to_string()))?;
    let room = RoomId::new(&id).map_err(|bad| problem::INTERNAL.because(bad.to_string()))?;
    ask(app, call, who, HouseholdCommand::CreateRoom { room: room.clone(), name }, Vec::new())?;
    Ok(shown(app, &room, 201))
}

/// `PATCH /rooms/{id} {name}`
pub fn rename(app: &App, call: &Call<'_>) -> Answer {
    let (who, room, Named { name }) = (app.who(call.request)?, room(call)?, call.json()?);
    ask(app, call, who, HouseholdCommand::RenameRoom { room: room.clone(), name }, Vec::new())?;
    Ok(shown(app, &room, 200))
}

/// `DELETE /rooms/{id}`: only when nobody listens there.
pub fn delete(app: &App, call: &Call<'_>) -> Answer {
    let (who, room) = (app.who(call.request)?, room(call)?);
    ask(app, call, who, HouseholdCommand::DeleteRoom { room }, Vec::new())?;
    Ok(Response::empty(204).into())
}

fn room(call: &Call<'_>) -> Result<RoomId, Problem> {
    let id = call.var("id");
    RoomId::new(id).map_err(|_| refusal::of_rejection(&Rejection::NoSuchRoom(id.chars().take(40).collect())))
}

fn shown(app: &App, room: &RoomId, status: u16) -> crate::net::service::Outcome {
    let text = app.published().room(room).unwrap_or_else(|| "null".into());
    Response::json_bytes(status, text.into_bytes()).into()
}
