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
    let event =
        household.decide(&HouseholdCommand::Revoke { device: device() }, |_| false, 7, Now::default()).unwrap();
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
