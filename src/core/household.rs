//! The devices of the household: who was let in, what they are called, whose they are. Never their secrets.

use super::command::HouseholdCommand;
use super::event::HouseholdEvent;
use super::ids::{DeviceId, ProfileId, RoomId};
use super::rejection::Rejection;
use crate::clock::Now;
use crate::limits;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Everything durable about the household.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Household {
    /// The paired devices.
    pub devices: BTreeMap<DeviceId, Device>,
    /// The names of the rooms; the house has one from the start.
    #[serde(default = "first_rooms")]
    pub rooms: BTreeMap<RoomId, String>,
    /// The names of the profiles; home is there from the start.
    #[serde(default = "first_profiles")]
    pub profiles: BTreeMap<ProfileId, String>,
}

impl Default for Household {
    fn default() -> Self {
        Self { devices: BTreeMap::new(), rooms: first_rooms(), profiles: first_profiles() }
    }
}

fn first_rooms() -> BTreeMap<RoomId, String> {
    BTreeMap::from([(RoomId::house(), "House".to_owned())])
}

fn first_profiles() -> BTreeMap<ProfileId, String> {
    BTreeMap::from([(ProfileId::home(), "Home".to_owned())])
}

/// One browser or one command line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Device {
    /// What people call it.
    pub name: String,
    /// Whose it is.
    pub profile: ProfileId,
    /// When it was let in, milliseconds since the Unix epoch.
    pub paired_ms: i64,
}

impl Household {
    /// What becomes of `command`. `is_heard`: whether somebody listens in a room. `version` is the topic's after it and
    /// names a new profile.
    ///
    /// # Errors
    /// [`Rejection`] with the reason; nothing has changed.
    pub fn decide(
        &self,
        command: &HouseholdCommand,
        is_heard: impl Fn(&RoomId) -> bool,
        version: u64,
        now: Now,
    ) -> Result<HouseholdEvent, Rejection> {
        match command {
            HouseholdCommand::Pair { device, name, profile } => self.pair(device, name, profile, now),
            HouseholdCommand::Change { device, name, profile } => {
                self.change(device, name.as_deref(), profile.as_ref())
            }
            HouseholdCommand::Revoke { device } => {
                self.device(device)?;
                Ok(HouseholdEvent::Revoked { device: device.clone() })
            }
            HouseholdCommand::CreateProfile { name } => self.create_profile(name, version),
            HouseholdCommand::RenameProfile { profile, name } => self.rename_profile(profile, name),
            HouseholdCommand::DeleteProfile { profile } => self.delete_profile(profile),
            HouseholdCommand::CreateRoom { room, name } => self.create_room(room, name),
            HouseholdCommand::RenameRoom { room, name } => self.rename_room(room, name),
            HouseholdCommand::DeleteRoom { room } => self.delete_room(room, is_heard),
        }
    }

    /// Takes over what happened.
    pub fn apply(&mut self, event: &HouseholdEvent) {
        match event {
            HouseholdEvent::Paired { device, name, profile, at_ms } => {
                let entry = Device { name: name.clone(), profile: profile.clone(), paired_ms: *at_ms };
                self.devices.insert(device.clone(), entry);
            }
            HouseholdEvent::Changed { device, name, profile } => {
                if let Some(entry) = self.devices.get_mut(device) {
                    entry.name.clone_from(name);
                    entry.profile.clone_from(profile);
                }
            }
            HouseholdEvent::Revoked { device } => {
                self.devices.remove(device);
            }
            HouseholdEvent::ProfileCreated { profile, name } | HouseholdEvent::ProfileRenamed { profile, name } => {
                self.profiles.insert(profile.clone(), name.clone());
            }
            HouseholdEvent::ProfileDeleted { profile } => {
                self.profiles.remove(profile);
            }
            HouseholdEvent::RoomCreated { room, name } | HouseholdEvent::RoomRenamed { room, name } => {
                self.rooms.insert(room.clone(), name.clone());
            }
            HouseholdEvent::RoomDeleted { room } => {
                self.rooms.remove(room);
            }
        }
    }

