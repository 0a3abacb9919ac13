//! Profiles: whose the stars, plays and comparisons are. Every device belongs to one.

use super::{arguments, carry_out, with_id};
use crate::hub::Accepted;
use crate::net::app::App;
use crate::net::response::Response;
use crate::net::router::{Answer, Call};
use crate::net::service::Outcome;
use crate::wire::household;
use serde_json::{Value, json};

/// `GET /profiles`
pub fn profiles(app: &App, _: &Call<'_>) -> Answer {
    let profiles = household::profiles_with_devices(&app.published().durable.household);
    Ok(Response::json(200, &json!({ "profiles": profiles })).header("Cache-Control", "no-store").into())
}

/// `POST /profiles {name}`
pub fn create(app: &App, call: &Call<'_>) -> Answer {
    let (_, accepted) = carry_out(app, call, "profiles", &arguments(call)?)?;
    Ok(shown(&accepted, 201))
}

/// `PATCH /profiles/{id} {name}`
pub fn rename(app: &App, call: &Call<'_>) -> Answer {
    let (_, accepted) = carry_out(app, call, "profiles/change", &with_id(call)?)?;
    Ok(shown(&accepted, 200))
}

/// `DELETE /profiles/{id}`: only when no device belongs to it. What it starred, heard and compared goes with it.
pub fn delete(app: &App, call: &Call<'_>) -> Answer {
    carry_out(app, call, "profiles/delete", &with_id(call)?)?;
    Ok(Response::empty(204).into())
}

fn shown(accepted: &Accepted, status: u16) -> Outcome {
    let event: Value = serde_json::from_str(&accepted.data).unwrap_or_default();
    Response::json(status, &event["profile"]).into()
}
