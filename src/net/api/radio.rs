//! Radio: stations, what they play, and their streams.

use super::{arguments, carry_out, encoded};
use crate::core::ids::StationId;
use crate::core::radio::Station;
use crate::core::rejection::Rejection;
use crate::hub::Accepted;
use crate::net::app::App;
use crate::net::headers::Headers;
use crate::net::message::Method;
use crate::net::problem::{self, Problem};
use crate::net::response::Response;
use crate::net::router::{Answer, Call};
use crate::net::service::Outcome;
use crate::net::{refusal, write};
use crate::wire::{json, radio};
use serde_json::{Value, json};
use std::sync::Arc;

/// What a stream is.
const STREAM_TYPE: &str = "audio/mpeg";

/// `GET /radio`: the stations with what they play, and where players find them.
pub fn stations(app: &App, _: &Call<'_>) -> Answer {
    let published = app.published();
    let stations = published.durable.radio.stations.values();
    let shown: Vec<Value> = stations.map(|station| shown(app, station)).collect();
    Ok(encoded(json(&json!({ "stations": shown }))).header("Cache-Control", "no-store").into())
}

/// `GET /radio/{id}/now`
pub fn now(app: &App, call: &Call<'_>) -> Answer {
    let now = app.radio.now(&*station(app, call)?);
    Ok(encoded(json(&now)).header("Cache-Control", "no-store").into())
}

/// `POST /radio/{id}/tune {on?}`: this device hears the station on its own page, or no more.
pub fn tune(app: &App, call: &Call<'_>) -> Answer {
    let who = app.who(call.request)?;
    Ok(encoded(json(&app.radio.tune(app.hub(), &who.device, &with_station(call)?)?)).into())
}

/// `POST /radio/stations {name, source, mode?, schedule?}`
pub fn create(app: &App, call: &Call<'_>) -> Answer {
    answer(&carry_out(app, call, "radio/stations", &arguments(call)?)?.1)
}

/// `PUT /radio/stations/{id}` with what is to be different
pub fn change(app: &App, call: &Call<'_>) -> Answer {
    answer(&carry_out(app, call, "radio/change", &with_station(call)?)?.1)
}

/// `DELETE /radio/stations/{id}`
pub fn delete(app: &App, call: &Call<'_>) -> Answer {
    answer(&carry_out(app, call, "radio/delete", &with_station(call)?)?.1)
}

/// `POST /radio/{id}/skip {trackId?}`
pub fn skip(app: &App, call: &Call<'_>) -> Answer {
    answer(&carry_out(app, call, "radio/skip", &with_station(call)?)?.1)
}

/// `POST /radio/{id}/key`: a new key; addresses with the old one are worthless.
pub fn rekey(app: &App, call: &Call<'_>) -> Answer {
    carry_out(app, call, "radio/key", &with_station(call)?)?;
    let station = station(app, call)?;
    Ok(encoded(json(&addresses(app, &station.id))).header("Cache-Control", "no-store").into())
}

/// `GET /radio/{id}.m3u?key=`
pub fn m3u(app: &App, call: &Call<'_>) -> Answer {
    let (station, url) = playlist(app, call)?;
    let text = format!("#EXTM3U\n#EXTINF:-1,{}\n{url}\n", station.plan.name);
    Ok(file(Response::typed(200, "audio/x-mpegurl; charset=utf-8", text), &station, "m3u").into())
}

/// `GET /radio/{id}.pls?key=`
pub fn pls(app: &App, call: &Call<'_>) -> Answer {
    let (station, url) = playlist(app, call)?;
    let text =
        format!("[playlist]\nNumberOfEntries=1\nFile1={url}\nTitle1={}\nLength1=-1\nVersion=2\n", station.plan.name);
    Ok(file(Response::typed(200, "audio/x-scpls; charset=utf-8", text), &station, "pls").into())
}

