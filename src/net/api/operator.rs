//! What an operator asks: what time it is, what was remembered, everything; and to keep a copy. How it is, is in `health.rs`.

use super::encoded;
use crate::core::ids::RoomId;
use crate::net::app::App;
use crate::net::problem::{self, Problem};
use crate::net::response::Response;
use crate::net::router::{Answer, Call};
use serde::Deserialize;
use serde_json::json;

#[derive(Deserialize)]
struct Probe {
    t0: f64,
}

/// `POST /time {t0}`: for clients without a WebSocket.
pub fn time(app: &App, call: &Call<'_>) -> Answer {
    let t1 = app.hub().clock().precise_ms();
    let Probe { t0 } = call.json()?;
    let t2 = app.hub().clock().precise_ms();
    Ok(encoded(format!("{{\"t0\":{t0},\"t1\":{t1:.3},\"t2\":{t2:.3}}}")).header("Cache-Control", "no-store").into())
}

/// `GET /debug/state`: only with `debug = true`.
pub fn debug_state(app: &App, call: &Call<'_>) -> Answer {
    if !app.config().debug {
        return Err(Problem::new(problem::NOT_FOUND));
    }
    export(app, call)
}

/// Entries that `/log` shows unless asked for more.
const LOG_LIMIT: usize = 100;

/// `GET /log?limit=`
pub fn log(app: &App, call: &Call<'_>) -> Answer {
    let limit = super::query_number(call, "limit", LOG_LIMIT)?.min(10_000);
    match app.operator.log(limit) {
        Ok(entries) => Ok(Response::json(200, &json!({ "entries": entries })).into()),
        Err(why) => Err(problem::INTERNAL.because(why)),
    }
}

/// `POST /log/compact`
pub fn compact(app: &App, _: &Call<'_>) -> Answer {
    match app.operator.compact(app) {
        Ok(compacted) => Ok(Response::json(200, &compacted).into()),
        Err(why) => Err(problem::INTERNAL.because(why)),
    }
}

/// `GET /export?state=1`: the house's session, as S3 knows it; without `state`, everything remembered. No secrets.
pub fn export(app: &App, call: &Call<'_>) -> Answer {
    let published = app.published();
    if call.request.query.get("state").is_some() {
        return Ok(encoded(published.snapshot(&RoomId::house())).header("Cache-Control", "no-store").into());
    }
    let digest = published.durable.digest().unwrap_or_default();
    let body = json!({
        "version": env!("CARGO_PKG_VERSION"), "epoch": &*published.epoch, "seq": published.seq, "digest": digest,
        "state": published.durable,
    });
    let snapshot = published.snapshot(&RoomId::house());
    let text = crate::wire::json(&body);
    let text = format!("{},\"snapshot\":{snapshot}}}", text.strip_suffix('}').unwrap_or(&text));
    Ok(encoded(text).header("Cache-Control", "no-store").into())
}

/// `GET /doctor`
pub fn doctor(app: &App, _: &Call<'_>) -> Answer {
    let findings = app.operator.doctor(app);
    let body = json!({ "version": env!("CARGO_PKG_VERSION"), "url": super::pairing::url(app), "findings": findings });
    Ok(Response::json(200, &body).into())
}

/// `POST /backup`
pub fn backup(app: &App, _: &Call<'_>) -> Answer {
    match app.operator.backup(app) {
        Ok((path, bytes)) => Ok(Response::json(200, &json!({ "path": path, "bytes": bytes })).into()),
        Err(why) => Err(problem::INTERNAL.because(why)),
    }
}
