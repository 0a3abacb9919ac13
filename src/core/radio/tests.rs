//! What a station plays: properties that hold at any time, and what each command does to it.

use super::airing::{Air, Told, next_deadline};
use super::{DropReason, Plan, Radio, RadioCommand as Ask, RadioMode, Selection, Station, StationEdit, StationTrack};
use crate::clock::{Mono, Now};
use crate::core::ids::{DeviceId, ProfileId, StationId, TrackId};
use crate::core::radio::schedule::{Schedule, Window};
use crate::core::rejection::Rejection;
use crate::core::source::Source;
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::sync::Arc;

const NOON: i64 = 1_790_000_000_000;

fn id() -> StationId {
    StationId::new("5ca1ab1e").unwrap()
}

fn track(name: &str, duration_ms: u32) -> StationTrack {
    StationTrack { id: TrackId::new(name).unwrap(), duration_ms }
}

/// `a5` is track `a`, five seconds long.
fn tracks(text: &str) -> Arc<[StationTrack]> {
    let one = |word: &str| track(&word[..1], word[1..].parse::<u32>().unwrap() * 1000);
    text.split_whitespace().map(one).collect()
}

fn plan(mode: RadioMode) -> Plan {
    Plan { name: "Evenings".into(), source: Source::All, profile: ProfileId::home(), mode, schedule: None }
}

fn at(wall_ms: i64) -> Now {
    Now { mono: Mono(5_000), wall_ms }
}

/// The stations after `ask` at `wall_ms`, read back from JSON as a restart would.
fn after(radio: &Radio, ask: &Ask, wall_ms: i64) -> Result<Radio, Rejection> {
    let event = radio.decide(ask, true, at(wall_ms))?;
    let event = serde_json::from_str(&serde_json::to_string(&event).unwrap()).unwrap();
    let mut next = radio.clone();
    next.apply(&event);
    let reread: Radio = serde_json::from_str(&serde_json::to_string(&next).unwrap()).unwrap();
    assert_eq!(reread, next);
    Ok(reread)
}

fn with(mode: RadioMode, list: &str) -> Radio {
    let create = Ask::Create { station: id(), plan: plan(mode), tracks: tracks(list) };
    after(&Radio::default(), &create, NOON).unwrap()
}

fn station(radio: &Radio) -> &Station {
    radio.station(&id()).unwrap()
}

/// `b@3`: three seconds into `b`.
fn heard(radio: &Radio, wall_ms: i64) -> String {
    match station(radio).at(wall_ms) {
        Some(playing) => format!("{}@{}", playing.track.id, playing.position_ms as f64 / 1000.0),
        None => "-".into(),
    }
}

#[test]
fn a_queue_plays_in_order_and_around() {
    let radio = with(RadioMode::Queue, "a5 b3 c2");
    for (second, expected) in [
        (0, "a@0"),
        (4, "a@4"),
        (5, "b@0"),
        (8, "c@0"),
        (9, "c@1"),
        (10, "a@0"),
        (27, "b@2"),
        (-1, "c@1"),
        (-10, "a@0"),
    ] {
        assert_eq!(heard(&radio, NOON + second * 1000), expected, "{second}");
    }
    let playing = station(&radio).at(NOON + 9_000).unwrap();
    assert_eq!((playing.started_ms, playing.ends_ms), (NOON + 8_000, NOON + 10_000));
    let next: Vec<String> = station(&radio).after(&playing).take(4).map(|track| track.id.to_string()).collect();
    assert_eq!(next, ["a", "b", "c", "a"]);
}

#[test]
fn a_skip_moves_exactly_to_the_next_track() {
    let radio = with(RadioMode::Queue, "a5 b3 c2");
    let skip = |track: Option<&str>| Ask::Skip { station: id(), track: track.map(|id| TrackId::new(id).unwrap()) };
    let skipped = after(&radio, &skip(None), NOON + 1_500).unwrap();
    assert_eq!(heard(&skipped, NOON + 1_500), "b@0");
    assert_eq!(heard(&skipped, NOON + 4_500), "c@0");
    assert_eq!(station(&skipped).skips, 1);
    let twice = after(&skipped, &skip(Some("a")), NOON + 1_600);
    assert_eq!(twice, Err(Rejection::NotCurrent(TrackId::new("a").unwrap())), "somebody was faster");
}

