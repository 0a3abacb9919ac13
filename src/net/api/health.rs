//! How the appliance is: for a program that watches it, for Prometheus, and for the household.

use crate::figures::Page;
use crate::limits;
use crate::net::app::App;
use crate::net::response::Response;
use crate::net::router::{Answer, Call};
use serde_json::json;

/// `GET /healthz`: the writer comes round, and the store could be read when it started. What it answers is for programs that
/// would start the house again; so a disk that takes no writes does not change it: no start mends that, and the music plays.
pub fn alive(app: &App, _: &Call<'_>) -> Answer {
    let published = app.published();
    let ok = app.hub().is_moving(limits::WRITER_WITHIN) && !app.auth.is_blind();
    let body = json!({
        "ok": ok, "version": env!("CARGO_PKG_VERSION"), "epoch": &*published.epoch, "seq": published.seq,
    });
    Ok(Response::json(if ok { 200 } else { 503 }, &body).header("Cache-Control", "no-store").into())
}

/// `GET /health`: what the doctor finds, and the figures that a household may wonder about.
pub fn health(app: &App, _: &Call<'_>) -> Answer {
    let published = app.published();
    let (commands, operator) = (&app.hub().figures().commands, &app.operator);
    let body = json!({
        "version": env!("CARGO_PKG_VERSION"),
        "findings": &*operator.recent_findings(app),
        "figures": {
            "uptimeSec": app.now().0 / 1000,
            "tracks": app.library.catalog().count(),
            "devicesOnline": published.presence.online().count(),
            "sockets": app.live.count(),
            "commandMs": { "p50": commands.quantile_ms(0.5), "p99": commands.quantile_ms(0.99) },
            "fanoutMs": { "p50": app.live.fanout_ms(0.5), "p99": app.live.fanout_ms(0.99) },
            "memoryBytes": operator.memory_bytes(),
            "storeBytes": operator.store_bytes(),
        },
    });
    Ok(Response::json(200, &body).header("Cache-Control", "no-store").into())
}

/// `GET /metrics`
pub fn metrics(app: &App, _: &Call<'_>) -> Answer {
    let (events, bytes) = app.hub().ring().held();
    let published = app.published();
    let mut page = Page::default();
    app.live.write_figures(&mut page);
    app.hub().figures().write(&mut page);
    let online = published.presence.online().count();
    page.gauge("hearken_log_seq", "Entries in the log.", published.seq);
    page.gauge("hearken_ring_events", "Events that could be replayed.", events as u64);
    page.gauge("hearken_ring_bytes", "Bytes of events that could be replayed.", bytes as u64);
    page.gauge("hearken_tracks", "Tracks in the library.", app.library.catalog().count() as u64);
    page.gauge("hearken_devices_online", "Devices with a connection.", online as u64);
    let refuses = u64::from(app.hub().trouble().is_some() || app.auth.is_blind());
    page.gauge("hearken_store_refuses", "1 while nothing can be stored: the last write was refused.", refuses);
    if let Some(span) = app.tls().and_then(|tls| tls.standing().shown) {
        let help = "When the shown certificate ends, Unix time.";
        page.gauge("hearken_certificate_end_time_seconds", help, span.until);
    }
    app.operator.write_figures(&mut page);
    Ok(Response::typed(200, "text/plain; version=0.0.4; charset=utf-8", page.into_text().into_bytes()).into())
}
