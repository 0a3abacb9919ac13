//! What a device plays for itself, and the devices it could go on on.

use super::{arguments, carry_out, encoded};
use crate::net::app::App;
use crate::net::router::{Answer, Call};
use crate::wire::devices;

/// `GET /playback`: the asking device's own.
pub fn playback(app: &App, call: &Call<'_>) -> Answer {
    let device = app.who(call.request)?.device;
    Ok(encoded(app.published().playback(&device)).header("Cache-Control", "no-store").into())
}

/// `PUT /playback`, `POST /playback/transfer`, `claim`, `merge`, `undo`, `redo`: the path names the command.
pub fn command(app: &App, call: &Call<'_>) -> Answer {
    let (name, args) = (call.request.path.trim_start_matches('/'), arguments(call)?);
    let (_, accepted) = carry_out(app, call, name, &args)?;
    Ok(encoded(accepted.data.to_string()).into())
}

/// `GET /devices`
pub fn devices(app: &App, call: &Call<'_>) -> Answer {
    let profile = app.profile(&app.who(call.request)?.device);
    let shown = devices::all(&app.published(), &profile, app.hub().clock().now());
    Ok(encoded(format!("{{\"devices\":{shown}}}")).header("Cache-Control", "no-store").into())
}