#[test]
fn what_changes_the_list_leaves_what_plays_where_it_is() {
    let radio = with(RadioMode::Queue, "a5 b3 c2");
    let now = NOON + 16_500; // b@1.5 in the second cycle
    let drop_of = |name: &str| Ask::Drop {
        station: id(),
        tracks: vec![TrackId::new(name).unwrap()],
        reason: DropReason::Unreadable,
    };
    let retrack = |list: &str| Ask::Retrack { station: id(), tracks: tracks(list), utc_offset_min: 0, forgives: false };
    for (ask, expected) in [
        (drop_of("a"), "b@1.5"),
        (drop_of("c"), "b@1.5"),
        (drop_of("b"), "c@0"),
        (retrack("x9 a5 b3 c2"), "b@1.5"),
        (retrack("b3"), "b@1.5"),
        (retrack("b1 a5"), "b@0.999"),
        (retrack("c2 b3 a5"), "b@1.5"),
        (retrack("a5 y1"), "a@0"),
        (retrack("y1 z2"), "y@0"),
        (retrack(""), "-"),
    ] {
        assert_eq!(heard(&after(&radio, &ask, now).unwrap(), now), expected, "{ask:?}");
    }
    let shuffle = StationEdit { mode: Some(RadioMode::Shuffle), ..StationEdit::default() };
    let shuffled = after(&radio, &Ask::Change { station: id(), edit: shuffle }, now).unwrap();
    assert_eq!(heard(&shuffled, now), "b@1.5");
}

#[test]
fn a_dropped_track_stays_out_until_it_is_forgiven() {
    let radio = with(RadioMode::Queue, "a5 b3 c2");
    let (c, reason) = (TrackId::new("c").unwrap(), DropReason::NeedsFfmpeg);
    let dropped = after(&radio, &Ask::Drop { station: id(), tracks: vec![c.clone()], reason }, NOON).unwrap();
    assert_eq!(station(&dropped).dropped.len(), 1);
    let again = Ask::Drop { station: id(), tracks: vec![c], reason };
    assert_eq!(after(&dropped, &again, NOON), Err(Rejection::NoChange));
    let retrack = |list, forgives| Ask::Retrack { station: id(), tracks: tracks(list), utc_offset_min: 0, forgives };
    assert_eq!(after(&dropped, &retrack("a5 b3 c2", false), NOON), Err(Rejection::NoChange));
    let forgiven = after(&dropped, &retrack("a5 b3 c2", true), NOON).unwrap();
    assert_eq!((station(&forgiven).tracks.len(), station(&forgiven).dropped.len()), (3, 0));
    let gone = after(&dropped, &retrack("a5 b3", false), NOON).unwrap();
    assert!(station(&gone).dropped.is_empty());
}

#[test]
fn commands_are_refused_with_a_reason() {
    let radio = with(RadioMode::Queue, "a5");
    let create = |name: &str, list| {
        let plan = Plan { name: name.into(), ..plan(RadioMode::Queue) };
        Ask::Create { station: StationId::new("ab").unwrap(), plan, tracks: tracks(list) }
    };
    let change = |edit| Ask::Change { station: id(), edit };
    let stranger = StationId::new("none").unwrap();
    for (ask, slug) in [
        (create(" ", "a5"), "bad-name"),
        (create("x", ""), "nothing-to-play"),
        (create("x", "a0"), "nothing-to-play"),
        (Ask::Delete { station: stranger.clone() }, "no-such-station"),
        (Ask::Skip { station: stranger, track: None }, "no-such-station"),
        (change(StationEdit::default()), "no-change"),
        (change(StationEdit { name: Some("Evenings".into()), ..StationEdit::default() }), "no-change"),
    ] {
        assert_eq!(after(&radio, &ask, NOON).unwrap_err().slug(), slug, "{ask:?}");
    }
    let own = Ask::Drop { station: id(), tracks: vec![TrackId::new("a").unwrap()], reason: DropReason::Unreadable };
    assert_eq!(radio.decide(&own, false, at(NOON)), Err(Rejection::ServerOnly));
    let mut full = radio;
    for n in 1..crate::limits::STATIONS_MAX {
        let create = Ask::Create {
            station: StationId::new(&format!("{n}")).unwrap(),
            plan: plan(RadioMode::Queue),
            tracks: tracks("a5"),
        };
        full = after(&full, &create, NOON).unwrap();
    }
    assert_eq!(after(&full, &create("x", "a5"), NOON).unwrap_err().slug(), "too-many-stations");
}