    fn pair(&self, device: &DeviceId, name: &str, profile: &ProfileId, now: Now) -> Result<HouseholdEvent, Rejection> {
        let name = good_name(name)?;
        self.profile(profile)?;
        // A device that pairs again stays who it is, and keeps the day it came.
        let at_ms = match self.devices.get(device) {
            Some(known) => known.paired_ms,
            None if self.devices.len() >= limits::DEVICES_MAX => {
                return Err(Rejection::TooManyDevices { max: limits::DEVICES_MAX });
            }
            None => now.wall_ms,
        };
        Ok(HouseholdEvent::Paired { device: device.clone(), name, profile: profile.clone(), at_ms })
    }

    fn change(
        &self,
        device: &DeviceId,
        name: Option<&str>,
        profile: Option<&ProfileId>,
    ) -> Result<HouseholdEvent, Rejection> {
        let known = self.device(device)?;
        let name = name.map_or_else(|| Ok(known.name.clone()), good_name)?;
        profile.map(|profile| self.profile(profile)).transpose()?;
        let profile = profile.unwrap_or(&known.profile).clone();
        if name == known.name && profile == known.profile {
            return Err(Rejection::NoChange);
        }
        Ok(HouseholdEvent::Changed { device: device.clone(), name, profile })
    }

    fn create_room(&self, room: &RoomId, name: &str) -> Result<HouseholdEvent, Rejection> {
        let name = good_name(name)?;
        if self.rooms.len() >= limits::ROOMS_MAX {
            return Err(Rejection::TooManyRooms { max: limits::ROOMS_MAX });
        }
        Ok(HouseholdEvent::RoomCreated { room: room.clone(), name })
    }

    fn rename_room(&self, room: &RoomId, name: &str) -> Result<HouseholdEvent, Rejection> {
        let (before, name) = (self.room(room)?, good_name(name)?);
        if before == name {
            return Err(Rejection::NoChange);
        }
        Ok(HouseholdEvent::RoomRenamed { room: room.clone(), name })
    }

    fn delete_room(&self, room: &RoomId, is_heard: impl Fn(&RoomId) -> bool) -> Result<HouseholdEvent, Rejection> {
        let name = self.room(room)?;
        match (*room == RoomId::house(), is_heard(room)) {
            (true, _) => Err(Rejection::HouseStays),
            (false, true) => Err(Rejection::RoomInUse(name.to_owned())),
            (false, false) => Ok(HouseholdEvent::RoomDeleted { room: room.clone() }),
        }
    }

    fn create_profile(&self, name: &str, version: u64) -> Result<HouseholdEvent, Rejection> {
        let name = good_name(name)?;
        if self.profiles.len() >= limits::PROFILES_MAX {
            return Err(Rejection::TooManyProfiles { max: limits::PROFILES_MAX });
        }
        Ok(HouseholdEvent::ProfileCreated { profile: ProfileId::of_version(version), name })
    }

    fn rename_profile(&self, profile: &ProfileId, name: &str) -> Result<HouseholdEvent, Rejection> {
        let (before, name) = (self.profile(profile)?, good_name(name)?);
        if before == name {
            return Err(Rejection::NoChange);
        }
        Ok(HouseholdEvent::ProfileRenamed { profile: profile.clone(), name })
    }

    fn delete_profile(&self, profile: &ProfileId) -> Result<HouseholdEvent, Rejection> {
        let name = self.profile(profile)?;
        match (*profile == ProfileId::home(), self.devices.values().any(|device| device.profile == *profile)) {
            (true, _) => Err(Rejection::HomeStays),
            (false, true) => Err(Rejection::ProfileInUse(name.to_owned())),
            (false, false) => Ok(HouseholdEvent::ProfileDeleted { profile: profile.clone() }),
        }
    }

    /// The name of a profile.
    fn profile(&self, profile: &ProfileId) -> Result<&str, Rejection> {
        let name = self.profiles.get(profile).map(String::as_str);
        name.ok_or_else(|| Rejection::NoSuchProfile(profile.to_string()))
    }

