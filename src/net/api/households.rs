//! The household's devices: list, change, revoke.

use super::{carry_out, encoded, with_id};
use crate::core::ids::DeviceId;
use crate::net::app::App;
use crate::net::response::Response;
use crate::net::router::{Answer, Call};

/// `GET /clients`
pub fn clients(app: &App, _: &Call<'_>) -> Answer {
    Ok(encoded(format!("{{\"clients\":{}}}", app.published().devices())).into())
}

/// `PATCH /clients/{id} {name?, profile?}`: one that gets another profile begins anew, see [`crate::net::live::leaving`].
pub fn change(app: &App, call: &Call<'_>) -> Answer {
    let (_, accepted) = carry_out(app, call, "clients/change", &with_id(call)?)?;
    let shown = DeviceId::new(call.var("id")).ok().and_then(|device| accepted.published.device(&device));
    Ok(encoded(shown.unwrap_or_else(|| "null".into())).into())
}

/// `DELETE /clients/{id}`: its token is worthless and its connections close at once.
pub fn revoke(app: &App, call: &Call<'_>) -> Answer {
    carry_out(app, call, "clients/revoke", &with_id(call)?)?;
    Ok(Response::empty(204).into())
}
