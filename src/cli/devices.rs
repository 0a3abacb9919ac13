//! `devices`: who belongs to the household, what they play, and who no longer belongs. `transfer`: to go on elsewhere.

use super::Failure;
use super::appliance::Appliance;
use super::args::{DevicesArgs, DevicesVerb, TransferArgs};
use super::context::Context;
use super::position::Position;
use super::profiles;
use serde_json::{Value, json};

pub(super) fn run(context: &Context, typed: &DevicesArgs) -> Result<(), Failure> {
    let appliance = context.appliance()?;
    match &typed.verb {
        None | Some(DevicesVerb::List(_)) => list(context, &appliance),
        Some(DevicesVerb::Rename(typed)) => rename(context, &appliance, &typed.device, &typed.name),
        Some(DevicesVerb::Profile(typed)) => give(context, &appliance, &typed.device, &typed.profile),
        Some(DevicesVerb::Revoke(typed)) => revoke(context, &appliance, &typed.device),
    }
}

fn list(context: &Context, appliance: &Appliance) -> Result<(), Failure> {
    for device in &devices(appliance)? {
        let text = |key: &str| device[key].as_str().unwrap_or_default();
        let state = match (&device["active"], &device["online"]) {
            (Value::Bool(true), _) => "active",
            (_, Value::Bool(true)) => "online",
            _ => "-",
        };
        let does = does(device).map(|does| format!("  {does}")).unwrap_or_default();
        let told = || format!("{}  {state:6}  {}  ({}){does}", text("clientId"), text("name"), text("profile"));
        context.out.either(device, told)?;
    }
    Ok(())
}

/// `listens in house`, `playing “Title” by Artist, 1:23`; nothing if there is nothing to say.
fn does(device: &Value) -> Option<String> {
    if let Some(room) = device["room"].as_str() {
        return Some(format!("listens in {room}"));
    }
    let plays = &device["playback"];
    let track = plays["title"].as_str().or(plays["trackId"].as_str())?;
    let by = plays["artist"].as_str().map(|artist| format!(" by {artist}")).unwrap_or_default();
    let (mode, position) = (plays["mode"].as_str()?, Position(plays["positionSec"].as_f64().unwrap_or_default()));
    Some(format!("{mode} “{track}”{by}, {position}"))
}

pub(super) fn transfer(context: &Context, typed: &TransferArgs) -> Result<(), Failure> {
    let appliance = context.appliance()?;
    let known = devices(&appliance)?;
    let to = the_one(&known, &typed.to)?;
    let from = match &typed.from {
        Some(from) => the_one(&known, from)?,
        None => the_one_that_plays(&known, &to)?,
    };
    let answer = appliance.http().post("/playback/transfer", &json!({"to": to, "from": from}))?.json();
    let called = |id: &str| {
        let device = known.iter().find(|device| device["clientId"] == id);
        device.and_then(|device| device["name"].as_str()).unwrap_or(id).to_owned()
    };
    context.out.either(&answer, || format!("{} goes on where {} was", called(&to), called(&from)))
}

/// The device that plays for itself, if it is one; `to` is not meant.
fn the_one_that_plays(devices: &[Value], to: &str) -> Result<String, Failure> {
    let plays = devices.iter().filter(|device| device["playback"]["mode"] == "playing" && device["clientId"] != to);
    let found: Vec<&str> = plays.filter_map(|device| device["clientId"].as_str()).collect();
    match found.as_slice() {
        [] => Err(Failure::refused("no other device plays for itself: name one with --from".into())),
        [one] => Ok((*one).to_owned()),
        several => Err(Failure::usage(format!("several devices play, choose one with --from: {}", several.join(", ")))),
    }
}

pub(super) fn devices(appliance: &Appliance) -> Result<Vec<Value>, Failure> {
    let answer = appliance.http().get("/devices")?.json();
    Ok(answer["devices"].as_array().cloned().unwrap_or_default())
}

