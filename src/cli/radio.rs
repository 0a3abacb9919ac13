//! `radio`: stations, what they play, and the address for a player.

use super::Failure;
use super::appliance::Appliance;
use super::args::{RadioAddArgs, RadioArgs, RadioUrlArgs, RadioVerb};
use super::catalogue::name_of;
use super::context::Context;
use super::describe::count;
use super::position::Position;
use serde_json::{Value, json};

pub(super) fn run(context: &Context, typed: &RadioArgs) -> Result<(), Failure> {
    if let Some(RadioVerb::Add(typed)) = &typed.verb {
        definition(typed)?; // refused before anybody is asked
    }
    let appliance = context.appliance()?;
    match &typed.verb {
        None | Some(RadioVerb::List(_)) => list(context, &appliance),
        Some(RadioVerb::Now(typed)) => now(context, &appliance, &typed.station),
        Some(RadioVerb::Add(typed)) => add(context, &appliance, typed),
        Some(RadioVerb::Remove(typed)) => remove(context, &appliance, &typed.station),
        Some(RadioVerb::Skip(typed)) => skip(context, &appliance, &typed.station),
        Some(RadioVerb::Url(typed)) => url(context, &appliance, typed),
    }
}

fn list(context: &Context, appliance: &Appliance) -> Result<(), Failure> {
    let stations = stations(appliance)?;
    if stations.is_empty() && !context.out.json {
        return context.out.line("no stations yet: `hearken radio add NAME --source all --shuffle`");
    }
    for station in &stations {
        let text = |key: &str| station[key].as_str().unwrap_or_default();
        let told = || format!("{}  {}: {}", text("stationId"), text("name"), on_air(&station["now"]));
        context.out.either(station, told)?;
    }
    Ok(())
}

fn now(context: &Context, appliance: &Appliance, station: &str) -> Result<(), Failure> {
    let id = the_one(&stations(appliance)?, station)?;
    let now = appliance.http().get(&format!("/radio/{id}/now"))?.json();
    context.out.either(&now, || {
        let next = now["next"].as_object().map(|_| format!("\nnext {}", name_of(&flat(&now["next"]))));
        format!("{}{}", on_air(&now), next.unwrap_or_default())
    })
}

fn add(context: &Context, appliance: &Appliance, typed: &RadioAddArgs) -> Result<(), Failure> {
    let answer = appliance.http().post("/radio/stations", &definition(typed)?)?.json();
    let station = &answer["station"];
    context.out.either(&answer, || {
        let tracks = count(station["trackCount"].as_u64().unwrap_or_default(), "track");
        let (id, name) = (station["stationId"].as_str().unwrap_or_default(), &typed.name);
        format!("{name} is on the air with {tracks}; `hearken radio url {id}` has the address for a player")
    })
}

fn remove(context: &Context, appliance: &Appliance, station: &str) -> Result<(), Failure> {
    let id = the_one(&stations(appliance)?, station)?;
    appliance.http().ask("DELETE", &format!("/radio/stations/{id}"), None)?;
    context.out.either(&json!({"stationId": id}), || format!("{station} is no more"))
}

fn skip(context: &Context, appliance: &Appliance, station: &str) -> Result<(), Failure> {
    let id = the_one(&stations(appliance)?, station)?;
    appliance.http().post(&format!("/radio/{id}/skip"), &json!({}))?;
    let now = appliance.http().get(&format!("/radio/{id}/now"))?.json();
    context.out.either(&now, || on_air(&now))
}

fn url(context: &Context, appliance: &Appliance, typed: &RadioUrlArgs) -> Result<(), Failure> {
    let id = the_one(&stations(appliance)?, &typed.station)?;
    if typed.new_key {
        appliance.http().post(&format!("/radio/{id}/key"), &json!({}))?;
    }
    // The playlist file knows by which name the appliance was asked.
    let playlist = appliance.http().get(&format!("/radio/{id}.m3u"))?.body;
    let playlist = String::from_utf8_lossy(&playlist).into_owned();
    let url = playlist.lines().find(|line| line.starts_with("http")).unwrap_or_default().to_owned();
    context.out.either(&json!({"stationId": id, "url": url}), || url.clone())
}

/// An event about a station, in words.
pub(super) fn told(kind: &str, data: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let (id, name, on) = (text(&data["stationId"]), text(&data["station"]["name"]), on_air(&data["now"]));
    match kind {
        "radio:created" => format!("radio {name}: made"),
        "radio:changed" => format!("radio {name}: changed"),
        "radio:deleted" => format!("radio {id}: no more"),
        "radio:skipped" => format!("radio {id}: skipped, {on}"),
        "radio:dropped" => {
            let tracks = count(data["dropped"]["count"].as_u64().unwrap_or_default(), "track");
            format!("radio {id}: does without {tracks} ({}), {on}", text(&data["dropped"]["reason"]))
        }
        _ => format!("radio {id}: {on}"),
    }
}

