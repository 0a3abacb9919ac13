//! Profiles as the wire has them, and the commands on devices, rooms and profiles as they come in.
//!
//! Devices and rooms are shown with who is online and who listens, so they stand in [`super::snapshot`].

use super::command::{BadCommand, read};
use crate::core::command::HouseholdCommand;
use crate::core::household::Household;
use crate::core::ids::{DeviceId, ProfileId, RoomId};
use crate::core::rejection::Rejection;
use serde::Deserialize;
use serde_json::{Value, json};

/// The commands by their names, in the order of docs/protocol.md.
pub const COMMANDS: [&str; 8] = [
    "clients/change",
    "clients/revoke",
    "rooms",
    "rooms/change",
    "rooms/delete",
    "profiles",
    "profiles/change",
    "profiles/delete",
];

/// Why a command on the household could not be understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Misunderstood {
    /// An argument is to be corrected.
    Bad(BadCommand),
    /// It names what cannot be there: no id is written like this.
    Nothing(Rejection),
}

impl From<BadCommand> for Misunderstood {
    fn from(bad: BadCommand) -> Self {
        Self::Bad(bad)
    }
}

/// Understands a command on devices, rooms or profiles. `new_room` names a room that is to be made.
///
/// # Errors
/// [`Misunderstood`], with what to correct.
pub fn command(name: &str, args: &Value, new_room: RoomId) -> Result<HouseholdCommand, Misunderstood> {
    let id = || read::<One>(name, args).map(|one| one.id);
    let called = || read::<Named>(name, args).map(|named| named.name);
    Ok(match name {
        "clients/change" => {
            let Change { name: called, profile } = read(name, args)?;
            HouseholdCommand::Change { device: device(id()?)?, name: called, profile }
        }
        "clients/revoke" => HouseholdCommand::Revoke { device: device(id()?)? },
        "rooms" => HouseholdCommand::CreateRoom { room: new_room, name: called()? },
        "rooms/change" => HouseholdCommand::RenameRoom { room: room(id()?)?, name: called()? },
        "rooms/delete" => HouseholdCommand::DeleteRoom { room: room(id()?)? },
        "profiles" => HouseholdCommand::CreateProfile { name: called()? },
        "profiles/change" => HouseholdCommand::RenameProfile { profile: profile(id()?)?, name: called()? },
        "profiles/delete" => HouseholdCommand::DeleteProfile { profile: profile(id()?)? },
        _ => return Err(BadCommand::Unknown(cut(name)).into()),
    })
}

/// The profiles: `profiles` of the full state.
#[must_use]
pub fn profiles(household: &Household) -> Value {
    household.profiles.iter().map(|(id, name)| json!({ "id": id, "name": name })).collect()
}

/// The profiles, each with how many devices are its own: `GET /profiles`.
#[must_use]
pub fn profiles_with_devices(household: &Household) -> Value {
    let devices = |id: &ProfileId| household.devices.values().filter(|device| device.profile == *id).count();
    household.profiles.iter().map(|(id, name)| json!({ "id": id, "name": name, "devices": devices(id) })).collect()
}

#[derive(Deserialize)]
struct One {
    id: String,
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

#[derive(Deserialize)]
struct Change {
    name: Option<String>,
    profile: Option<ProfileId>,
}

fn device(id: String) -> Result<DeviceId, Misunderstood> {
    DeviceId::new(&id).map_err(|_| Misunderstood::Nothing(Rejection::NoSuchDevice(cut(&id))))
}

fn room(id: String) -> Result<RoomId, Misunderstood> {
    RoomId::new(&id).map_err(|_| Misunderstood::Nothing(Rejection::NoSuchRoom(cut(&id))))
}

fn profile(id: String) -> Result<ProfileId, Misunderstood> {
    ProfileId::new(&id).map_err(|_| Misunderstood::Nothing(Rejection::NoSuchProfile(cut(&id))))
}

fn cut(text: &str) -> String {
    text.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(name: &str, args: &Value) -> Result<HouseholdCommand, Misunderstood> {
        command(name, args, RoomId::new("r1").unwrap())
    }

    #[test]
    fn every_listed_command_is_understood() {
        let args = json!({"id": "u3", "name": "Anna", "profile": "home"});
        for name in COMMANDS {
            assert!(parse(name, &args).is_ok(), "{name}");
        }
    }

    #[test]
    fn an_argument_is_named_and_what_is_no_id_names_nothing() {
        let said = |name: &str, args: Value| match parse(name, &args).unwrap_err() {
            Misunderstood::Bad(bad) => bad.to_string(),
            Misunderstood::Nothing(why) => format!("{} {why}", why.status()),
        };
        assert!(said("rooms", json!({})).contains("rooms: missing field `name`"));
        assert!(said("profiles/change", json!({"name": "x"})).contains("missing field `id`"));
        assert!(said("clients/change", json!({"id": "A", "profile": "not an id!"})).contains("profile must be"));
        assert!(said("rooms/delete", json!({"id": ".."})).starts_with("404 there is no room"));
        assert!(said("profiles/dance", json!({"id": "u3"})).contains("there is no command"));
    }
}