#[test]
fn behind_a_closed_window_time_goes_on_unheard() {
    let radio = with(RadioMode::Queue, "a5 b3");
    let minute = u16::try_from(NOON / 60_000 % 1440).unwrap();
    let windows = vec![Window { from_min: minute, to_min: minute + 1 }];
    let schedule = Some(Some(Schedule { windows, utc_offset_min: 0 }));
    let radio =
        after(&radio, &Ask::Change { station: id(), edit: StationEdit { schedule, ..StationEdit::default() } }, NOON)
            .unwrap();
    assert!(station(&radio).is_on_air(NOON) && !station(&radio).is_on_air(NOON + 60_000));
    let skip = Ask::Skip { station: id(), track: None };
    assert_eq!(after(&radio, &skip, NOON + 60_000), Err(Rejection::OffAir));
    let heard_by_day = heard(&radio, NOON + 24 * 3_600_000);
    assert_eq!(heard_by_day, heard(&with(RadioMode::Queue, "a5 b3"), NOON + 24 * 3_600_000));
}

#[test]
fn those_who_hear_a_station_are_told_of_each_track_once() {
    let radio = with(RadioMode::Queue, "a5 b3");
    let (mut air, mut told, phone) = (Air::default(), Told::default(), DeviceId::local());
    let mut news = |air: &Air, radio: &Radio, wall| -> Vec<String> {
        told.news(radio, air, at(wall)).iter().map(|(_, playing)| playing.track.id.to_string()).collect()
    };
    assert_eq!(next_deadline(&radio, &air, at(NOON)), None, "nobody hears it");
    assert!(news(&air, &radio, NOON).is_empty());
    air.tune(&phone, Some(&id()));
    assert_eq!(next_deadline(&radio, &air, at(NOON + 1_000)), Some(Mono(9_000)));
    assert_eq!(news(&air, &radio, NOON + 1_000), ["a"]);
    assert!(news(&air, &radio, NOON + 4_999).is_empty());
    assert_eq!(news(&air, &radio, NOON + 5_000), ["b"]);
    let skipped = after(&radio, &Ask::Skip { station: id(), track: None }, NOON + 6_000).unwrap();
    assert_eq!(news(&air, &skipped, NOON + 6_000), ["a"]);
    air.tune(&phone, None);
    assert!(news(&air, &skipped, NOON + 12_000).is_empty());
    air.stream(&id(), 2);
    assert_eq!((air.streams(&id()), air.is_heard(&id())), (2, true));
    air.stream(&id(), 0);
    assert_eq!(air, Air::default());
}

#[test]
fn fifty_thousand_tracks_are_asked_quickly() {
    let list: Arc<[StationTrack]> = (0..50_000).map(|n| track(&format!("t{n}"), 180_000 + n)).collect();
    let create = Ask::Create { station: id(), plan: plan(RadioMode::Shuffle), tracks: list };
    let event = Radio::default().decide(&create, true, at(NOON)).unwrap();
    let mut radio = Radio::default();
    radio.apply(&event);
    let begun = crate::clock::instant();
    for n in 0..100_000 {
        assert!(station(&radio).at(NOON + n * 977).is_some());
    }
    assert!(begun.elapsed().as_secs() < 5, "{:?}", begun.elapsed());
}

fn any_list() -> impl Strategy<Value = Arc<[StationTrack]>> {
    let one = (0_u8..20, prop_oneof![1_u32..5_000, 1_u32..3, Just(300_000)]);
    prop::collection::vec(one, 1..14).prop_map(|list| {
        let mut seen = BTreeSet::new();
        list.into_iter().filter(|(n, _)| seen.insert(*n)).map(|(n, ms)| track(&format!("t{n}"), ms)).collect()
    })
}

fn any_mode() -> impl Strategy<Value = RadioMode> {
    prop_oneof![Just(RadioMode::Shuffle), Just(RadioMode::Queue)]
}

prop_compose! {
    fn any_radio()(list in any_list(), mode in any_mode()) -> Radio {
        after(&Radio::default(), &Ask::Create { station: id(), plan: plan(mode), tracks: list }, NOON).unwrap()
    }
}

