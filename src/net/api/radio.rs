//! Radio: stations, what they play, and their streams.

use super::{encoded, key, number};
use crate::core::command::{Command, Origin, Wish};
use crate::core::ids::StationId;
use crate::core::radio::Station;
use crate::core::rejection::Rejection;
use crate::net::app::App;
use crate::net::headers::Headers;
use crate::net::message::Method;
use crate::net::problem::{self, Problem};
use crate::net::radio::asking::{self, Asked};
use crate::net::radio::keys::KeyChange;
use crate::net::response::Response;
use crate::net::router::{Answer, Call};
use crate::net::service::Outcome;
use crate::net::{asking::body_hash, refusal, write};
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
    Ok(encoded(json(&asking::tune(&app.radio, &who.device, &arguments(call)?)?)).into())
}

/// `POST /radio/stations {name, source, mode?, schedule?}`, `PUT /radio/stations/{id}` with what is to be different.
pub fn define(app: &App, call: &Call<'_>) -> Answer {
    ask(app, call, "radio/stations")
}

/// `DELETE /radio/stations/{id}`
pub fn delete(app: &App, call: &Call<'_>) -> Answer {
    ask(app, call, "radio/delete").map(|_| Response::empty(204).into())
}

/// `POST /radio/{id}/skip {trackId?}`
pub fn skip(app: &App, call: &Call<'_>) -> Answer {
    ask(app, call, "radio/skip")
}

/// `POST /radio/{id}/key`: a new key; addresses with the old one are worthless.
pub fn rekey(app: &App, call: &Call<'_>) -> Answer {
    ask(app, call, "radio/key")?;
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
        Ok(listener) => listener.serve(&taken.socket, &write::taken_head(200, &headers), with_titles),
        Err(error) => log::warn!("radio {id}: no thread for a listener: {error}"),
    }))
}

fn stream_headers(station: &Station, with_titles: bool) -> Headers {
    let mut headers = Headers::new();
    headers.push("Content-Type", STREAM_TYPE);
    headers.push("Cache-Control", "no-store");
    headers.push("Accept-Ranges", "none");
    headers.push("icy-name", station.plan.name.clone());
    headers.push("icy-pub", "0");
    if with_titles {
        headers.push("icy-metaint", crate::net::radio::METAINT.to_string());
    }
    headers
}

fn ask(app: &App, call: &Call<'_>, name: &str) -> Answer {
    let who = app.who(call.request)?;
    let args = arguments(call)?;
    let Asked { command, key: change } = asking::understand(&app.radio, name, &args)?;
    let key = key(call)?.map(|key| (key, body_hash(name, &args)));
    let origin = Some(Origin { device: who.device, tab: who.tab });
    let wish = Wish { command: Command::Radio(command), origin, guard: number(call, "if-match-event")? };
    let puts = change.iter().map(KeyChange::put).collect();
    let accepted = app.hub().ask(wish, key, puts).map_err(|refused| asking::refused(&refused))?;
    if let Some(change) = change.filter(|_| accepted.is_event) {
        app.radio.keys.apply(change);
    }
    // The event's own data, as every other device gets it.
    let rest = accepted.data.strip_prefix('{').unwrap_or("}");
    let comma = if rest == "}" { "" } else { "," };
    Ok(encoded(format!("{{\"eventCount\":{},\"seq\":{}{comma}{rest}", accepted.version, accepted.seq)).into())
}

/// The JSON body, with the station's id from the path.
fn arguments(call: &Call<'_>) -> Result<Value, Problem> {
    let mut args: Value = call.json()?;
    let named = call.request.path != "/radio/stations";
    if let (Some(members), true) = (args.as_object_mut(), named) {
        members.insert("id".into(), call.var("id").into());
    } else if let Some(members) = args.as_object_mut() {
        members.remove("id");
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
    let mut shown = radio::station(station, &published.presence.air, app.hub().clock().wall_ms());
    app.radio.name_tracks(&mut shown["now"]);
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
    let origin = place.map_or_else(|| super::pairing::url(app), |host| format!("http://{host}"));
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
