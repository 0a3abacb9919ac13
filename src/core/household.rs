//! The devices of the household: who was let in, what they are called, whose they are. Never their secrets.
//!
//! Profiles and rooms are here by their names. What a profile starred, heard and compared, and what a room plays, are
//! topics of their own; they come and go with the names.

use super::command::{Command, HouseholdCommand, WhichProfile};
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
    /// What it saw up to this entry of the log, it saw as somebody else: under another profile, or as another device.
    #[serde(default)]
    pub profile_after: u64,
}

impl Household {
    /// Whose a device is; the machine itself is everybody's. `None`: it is none of the household's.
    #[must_use]
    pub fn profile_of(&self, device: &DeviceId) -> Option<ProfileId> {
        let paired = self.devices.get(device).map(|known| known.profile.clone());
        paired.or_else(|| (*device == DeviceId::local()).then(ProfileId::home))
    }

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
            HouseholdCommand::Pair { device, name, profile } => self.pair(device, name, profile, version, now),
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

    /// Takes over what happened in the entry `seq`.
    pub fn apply(&mut self, event: &HouseholdEvent, seq: u64) {
        match event {
            HouseholdEvent::Paired { device, name, profile, at_ms, new_profile } => {
                self.list(profile, new_profile.as_deref());
                let profile_after = match self.devices.get(device) {
                    Some(known) if known.profile == *profile => known.profile_after,
                    Some(_) => seq,
                    None => seq.saturating_sub(1),
                };
                let entry = Device { name: name.clone(), profile: profile.clone(), paired_ms: *at_ms, profile_after };
                self.devices.insert(device.clone(), entry);
            }
            HouseholdEvent::Changed { device, name, profile } => {
                self.list(profile, None);
                if let Some(entry) = self.devices.get_mut(device) {
                    entry.name.clone_from(name);
                    if entry.profile != *profile {
                        (entry.profile, entry.profile_after) = (profile.clone(), seq);
                    }
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

    /// Whether the profile or device that `command` is about is here. Who went took their own things along, and a command
    /// that was on its way meanwhile must not bring them back.
    ///
    /// # Errors
    /// [`Rejection::NoSuchProfile`], [`Rejection::NoSuchDevice`].
    pub fn has_owner(&self, command: &Command) -> Result<(), Rejection> {
        match command {
            Command::Comparison(profile, _) | Command::Stars(profile, _) | Command::Plays(profile, _)
                if *profile != ProfileId::home() =>
            {
                self.profile(profile).map(drop)
            }
            Command::Playback(device, _) if *device != DeviceId::local() => self.device(device).map(drop),
            _ => Ok(()),
        }
    }

    /// Makes sure that a profile has a name: before profiles had names, any id was one. Its name is then its id.
    pub fn list(&mut self, profile: &ProfileId, name: Option<&str>) {
        let name = || name.unwrap_or(profile.as_str()).to_owned();
        self.profiles.entry(profile.clone()).or_insert_with(name);
    }

    /// The profile of this name, whatever its case and the spaces around it.
    #[must_use]
    pub fn profile_named(&self, name: &str) -> Option<&ProfileId> {
        let wanted = name.trim().to_lowercase();
        self.profiles.iter().find(|(_, name)| name.to_lowercase() == wanted).map(|(profile, _)| profile)
    }

    fn pair(
        &self,
        device: &DeviceId,
        name: &str,
        profile: &WhichProfile,
        version: u64,
        now: Now,
    ) -> Result<HouseholdEvent, Rejection> {
        let name = good_name(name)?;
        let (profile, new_profile) = self.profile_for(profile, version)?;
        // A device that pairs again stays who it is, and keeps the day it came.
        let at_ms = match self.devices.get(device) {
            Some(known) => known.paired_ms,
            None if self.devices.len() >= limits::DEVICES_MAX => {
                return Err(Rejection::TooManyDevices { max: limits::DEVICES_MAX });
            }
            None => now.wall_ms,
        };
        Ok(HouseholdEvent::Paired { device: device.clone(), name, profile, at_ms, new_profile })
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

    /// The profile that a new device gets, and its name if it is yet to be made.
    fn profile_for(&self, wanted: &WhichProfile, version: u64) -> Result<(ProfileId, Option<String>), Rejection> {
        match wanted {
            WhichProfile::Known(profile) => self.profile(profile).map(|_| (profile.clone(), None)),
            WhichProfile::Named(name) => match self.profile_named(name) {
                Some(profile) => Ok((profile.clone(), None)),
                None => self.new_profile(name, version).map(|(profile, name)| (profile, Some(name))),
            },
        }
    }

    fn new_profile(&self, name: &str, version: u64) -> Result<(ProfileId, String), Rejection> {
        let name = good_name(name)?;
        if self.profiles.len() >= limits::PROFILES_MAX {
            return Err(Rejection::TooManyProfiles { max: limits::PROFILES_MAX });
        }
        // An id of this form may be there from before profiles had names.
        let free = |id: &ProfileId| !self.profiles.contains_key(id);
        let id = (version..).map(ProfileId::of_version).find(free).unwrap_or_else(ProfileId::home);
        Ok((id, name))
    }

    fn create_profile(&self, name: &str, version: u64) -> Result<HouseholdEvent, Rejection> {
        self.new_profile(name, version).map(|(profile, name)| HouseholdEvent::ProfileCreated { profile, name })
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
mod tests;
