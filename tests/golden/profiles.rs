//! Whose what is: the messages about profiles, and about what a profile heard. A house of its own, so that they stand
//! beside the long story.

use super::house::{House, LAPTOP, PHONE, device, text, track};
use super::story::{Messages, keep};
use hearken::core::command::{Command, HouseholdCommand as Ask, WhichProfile};
use hearken::core::ids::ProfileId;
use hearken::core::plays::PlaysCommand;
use hearken::wire::{household, plays};

pub fn profiles(all: &mut Messages) {
    let mut house = House::new();
    house.pair(PHONE, "Kitchen phone");
    let ask = |house: &mut House, command| house.ask(Command::Household(command)).unwrap();
    ask(&mut house, Ask::CreateProfile { name: "Änna".into() });
    keep(&mut house, all, "household-profile-created", "household:profile-created");
    let id = || ProfileId::of_version(2);
    ask(&mut house, Ask::RenameProfile { profile: id(), name: "Anna 🎻".into() });
    keep(&mut house, all, "household-profile-renamed", "household:profile-renamed");
    let (name, profile) = ("Laptop".into(), WhichProfile::Named("Ben".into()));
    ask(&mut house, Ask::Pair { device: device(LAPTOP), name, profile });
    keep(&mut house, all, "household-paired-with-profile", "household:paired");
    let published = house.hub.published();
    let shown = household::profiles_with_devices(&published.durable.household);
    all.push(("profiles", format!("{{\"profiles\":{shown}}}")));
    ask(&mut house, Ask::DeleteProfile { profile: id() });
    keep(&mut house, all, "household-profile-deleted", "household:profile-deleted");
    heard(&mut house, all);
}

fn heard(house: &mut House, all: &mut Messages) {
    let hear = |house: &mut House, id: &str, age_ms| {
        let command = PlaysCommand::Heard { track: track(id), age_ms };
        house.ask(Command::Plays(ProfileId::home(), command)).unwrap()
    };
    hear(house, "k3Xa", 0);
    let slot = house.last("plays:counted");
    all.push(("plays-counted", text(&slot.frame)));
    all.push(("ack-plays", text(&slot.logged.as_ref().unwrap().own.as_ref().unwrap().ack)));
    let again = hear(house, "k3Xa", 0);
    all.push(("plays-not-counted", again.data.to_string()));
    hear(house, "z1", 9_500);
    let published = house.hub.published();
    let shown = plays::all(published.durable.plays(&ProfileId::home()), &published.presence.tracks, 50);
    all.push(("plays", shown.to_string()));
}
