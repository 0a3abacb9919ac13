//! Devices, rooms and profiles of a household: who may come, change and go.

use super::*;

fn device() -> DeviceId {
    DeviceId::new("0A1B2C3D4E5F6071").unwrap()
}

fn paired() -> Household {
    let mut household = Household::default();
    let wish = HouseholdCommand::Pair { device: device(), name: " Phone ".into(), profile: ProfileId::home().into() };
    let event = household.decide(&wish, |_| false, 7, Now { wall_ms: 5, ..Now::default() }).unwrap();
    household.apply(&event, 1);
    household
}

#[test]
fn a_device_comes_changes_and_goes() {
    let mut household = paired();
    assert_eq!(household.devices[&device()].name, "Phone");
    let wish = HouseholdCommand::Change { device: device(), name: Some("Kitchen".into()), profile: None };
    let event = household.decide(&wish, |_| false, 7, Now::default()).unwrap();
    household.apply(&event, 1);
    assert_eq!(household.devices[&device()].name, "Kitchen");
    assert_eq!(household.decide(&wish, |_| false, 7, Now::default()), Err(Rejection::NoChange));
    let event = household.decide(&HouseholdCommand::Revoke { device: device() }, |_| false, 7, Now::default()).unwrap();
    household.apply(&event, 1);
    assert!(household.devices.is_empty());
}

#[test]
fn pairing_again_keeps_the_first_day() {
    let household = paired();
    let wish = HouseholdCommand::Pair { device: device(), name: "Other".into(), profile: ProfileId::home().into() };
    let event = household.decide(&wish, |_| false, 7, Now { wall_ms: 99, ..Now::default() }).unwrap();
    assert!(matches!(event, HouseholdEvent::Paired { at_ms: 5, .. }));
}