/// `GET /radio/{id}/stream?key=`: sound without end, for any player.
pub fn stream(app: &App, call: &Call<'_>) -> Answer {
    if !has_key(app, call) {
        return Err(problem::FORBIDDEN.because("This address needs the station's key: take it from GET /radio."));
    }
    let station = station(app, call)?;
    let wall_ms = app.hub().clock().wall_ms();
    if !station.is_on_air(wall_ms) {
        let opens = station.next_change_ms(wall_ms).filter(|_| !station.tracks.is_empty());
        let seconds = opens.map_or(60, |at| (at - wall_ms).max(1000).unsigned_abs().div_ceil(1000));
        return Err(problem::BUSY.because(Rejection::OffAir.to_string()).retry_after(seconds));
    }
    if !app.radio.can_stream(&station.id) {
        let why = "None of its tracks is MP3, and ffmpeg is not installed: run 'sudo apt install ffmpeg'.";
        return Err(problem::BUSY.because(why).retry_after(3600));
    }
    let with_titles = call.request.headers.get("icy-metadata").is_some_and(|wants| wants.trim() == "1");
    let headers = stream_headers(&station, with_titles);
    if call.request.method == Method::Head {
        return Ok(Response { headers, ..Response::empty(200) }.into());
    }
    let (studio, id) = (Arc::clone(&app.radio), station.id.clone());
    Ok(Outcome::upgrade(move |taken| match studio.listen(&id) {
        Ok(listener) => listener.serve(&taken.duplex, &write::taken_head(200, &headers), with_titles),
        Err(error) => log::warn!("radio {id}: no thread for a listener: {error}"),
    }))
}

fn stream_headers(station: &Station, with_titles: bool) -> Headers {
    let mut headers = Headers::new();
    headers.push("Content-Type", STREAM_TYPE);
    headers.push("Cache-Control", "no-store");
    headers.push("Accept-Ranges", "none");
    headers.push("icy-name", &*station.plan.name);
    headers.push("icy-pub", "0");
    if with_titles {
        headers.push("icy-metaint", crate::net::radio::METAINT.to_string());
    }
    headers
}

/// The event's own data, as every other device gets it, with its place.
fn answer(accepted: &Accepted) -> Answer {
    let rest = accepted.data.strip_prefix('{').unwrap_or("}");
    Ok(encoded(format!("{{\"eventCount\":{},\"seq\":{},{rest}", accepted.version, accepted.seq)).into())
}

/// The JSON body, with the station from the path.
fn with_station(call: &Call<'_>) -> Result<Value, Problem> {
    let mut args = arguments(call)?;
    if let Some(members) = args.as_object_mut() {
        members.insert("stationId".into(), call.var("id").into());
    }
    Ok(args)
}

fn station(app: &App, call: &Call<'_>) -> Result<Arc<Station>, Problem> {
    let name = call.var("id");
    let no_such = || Rejection::NoSuchStation(name.chars().take(40).collect());
    let id = StationId::new(name).map_err(|_| refusal::of_rejection(&no_such()))?;
    let published = app.published();
    published.durable.radio.station(&id).cloned().map_err(|why| refusal::of_rejection(&why))
}

fn shown(app: &App, station: &Station) -> Value {
    let published = app.published();
    let mut shown = radio::station(station, &published.presence, app.hub().clock().wall_ms());
    shown["now"]["atMs"] = app.now().0.into();
    if let (Some(shown), Value::Object(more)) = (shown.as_object_mut(), addresses(app, &station.id)) {
        shown.extend(more);
    }
    shown
}

/// Where players find a station, from this appliance's own address.
fn addresses(app: &App, id: &StationId) -> Value {
    let key = app.radio.keys.of(id).unwrap_or_default();
    json!({"stream": format!("/radio/{id}/stream?key={key}"), "playlist": format!("/radio/{id}.m3u?key={key}")})
}

/// For whoever has the key, and for whoever may have it.
fn playlist(app: &App, call: &Call<'_>) -> Result<(Arc<Station>, String), Problem> {
    if !has_key(app, call) {
        app.who(call.request)?;
    }
    let station = station(app, call)?;
    let place = call.request.headers.get("host").filter(|host| !host.is_empty() && *host != "localhost");
    let config = app.config();
    let public = config.public_url.as_ref().filter(|url| url.split("://").nth(1) == place);
    // Ordinary players know nothing of this household's authority: they get http, whoever asks for them. A proxy's is known.
    let origin = public.cloned().or_else(|| place.map(|host| format!("http://{host}")));
    let origin = origin.unwrap_or_else(|| super::pairing::url(app));
    let url = addresses(app, &station.id)["stream"].as_str().map(|path| format!("{origin}{path}"));
    Ok((station, url.unwrap_or_default()))
}

fn has_key(app: &App, call: &Call<'_>) -> bool {
    let (id, key) = (StationId::new(call.var("id")), call.request.query.get("key"));
    matches!((id, key), (Ok(id), Some(key)) if app.radio.keys.opens(&id, &key))
}

fn file(response: Response, station: &Station, kind: &str) -> Response {
    let name = format!("inline; filename=\"{}.{kind}\"", station.id);
    response.header("Content-Disposition", name).header("Cache-Control", "no-store")
}
