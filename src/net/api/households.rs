//! The household's devices: list, change, revoke.

use super::encoded;
use crate::core::command::{Command, HouseholdCommand, Origin, Wish};
use crate::core::ids::{DeviceId, ProfileId, RoomId};
use crate::core::rejection::Rejection;
use crate::log::Put;
use crate::net::app::App;
use crate::net::auth::{Identity, TOKENS};
use crate::net::problem::Problem;
use crate::net::refusal;
use crate::net::response::Response;
use crate::net::router::{Answer, Call};
use serde::Deserialize;

/// `GET /clients`
pub fn clients(app: &App, _: &Call<'_>) -> Answer {
    Ok(encoded(format!("{{\"clients\":{}}}", app.published().devices())).into())
}

#[derive(Deserialize)]
struct Change {
    name: Option<String>,
    profile: Option<ProfileId>,
}

/// `PATCH /clients/{id} {name?, profile?}`
pub fn change(app: &App, call: &Call<'_>) -> Answer {
    let (device, Change { name, profile }) = (device(call)?, call.json()?);
    let who = app.who(call.request)?;
    ask(app, call, who, HouseholdCommand::Change { device: device.clone(), name, profile }, Vec::new())?;
    let shown = app.published().device(&device);
    Ok(encoded(shown.unwrap_or_else(|| "null".into())).into())
}

/// `DELETE /clients/{id}`: its token is worthless and its connections close at once.
pub fn revoke(app: &App, call: &Call<'_>) -> Answer {
    // Asked first: a device may revoke itself.
    let (who, device) = (app.who(call.request)?, device(call)?);
    let hashes = app.auth.expel(&device);
    let puts = hashes.iter().map(|hash| Put { bucket: TOKENS, key: hash.as_str().into(), value: None });
    let asked = ask(app, call, who, HouseholdCommand::Revoke { device: device.clone() }, puts.collect());
    if asked.is_err() {
        // Not stored, so it would be back after a restart: say so by letting it back in now.
        hashes.into_iter().for_each(|hash| app.auth.admit(hash, device.clone()));
    }
    asked?;
    app.live.close_device(&device);
    Ok(Response::empty(204).into())
}

fn device(call: &Call<'_>) -> Result<DeviceId, Problem> {
    let id = call.var("id");
    DeviceId::new(id).map_err(|_| refusal::of_rejection(&Rejection::NoSuchDevice(id.chars().take(40).collect())))
}

/// Asks the hub for a change of the household, in the name of `who`.
///
/// # Errors
/// The refusal as a problem.
pub(super) fn ask(
    app: &App,
    call: &Call<'_>,
    who: Identity,
    command: HouseholdCommand,
    puts: Vec<Put>,
) -> Result<(), Problem> {
    let origin = Some(Origin { device: who.device, tab: who.tab });
    let wish = Wish { command: Command::Household(command), origin, guard: super::number(call, "if-match-event")? };
    let asked = app.hub().ask(wish, None, puts);
    asked.map(drop).map_err(|refused| refusal::of_refused(&refused, &RoomId::house()))
}