#[test]
fn rooms_come_are_renamed_and_go_when_nobody_listens() {
    let mut household = Household::default();
    let kitchen = RoomId::new("k1").unwrap();
    let wish = HouseholdCommand::CreateRoom { room: kitchen.clone(), name: "Kitchen".into() };
    let event = household.decide(&wish, |_| false, 7, Now::default()).unwrap();
    household.apply(&event, 1);
    assert_eq!(household.rooms.len(), 2);
    let wish = HouseholdCommand::DeleteRoom { room: kitchen.clone() };
    let heard = household.decide(&wish, |_| true, 7, Now::default());
    assert_eq!(heard, Err(Rejection::RoomInUse("Kitchen".into())));
    let event = household.decide(&wish, |_| false, 7, Now::default()).unwrap();
    household.apply(&event, 1);
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

fn ask(household: &mut Household, wish: &HouseholdCommand, version: u64) -> Result<HouseholdEvent, Rejection> {
    let event = household.decide(wish, |_| false, version, Now::default())?;
    household.apply(&event, version * 10);
    Ok(event)
}

fn profile(id: &str) -> ProfileId {
    ProfileId::new(id).unwrap()
}

fn pairs(profile: WhichProfile) -> HouseholdCommand {
    HouseholdCommand::Pair { device: device(), name: "Phone".into(), profile }
}

fn moves(to: &str) -> HouseholdCommand {
    HouseholdCommand::Change { device: device(), name: None, profile: Some(profile(to)) }
}

#[test]
fn profiles_come_are_renamed_and_go_when_no_device_is_theirs() {
    let mut household = paired();
    ask(&mut household, &HouseholdCommand::CreateProfile { name: " Anna ".into() }, 3).unwrap();
    assert_eq!(household.profiles[&profile("u3")], "Anna");
    ask(&mut household, &HouseholdCommand::RenameProfile { profile: profile("u3"), name: "Ann".into() }, 4).unwrap();
    assert_eq!(household.profiles[&profile("u3")], "Ann");
    ask(&mut household, &moves("u3"), 5).unwrap();
    let delete = HouseholdCommand::DeleteProfile { profile: profile("u3") };
    assert_eq!(ask(&mut household, &delete, 6), Err(Rejection::ProfileInUse("Ann".into())));
    ask(&mut household, &moves("home"), 6).unwrap();
    ask(&mut household, &delete, 7).unwrap();
    assert_eq!(household.profiles.len(), 1);
}

#[test]
fn what_a_profile_may_not_be_is_refused() {
    let mut household = paired();
    let refused = |household: &mut Household, wish: &HouseholdCommand| ask(household, wish, 9).unwrap_err();
    for name in ["", " ", "two\nlines"] {
        let bad = Rejection::BadName { max: limits::NAME_CHARS_MAX };
        assert_eq!(refused(&mut household, &HouseholdCommand::CreateProfile { name: name.into() }), bad);
        assert_eq!(refused(&mut household, &pairs(WhichProfile::Named(name.into()))), bad);
    }
    let home = HouseholdCommand::DeleteProfile { profile: ProfileId::home() };
    assert_eq!(refused(&mut household, &home), Rejection::HomeStays);
    let nobody = Rejection::NoSuchProfile("u8".into());
    assert_eq!(refused(&mut household, &HouseholdCommand::DeleteProfile { profile: profile("u8") }), nobody);
    assert_eq!(refused(&mut household, &moves("u8")), nobody);
    assert_eq!(refused(&mut household, &pairs(profile("u8").into())), nobody);
    let same = HouseholdCommand::RenameProfile { profile: ProfileId::home(), name: "Home".into() };
    assert_eq!(refused(&mut household, &same), Rejection::NoChange);
}

#[test]
fn there_are_only_so_many_profiles() {
    let mut household = Household::default();
    let more = |version: u64| HouseholdCommand::CreateProfile { name: format!("P{version}") };
    let made = (1..100).filter(|version| ask(&mut household, &more(*version), *version).is_ok()).count();
    assert_eq!(made, limits::PROFILES_MAX - 1);
    let too_many = Rejection::TooManyProfiles { max: limits::PROFILES_MAX };
    assert_eq!(ask(&mut household, &pairs(WhichProfile::Named("One more".into())), 200), Err(too_many));
    ask(&mut household, &pairs(WhichProfile::Named("p5".into())), 200).unwrap();
}

#[test]
fn a_device_pairs_with_a_profile_by_name_which_is_made_once() {
    let mut household = Household::default();
    let event = ask(&mut household, &pairs(WhichProfile::Named(" Anna ".into())), 3).unwrap();
    assert!(matches!(&event, HouseholdEvent::Paired { new_profile: Some(name), .. } if name == "Anna"), "{event:?}");
    assert_eq!(
        (&household.profiles[&profile("u3")], &household.devices[&device()].profile),
        (&"Anna".into(), &profile("u3"))
    );
    let event = ask(&mut household, &pairs(WhichProfile::Named("ANNA".into())), 4).unwrap();
    assert!(matches!(event, HouseholdEvent::Paired { new_profile: None, .. }));
    assert_eq!(household.profiles.len(), 2);
}

#[test]
fn a_device_knows_what_it_saw_as_somebody_else() {
    let mut household = Household::default();
    let since = |household: &Household| household.devices[&device()].profile_after;
    ask(&mut household, &pairs(ProfileId::home().into()), 1).unwrap();
    assert_eq!(since(&household), 9, "its own coming it saw itself");
    ask(&mut household, &HouseholdCommand::Change { device: device(), name: Some("X".into()), profile: None }, 2)
        .unwrap();
    ask(&mut household, &pairs(ProfileId::home().into()), 3).unwrap();
    assert_eq!(since(&household), 9, "another name, another token: the same profile");
    ask(&mut household, &HouseholdCommand::CreateProfile { name: "Anna".into() }, 4).unwrap();
    ask(&mut household, &moves("u4"), 5).unwrap();
    assert_eq!(since(&household), 50);
    ask(&mut household, &pairs(ProfileId::home().into()), 6).unwrap();
    assert_eq!(since(&household), 60, "it paired again, for somebody else");
}

#[test]
fn a_log_from_before_profiles_had_names_lists_those_it_speaks_of() {
    let mut household = Household::default();
    let text = r#"{"paired":{"device":"0A1B2C3D4E5F6071","name":"Phone","profile":"u2","at_ms":5}}"#;
    household.apply(&serde_json::from_str(text).unwrap(), 1);
    assert_eq!(household.profiles[&profile("u2")], "u2");
    let event = ask(&mut household, &HouseholdCommand::CreateProfile { name: "Anna".into() }, 2).unwrap();
    let HouseholdEvent::ProfileCreated { profile: made, .. } = event else { panic!("{event:?}") };
    assert_eq!((made.as_str(), household.profiles.len()), ("u3", 3), "and none is called like an old one");
}

#[test]
fn what_is_a_profiles_or_a_devices_own_goes_with_it() {
    use crate::core::comparing::Mode;
    use crate::core::playing::PlaybackCommand;
    use crate::core::plays::PlaysCommand;
    use crate::core::starring::StarsCommand;
    use crate::core::{command::ComparisonCommand, ids::TrackId, source::Source};

    let start = || ComparisonCommand::Start { source: Source::All, mode: Mode::All, tracks: Vec::new(), seed: 1 };
    let heard = || PlaysCommand::Heard { track: TrackId::new("a").unwrap(), age_ms: 0 };
    let of_profile = |id: &str| {
        let id = profile(id);
        let stars = Command::Stars(id.clone(), StarsCommand::Undo);
        [stars, Command::Plays(id.clone(), heard()), Command::Comparison(id, start())]
    };
    let mut household = paired();
    let nobody = Err(Rejection::NoSuchProfile("u3".into()));
    assert!(of_profile("u3").iter().all(|command| household.has_owner(command) == nobody));
    ask(&mut household, &HouseholdCommand::CreateProfile { name: "Anna".into() }, 3).unwrap();
    assert!(of_profile("u3").iter().chain(&of_profile("home")).all(|command| household.has_owner(command).is_ok()));
    ask(&mut household, &HouseholdCommand::DeleteProfile { profile: profile("u3") }, 4).unwrap();
    assert!(of_profile("u3").iter().all(|command| household.has_owner(command) == nobody));
    household.profiles.clear(); // a log from before profiles had names
    assert!(of_profile("home").iter().all(|command| household.has_owner(command).is_ok()));

    let own = |device: DeviceId| Command::Playback(device, PlaybackCommand::Undo);
    assert!(household.has_owner(&own(device())).is_ok() && household.has_owner(&own(DeviceId::local())).is_ok());
    ask(&mut household, &HouseholdCommand::Revoke { device: device() }, 5).unwrap();
    assert_eq!(household.has_owner(&own(device())), Err(Rejection::NoSuchDevice(device().to_string())));
}
