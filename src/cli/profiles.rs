//! `profiles`: whose the stars, plays and comparisons are.

use super::Failure;
use super::appliance::Appliance;
use super::args::{ProfilesArgs, ProfilesVerb};
use super::context::Context;
use super::describe::count;
use super::devices::one_of;
use serde_json::{Value, json};

pub(super) fn run(context: &Context, typed: &ProfilesArgs) -> Result<(), Failure> {
    let appliance = context.appliance()?;
    match &typed.verb {
        None | Some(ProfilesVerb::List(_)) => list(context, &appliance),
        Some(ProfilesVerb::New(typed)) => {
            let made = appliance.http().post("/profiles", &json!({"name": typed.name}))?.json();
            context.out.either(&made, || format!("{} is profile {}", typed.name, made["id"].as_str().unwrap_or("?")))
        }
        Some(ProfilesVerb::Rename(typed)) => {
            let id = the_one(&appliance, &typed.profile)?;
            let answer =
                appliance.http().ask("PATCH", &format!("/profiles/{id}"), Some(&json!({"name": typed.name})))?;
            context.out.either(&answer.json(), || format!("{id} is {} now", typed.name))
        }
        Some(ProfilesVerb::Delete(typed)) => {
            let id = the_one(&appliance, &typed.profile)?;
            appliance.http().ask("DELETE", &format!("/profiles/{id}"), None)?;
            context.out.either(&json!({"deleted": id}), || format!("{} is gone", typed.profile))
        }
    }
}

/// The id of the profile of this id or name.
pub(super) fn the_one(appliance: &Appliance, name: &str) -> Result<String, Failure> {
    one_of(&all(appliance)?, "id", name, "profile")
}

fn list(context: &Context, appliance: &Appliance) -> Result<(), Failure> {
    for profile in &all(appliance)? {
        let text = |key: &str| profile[key].as_str().unwrap_or_default();
        let devices = count(profile["devices"].as_u64().unwrap_or_default(), "device");
        context.out.either(profile, || format!("{:8}  {devices:11}  {}", text("id"), text("name")))?;
    }
    Ok(())
}

fn all(appliance: &Appliance) -> Result<Vec<Value>, Failure> {
    let answer = appliance.http().get("/profiles")?.json();
    Ok(answer["profiles"].as_array().cloned().unwrap_or_default())
}
