//! `devices`: who belongs to the household, and who no longer does.

use super::Failure;
use super::appliance::Appliance;
use super::args::{DevicesArgs, DevicesVerb};
use super::context::Context;
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
    for client in &clients(appliance)? {
        let text = |key: &str| client[key].as_str().unwrap_or_default();
        let online = if client["online"] == true { "online" } else { "-" };
        let told = || format!("{}  {online:6}  {}  ({})", text("clientId"), text("name"), text("profile"));
        context.out.either(client, told)?;
    }
    Ok(())
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
    fn a_device_is_meant_by_id_or_by_a_name_of_its_own() {
        let clients = [("A1", "Phone"), ("B2", "Phone"), ("C3", "A1")];
        let clients: Vec<Value> = clients.map(|(id, name)| json!({"clientId": id, "name": name})).into();
        assert_eq!(the_one(&clients, "B2").unwrap(), "B2");
        assert_eq!(the_one(&clients, "A1").unwrap(), "A1");
        assert_eq!(the_one(&clients, "Phone").unwrap_err().exit(), 2);
        assert_eq!(the_one(&clients, "../x").unwrap_err().exit(), 1);
    }
}