    fn room(&self, room: &RoomId) -> Result<&str, Rejection> {
        let name = self.rooms.get(room).map(String::as_str);
        name.ok_or_else(|| Rejection::NoSuchRoom(room.to_string()))
    }

    fn device(&self, device: &DeviceId) -> Result<&Device, Rejection> {
        self.devices.get(device).ok_or_else(|| Rejection::NoSuchDevice(device.to_string()))
    }
}

/// A name as people may give it: trimmed, not empty, bounded, printable.
pub(super) fn good_name(name: &str) -> Result<String, Rejection> {
    let name = name.trim();
    let fits =
        !name.is_empty() && name.chars().count() <= limits::NAME_CHARS_MAX && !name.chars().any(char::is_control);
    if fits { Ok(name.to_owned()) } else { Err(Rejection::BadName { max: limits::NAME_CHARS_MAX }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn device() -> DeviceId {
        DeviceId::new("0A1B2C3D4E5F6071").unwrap()
    }

    fn paired() -> Household {
        let mut household = Household::default();
        let wish = HouseholdCommand::Pair { device: device(), name: " Phone ".into(), profile: ProfileId::home() };
        let event = household.decide(&wish, |_| false, 7, Now { wall_ms: 5, ..Now::default() }).unwrap();
        household.apply(&event);
        household
    }

    #[test]
    fn a_device_comes_changes_and_goes() {
        let mut household = paired();
        assert_eq!(household.devices[&device()].name, "Phone");
        let wish = HouseholdCommand::Change { device: device(), name: Some("Kitchen".into()), profile: None };
        let event = household.decide(&wish, |_| false, 7, Now::default()).unwrap();
        household.apply(&event);
        assert_eq!(household.devices[&device()].name, "Kitchen");
        assert_eq!(household.decide(&wish, |_| false, 7, Now::default()), Err(Rejection::NoChange));
        let event =
            household.decide(&HouseholdCommand::Revoke { device: device() }, |_| false, 7, Now::default()).unwrap();
        household.apply(&event);
        assert!(household.devices.is_empty());
    }

    #[test]
    fn pairing_again_keeps_the_first_day() {
        let household = paired();
        let wish = HouseholdCommand::Pair { device: device(), name: "Other".into(), profile: ProfileId::home() };
        let event = household.decide(&wish, |_| false, 7, Now { wall_ms: 99, ..Now::default() }).unwrap();
        assert!(matches!(event, HouseholdEvent::Paired { at_ms: 5, .. }));
    }

    #[test]
    fn rooms_come_are_renamed_and_go_when_nobody_listens() {
        let mut household = Household::default();
        let kitchen = RoomId::new("k1").unwrap();
        let wish = HouseholdCommand::CreateRoom { room: kitchen.clone(), name: "Kitchen".into() };
        let event = household.decide(&wish, |_| false, 7, Now::default()).unwrap();
        household.apply(&event);
        assert_eq!(household.rooms.len(), 2);
        let wish = HouseholdCommand::DeleteRoom { room: kitchen.clone() };
        let heard = household.decide(&wish, |_| true, 7, Now::default());
        assert_eq!(heard, Err(Rejection::RoomInUse("Kitchen".into())));
        let event = household.decide(&wish, |_| false, 7, Now::default()).unwrap();
        household.apply(&event);
        assert_eq!(household.decide(&wish, |_| false, 7, Now::default()), Err(Rejection::NoSuchRoom("k1".into())));
        let house = HouseholdCommand::DeleteRoom { room: RoomId::house() };
        assert_eq!(household.decide(&house, |_| false, 7, Now::default()), Err(Rejection::HouseStays));
    }

    #[test]
    fn names_are_bounded_and_printable() {
        for bad in ["", "   ", "a\nb", &"x".repeat(65)] {
            assert!(good_name(bad).is_err(), "{bad:?}");
        }
        assert_eq!(good_name("Küche 🎧").unwrap(), "Küche 🎧");
    }
}
