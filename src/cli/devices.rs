//! `devices`: who belongs to the household, and who no longer does.

use super::Failure;
use super::appliance::Appliance;
use super::args::{DevicesArgs, DevicesVerb};
use super::context::Context;
use serde_json::{Value, json};

pub(super) fn run(context: &Context, typed: &DevicesArgs) -> Result<(), Failure> {
    let appliance = context.appliance()?;
    match &typed.verb {
        None | Some(DevicesVerb::List(_)) => list(context, &appliance),
        Some(DevicesVerb::Rename(typed)) => rename(context, &appliance, &typed.device, &typed.name),
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

fn clients(appliance: &Appliance) -> Result<Vec<Value>, Failure> {
    let answer = appliance.http().get("/clients")?.json();
    Ok(answer["clients"].as_array().cloned().unwrap_or_default())
}

/// The device of this id or name; ids go into a path, so only one that the appliance named is taken.
fn the_one(clients: &[Value], device: &str) -> Result<String, Failure> {
    let named = |key: &'static str| clients.iter().filter(move |client| client[key] == device);
    let found: Vec<&str> = match named("clientId").next() {
        Some(client) => client["clientId"].as_str().into_iter().collect(),
        None => named("name").filter_map(|client| client["clientId"].as_str()).collect(),
    };
    match found.as_slice() {
        [] => Err(Failure::refused(format!("no device is called {device:?}: `hearken devices` lists them"))),
        [one] => Ok((*one).to_owned()),
        several => {
            Err(Failure::usage(format!("several devices are called {device:?}, give the id: {}", several.join(", "))))
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