proptest! {
    #[test]
    fn position_goes_on_with_time_and_never_beyond_the_end(
        radio in any_radio(),
        from in -10_000_000_i64..10_000_000,
        steps in prop::collection::vec(0_i64..4_000, 1..40),
    ) {
        let station = station(&radio);
        let mut wall = NOON + from;
        let mut before = station.at(wall).unwrap();
        for step in steps {
            let mut next = station.after(&before);
            wall += step;
            let now = station.at(wall).unwrap();
            prop_assert!(now.position_ms < u64::from(now.track.duration_ms));
            prop_assert_eq!(now.started_ms + now.position_ms as i64, wall);
            // Whoever follows the list of what is to come hears the same.
            let (mut track, mut ends) = (before.track.clone(), before.ends_ms);
            while ends <= wall {
                track = next.next().unwrap();
                ends += i64::from(track.duration_ms);
            }
            prop_assert_eq!((&now.track, now.ends_ms), (&track, ends));
            before = now;
        }
    }

    #[test]
    fn a_cycle_has_each_track_once_and_no_track_follows_itself(radio in any_radio(), cycle in -50_i64..50) {
        let station = station(&radio);
        let first = station.at(station.epoch_ms + cycle * station.length_ms()).unwrap();
        prop_assert_eq!(first.position_ms, 0);
        let count = station.tracks.len();
        let rest: Vec<TrackId> = station.after(&first).take(2 * count - 1).map(|track| track.id).collect();
        let all: Vec<TrackId> = std::iter::once(first.track.id).chain(rest).collect();
        prop_assert_eq!(all[..count].iter().collect::<BTreeSet<_>>().len(), count);
        prop_assert!(count == 1 || all.windows(2).all(|two| two[0] != two[1]), "{:?}", all);
    }

    #[test]
    fn a_skip_leads_to_the_beginning_of_what_was_to_come(radio in any_radio(), later in 0_i64..10_000_000) {
        let wall = NOON + later;
        let next = station(&radio).after(&station(&radio).at(wall).unwrap()).next().unwrap();
        let skipped = after(&radio, &Ask::Skip { station: id(), track: None }, wall).unwrap();
        let now = station(&skipped).at(wall).unwrap();
        prop_assert_eq!((now.track, now.position_ms), (next, 0));
    }

    #[test]
    fn another_list_leaves_what_plays_if_it_is_there(
        radio in any_radio(), list in any_list(), later in 0_i64..10_000_000, mode in any_mode(),
    ) {
        let wall = NOON + later;
        let before = station(&radio).at(wall).unwrap();
        let edit = StationEdit {
            source: Some(Selection { source: Source::All, profile: ProfileId::home(), tracks: Arc::clone(&list) }), mode: Some(mode), ..StationEdit::default()
        };
        match after(&radio, &Ask::Change { station: id(), edit }, wall) {
            Ok(changed) => {
                let changed = station(&changed);
                prop_assert_eq!(changed.tracks.as_slice(), &*list);
                let now = changed.at(wall).unwrap();
                match list.iter().find(|track| track.id == before.track.id) {
                    Some(kept) => {
                        let position = before.position_ms.min(u64::from(kept.duration_ms) - 1);
                        prop_assert_eq!((now.track.id, now.position_ms), (kept.id.clone(), position));
                    }
                    None => prop_assert_eq!(now.position_ms, 0),
                }
            }
            Err(why) => prop_assert_eq!(why, Rejection::NoChange),
        }
    }

    #[test]
    fn a_list_s_change_makes_the_new_list_of_the_old(old in any_list(), new in any_list()) {
        match super::TracksChange::between(&old, &new) {
            Some(change) => prop_assert_eq!(change.applied_to(&old), new.to_vec()),
            None => prop_assert_eq!(old, new),
        }
    }
}

#[test]
fn one_album_more_is_remembered_as_one_album_more() {
    let old: Vec<StationTrack> = (0..1_000).map(|n| track(&format!("t{n}"), 1_000)).collect();
    let mut new = old.clone();
    new.splice(500..500, [track("n1", 5), track("n2", 6)]);
    new.remove(3);
    let change = super::TracksChange::between(&old, &new).unwrap();
    assert!(serde_json::to_string(&change).unwrap().len() < 100, "{change:?}");
    assert_eq!(change.applied_to(&old), new);
}