fn rename(context: &Context, appliance: &Appliance, device: &str, name: &str) -> Result<(), Failure> {
    let id = the_one(&clients(appliance)?, device)?;
    let answer = appliance.http().ask("PATCH", &format!("/clients/{id}"), Some(&json!({"name": name})))?;
    context.out.either(&answer.json(), || format!("{id} is {name} now"))
}

fn revoke(context: &Context, appliance: &Appliance, device: &str) -> Result<(), Failure> {
    let id = the_one(&clients(appliance)?, device)?;
    appliance.http().ask("DELETE", &format!("/clients/{id}"), None)?;
    context.out.either(&json!({"revoked": id}), || format!("{device} is out"))
}

fn give(context: &Context, appliance: &Appliance, device: &str, profile: &str) -> Result<(), Failure> {
    let id = the_one(&clients(appliance)?, device)?;
    let whose = profiles::the_one(appliance, profile)?;
    let answer = appliance.http().ask("PATCH", &format!("/clients/{id}"), Some(&json!({"profile": whose})))?;
    context.out.either(&answer.json(), || format!("{device} belongs to {profile} now"))
}

fn clients(appliance: &Appliance) -> Result<Vec<Value>, Failure> {
    let answer = appliance.http().get("/clients")?.json();
    Ok(answer["clients"].as_array().cloned().unwrap_or_default())
}

fn the_one(clients: &[Value], device: &str) -> Result<String, Failure> {
    one_of(clients, "clientId", device, "device")
}

/// The id of what has this id or name; ids go into a path, so only one that the appliance named is taken.
pub(super) fn one_of(known: &[Value], id: &'static str, name: &str, what: &str) -> Result<String, Failure> {
    let called = |key: &'static str| known.iter().filter(move |one| one[key] == name);
    let found: Vec<&str> = match called(id).next() {
        Some(one) => one[id].as_str().into_iter().collect(),
        None => called("name").filter_map(|one| one[id].as_str()).collect(),
    };
    match found.as_slice() {
        [] => Err(Failure::refused(format!("no {what} is called {name:?}: `hearken {what}s` lists them"))),
        [one] => Ok((*one).to_owned()),
        several => {
            Err(Failure::usage(format!("several {what}s are called {name:?}, give the id: {}", several.join(", "))))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_device_does_has_its_words() {
        let plays = json!({"mode": "playing", "trackId": "a", "positionSec": 83.0, "title": "T", "artist": "Ada"});
        assert_eq!(does(&json!({"playback": plays})).unwrap(), "playing “T” by Ada, 1:23");
        assert_eq!(does(&json!({"room": "house", "playback": plays})).unwrap(), "listens in house");
        assert_eq!(does(&json!({"playback": {"mode": "paused", "trackId": null}})), None);
    }

    #[test]
    fn the_device_that_plays_is_meant_if_it_is_one() {
        let device = |id: &str, mode: &str| json!({"clientId": id, "playback": {"mode": mode}});
        let known = [device("A", "playing"), device("B", "paused"), device("C", "playing")];
        assert_eq!(the_one_that_plays(&known, "A").unwrap(), "C");
        assert_eq!(the_one_that_plays(&known, "B").unwrap_err().exit(), 2);
        assert_eq!(the_one_that_plays(&known[..2], "A").unwrap_err().exit(), 1);
    }

    #[test]
    fn a_device_is_meant_by_id_or_by_a_name_of_its_own() {
        let clients = [("A1", "Phone"), ("B2", "Phone"), ("C3", "A1")];
        let clients: Vec<Value> = clients.map(|(id, name)| json!({"clientId": id, "name": name})).into();
        assert_eq!(the_one(&clients, "B2").unwrap(), "B2");
        assert_eq!(the_one(&clients, "A1").unwrap(), "A1");
        assert_eq!(the_one(&clients, "Phone").unwrap_err().exit(), 2);
        assert_eq!(the_one(&clients, "../x").unwrap_err().exit(), 1);
    }
}
