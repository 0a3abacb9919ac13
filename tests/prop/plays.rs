//! Whatever profiles hear on however many devices, at once or told late: counts never go down, a track counts once in half
//! an hour, and a replay gives the same bytes.

use hearken::clock::Now;
use hearken::core::command::{Command, Origin, Wish};
use hearken::core::event::{Event, HouseholdEvent};
use hearken::core::ids::{DeviceId, ProfileId, TrackId};
use hearken::core::plays::{PlaysCommand, TrackPlays};
use hearken::core::presence::Signal;
use hearken::core::rejection::Rejection;
use hearken::core::{Applied, Durable, State, apply, decide, observe};
use hearken::limits::PLAY_COUNTED_EVERY_MS as EVERY_MS;
use proptest::prelude::*;
use std::sync::Arc;

const TRACKS: usize = 3;

/// Somebody has heard something, this long after the last step and this long before it is told.
#[derive(Clone, Debug)]
struct Heard {
    profile: usize,
    track: usize,
    after_ms: i64,
    age_ms: u64,
}

fn any_heard() -> impl Strategy<Value = Heard> {
    let after = prop_oneof![4 => 0..EVERY_MS, 2 => EVERY_MS - 2..EVERY_MS + 3, 1 => EVERY_MS..4 * EVERY_MS];
    let age = prop_oneof![4 => Just(0), 1 => 0..5 * EVERY_MS.unsigned_abs(), 1 => Just(u64::MAX)];
    // One track more than the library has.
    let heard = |(profile, track, after_ms, age_ms)| Heard { profile, track, after_ms, age_ms };
    (0_usize..2, 0..=TRACKS, after, age).prop_map(heard)
}

fn track(n: usize) -> TrackId {
    TrackId::new(&format!("t{n}")).unwrap()
}

fn profile(n: usize) -> ProfileId {
    ProfileId::new(["home", "u3"][n]).unwrap()
}

struct World {
    state: State,
    log: Vec<String>,
    wall_ms: i64,
}

impl World {
    fn new() -> Self {
        let mut state = State::default();
        let known = (0..TRACKS).map(|n| (track(n), Some(60_000))).collect();
        observe(&mut state, &Signal::Library(Arc::new(known)), Now::default());
        let mut world = Self { state, log: Vec::new(), wall_ms: 1_790_000_000_000 };
        let (profile, name) = (profile(1), "Ada".to_owned());
        world.fold(&Event::Household(HouseholdEvent::ProfileCreated { profile, name }));
        world
    }

    fn plays(&self, heard: &Heard) -> Option<TrackPlays> {
        self.state.durable.plays(&profile(heard.profile)).get(&track(heard.track)).cloned()
    }

    /// Takes a step; whether it counted.
    fn take(&mut self, heard: &Heard) -> bool {
        self.wall_ms += heard.after_ms;
        let (track, age_ms) = (track(heard.track), heard.age_ms);
        let command = Command::Plays(profile(heard.profile), PlaysCommand::Heard { track, age_ms });
        let origin = Some(Origin { device: DeviceId::local(), tab: None });
        let now = Now { wall_ms: self.wall_ms, ..Now::default() };
        match decide(&self.state, &Wish { command, origin, guard: None }, now) {
            Ok(event) => {
                self.fold(&event);
                true
            }
            Err(Rejection::NoChange) => false,
            Err(why) => {
                assert!(heard.track >= TRACKS && why.status() == 404, "{why:?} {heard:?}");
                false
            }
        }
    }

    fn fold(&mut self, event: &Event) {
        let version = self.state.durable.head(&event.topic()).version + 1;
        self.log.push(serde_json::to_string(event).unwrap());
        apply(&mut self.state.durable, &Applied { seq: self.log.len() as u64, version, event });
    }

    fn replayed(&self) -> Durable {
        let mut durable = Durable::default();
        for (nth, line) in self.log.iter().enumerate() {
            let event: Event = serde_json::from_str(line).unwrap();
            let version = durable.head(&event.topic()).version + 1;
            apply(&mut durable, &Applied { seq: nth as u64 + 1, version, event: &event });
        }
        durable
    }
}

proptest! {
    #[test]
    fn counts_never_go_down_and_a_track_counts_once_in_half_an_hour(story in prop::collection::vec(any_heard(), 1..60)) {
        let mut world = World::new();
        for heard in &story {
            let (before, others) = (world.plays(heard), world.state.durable.plays(&profile(1 - heard.profile)).clone());
            let counted = world.take(heard);
            let after = world.plays(heard);
            prop_assert_eq!(&others, world.state.durable.plays(&profile(1 - heard.profile)), "another profile's stay");
            let heard_ms = world.wall_ms.saturating_sub_unsigned(heard.age_ms);
            match (before, after) {
                (None, after) => prop_assert_eq!(after.map(|plays| plays.count), counted.then_some(1)),
                (Some(before), Some(after)) => {
                    prop_assert_eq!(after.count, before.count + u64::from(counted));
                    prop_assert!(after.last_ms >= before.last_ms, "the last time does not go back");
                    let mut counted_before = before.earlier_ms.iter().chain([&before.last_ms]);
                    let is_far = counted_before.all(|&at_ms| heard_ms.abs_diff(at_ms) >= EVERY_MS.unsigned_abs());
                    prop_assert_eq!(counted, is_far, "{:?} {:?}", heard, before);
                }
                (Some(_), None) => prop_assert!(false, "plays were forgotten"),
            }
        }
        let replayed = world.replayed();
        prop_assert_eq!(replayed.digest().unwrap(), world.state.durable.digest().unwrap());
    }

    /// However many devices hear the same at once: with nothing told late, a day has at most so many half hours.
    #[test]
    fn many_devices_count_as_one(gaps in prop::collection::vec(0..EVERY_MS, 1..80)) {
        let mut world = World::new();
        let told = gaps.iter().map(|&after_ms| Heard { profile: 0, track: 0, after_ms, age_ms: 0 });
        let times: Vec<i64> = told.filter_map(|heard| world.take(&heard).then_some(world.wall_ms)).collect();
        prop_assert!(times.windows(2).all(|two| two[1] - two[0] >= EVERY_MS), "{:?}", times);
        prop_assert!(!times.is_empty());
    }
}