fn stations(appliance: &Appliance) -> Result<Vec<Value>, Failure> {
    let answer = appliance.http().get("/radio")?.json();
    Ok(answer["stations"].as_array().cloned().unwrap_or_default())
}

/// `playing “Title” by Artist, 0:12 of 3:05`
fn on_air(now: &Value) -> String {
    let seconds = |ms: &Value| Position(ms.as_f64().unwrap_or_default() / 1000.0);
    match (now["track"].is_object(), now["changesAt"].is_number()) {
        (true, _) => {
            let (at, length) = (seconds(&now["positionMs"]), seconds(&now["track"]["durationMs"]));
            format!("playing {}, {at} of {length}", name_of(&flat(&now["track"])))
        }
        (false, true) => "off the air, until its schedule opens".into(),
        (false, false) => "silent: its source has no track that can be played".into(),
    }
}

/// A track of a station as an index entry, which is what has a name.
fn flat(track: &Value) -> Value {
    json!({"trackId": track["trackId"], "tags": track})
}

/// What was typed, as the appliance is asked for it.
fn definition(typed: &RadioAddArgs) -> Result<Value, Failure> {
    let mode = if typed.shuffle { "shuffle" } else { "queue" };
    let hours = typed.hours.iter().map(|hours| {
        let (from, to) = hours.split_once('-').ok_or_else(|| {
            Failure::usage(format!("--hours is two times of day, such as 06:00-22:30, not {hours:?}"))
        })?;
        Ok(json!({"from": from, "to": to}))
    });
    let hours = hours.collect::<Result<Vec<_>, Failure>>()?;
    let mut definition = json!({"name": typed.name, "source": source(&typed.source)?, "mode": mode});
    if !hours.is_empty() {
        definition["schedule"] = hours.into();
    }
    Ok(definition)
}

fn source(typed: &str) -> Result<Value, Failure> {
    const WHOLE: [&str; 4] = ["all", "starred", "top", "recent"];
    const NAMED: [&str; 4] = ["album", "artist", "genre", "playlist"];
    match typed.split_once(':') {
        None if WHOLE.contains(&typed) => Ok(json!({"type": typed})),
        Some((kind, id)) if NAMED.contains(&kind) && !id.is_empty() => Ok(json!({"type": kind, "id": id})),
        _ => Err(Failure::usage(format!(
            "--source is {}, or {}:ID, not {typed:?}",
            WHOLE.join(", "),
            NAMED.join(":ID, ")
        ))),
    }
}

/// The station of this id or name; ids go into a path, so only one that the appliance named is taken.
fn the_one(stations: &[Value], station: &str) -> Result<String, Failure> {
    let named = |key: &'static str| stations.iter().filter(move |known| known[key] == station);
    let found: Vec<&str> = match named("stationId").next() {
        Some(known) => known["stationId"].as_str().into_iter().collect(),
        None => named("name").filter_map(|known| known["stationId"].as_str()).collect(),
    };
    match found.as_slice() {
        [] => Err(Failure::refused(format!("no station is called {station:?}: `hearken radio` lists them"))),
        [one] => Ok((*one).to_owned()),
        several => {
            let ids = several.join(", ");
            Err(Failure::usage(format!("several stations are called {station:?}, give the id: {ids}")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_a_word_or_a_kind_with_an_id() {
        for (typed, expected) in [
            ("all", json!({"type": "all"})),
            ("genre:Hip Hop", json!({"type": "genre", "id": "Hip Hop"})),
            ("album:x:y", json!({"type": "album", "id": "x:y"})),
        ] {
            assert_eq!(source(typed).unwrap(), expected);
        }
        for bad in ["", "album", "album:", "all:x", "mood:blue"] {
            assert_eq!(source(bad).unwrap_err().exit(), 2, "{bad:?}");
        }
    }

    #[test]
    fn what_is_on_is_told_in_words() {
        let track = json!({"trackId": "a", "durationMs": 185_000, "title": "T", "artist": "A"});
        assert_eq!(on_air(&json!({"track": track, "positionMs": 12_400})), "playing “T” by A, 0:12 of 3:05");
        assert_eq!(on_air(&json!({"track": null, "changesAt": 1.5})), "off the air, until its schedule opens");
        assert!(on_air(&json!({"track": null})).starts_with("silent"));
        let now = json!({"track": track, "positionMs": 0});
        let dropped = json!({"stationId": "a1", "dropped": {"reason": "unreadable", "count": 1}, "now": now});
        let line = "radio a1: does without 1 track (unreadable), playing “T” by A, 0:00 of 3:05";
        assert_eq!(told("radio:dropped", &dropped), line);
        assert_eq!(told("radio:created", &json!({"station": {"name": "X"}})), "radio X: made");
        let stations = [json!({"stationId": "a1", "name": "X"}), json!({"stationId": "b2", "name": "X"})];
        assert_eq!(the_one(&stations, "b2").unwrap(), "b2");
        assert_eq!((the_one(&stations, "X").unwrap_err().exit(), the_one(&stations, "y").unwrap_err().exit()), (2, 1));
    }
}
