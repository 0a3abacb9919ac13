//! `rooms`: the groups that listen together. To act in one, put `--room` before or after any verb.

use super::Failure;
use super::appliance::Appliance;
use super::args::{RoomsArgs, RoomsVerb};
use super::context::Context;
use super::devices::one_of;
use serde_json::{Value, json};

pub(super) fn run(context: &Context, typed: &RoomsArgs) -> Result<(), Failure> {
    let appliance = context.appliance()?;
    match &typed.verb {
        None | Some(RoomsVerb::List(_)) => list(context, &appliance),
        Some(RoomsVerb::Create(typed)) => {
            let made = appliance.http().post("/rooms", &json!({"name": typed.name}))?.json();
            context.out.either(&made, || format!("{} is room {}", typed.name, made["id"].as_str().unwrap_or("?")))
        }
        Some(RoomsVerb::Rename(typed)) => {
            let id = one_of(&rooms(&appliance)?, "id", &typed.room, "room")?;
            let answer = appliance.http().ask("PATCH", &format!("/rooms/{id}"), Some(&json!({"name": typed.name})))?;
            context.out.either(&answer.json(), || format!("{id} is {} now", typed.name))
        }
        Some(RoomsVerb::Delete(typed)) => {
            let id = one_of(&rooms(&appliance)?, "id", &typed.room, "room")?;
            appliance.http().ask("DELETE", &format!("/rooms/{id}"), None)?;
            context.out.either(&json!({"deleted": id}), || format!("{} is gone", typed.room))
        }
    }
}

fn list(context: &Context, appliance: &Appliance) -> Result<(), Failure> {
    for room in &rooms(appliance)? {
        let text = |key: &str| room[key].as_str().unwrap_or_default();
        let told = || format!("{}  {:8}  {} listening  {}", text("id"), text("mode"), room["listeners"], text("name"));
        context.out.either(room, told)?;
    }
    Ok(())
}

fn rooms(appliance: &Appliance) -> Result<Vec<Value>, Failure> {
    let answer = appliance.http().get("/rooms")?.json();
    Ok(answer["rooms"].as_array().cloned().unwrap_or_default())
}
