//! What holds after each step, whatever the steps were.

use super::steps::{Step, any_step, is_good};
use super::world::{QUEUE_MAX, World};
use hearken::core::event::{Event, Mode, SessionEvent};
use hearken::core::ids::RoomId;
use hearken::core::topic::Topic;
use hearken::core::{Durable, due, next_deadline, view};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

fn config() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, max_shrink_iters: 20_000, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_interleaving_keeps_the_invariants(steps in prop::collection::vec(any_step(), 1..80)) {
        let mut world = World::new();
        for step in &steps {
            a_step(&mut world, step);
            world.settle();
            everything_holds(&world);
        }
        replay_gives_the_same(&world);
    }

    /// The hub settles after a whole batch; a house that did not settle in between is no other house.
    #[test]
    fn it_may_settle_late(steps in prop::collection::vec((any_step(), any::<bool>()), 1..60)) {
        let mut world = World::new();
        for (step, settles) in &steps {
            world.take(step);
            if *settles {
                world.settle();
                everything_holds(&world);
            }
        }
    }
}

/// A command raises its topic's version by exactly one, or changes nothing; nothing else raises a version.
fn a_step(world: &mut World, step: &Step) {
    let before = (world.state.durable.digest().unwrap(), format!("{:?}", world.state.presence), world.log.len());
    let heads = world.state.durable.heads.clone();
    let outcome = world.take(step);
    let raised = world.log.len() - before.2;
    match (outcome, step) {
        (Some(Ok(())), _) => {
            assert_eq!(raised, 1, "{step:?}");
            let changed = world.state.durable.heads.iter().filter(|(topic, head)| heads.get(topic) != Some(head));
            let changed: Vec<_> = changed.collect();
            assert_eq!(changed.len(), 1, "one topic");
            let (topic, head) = changed[0];
            assert_eq!(head.version, heads.get(topic).map_or(0, |head| head.version) + 1);
        }
        (Some(Err(why)), _) => {
            let now = (world.state.durable.digest().unwrap(), format!("{:?}", world.state.presence), world.log.len());
            assert_eq!(before, now, "refused ({why}), and yet: {step:?}");
        }
        (None, Step::Restart(_)) => assert!(raised <= 1),
        (None, _) => assert_eq!(world.state.durable.heads, heads, "only commands raise versions: {step:?}"),
    }
}

fn everything_holds(world: &World) {
    the_log_has_no_holes(world);
    the_session_is_consistent(world);
    nothing_is_due_and_the_next_deadline_is_ahead(world);
    the_client_sees_what_the_server_knows(world);
    encodings_read_back(world);
    super::playing::everything_holds(world);
    assert!(is_good(&world.state.durable.household), "{:?}", world.state.durable.household);
}

fn the_log_has_no_holes(world: &World) {
    let mut counts: BTreeMap<Topic, u64> = BTreeMap::new();
    for (nth, entry) in world.log.iter().enumerate() {
        assert_eq!(entry.seq, nth as u64 + 1);
        let event: Event = serde_json::from_str(&entry.json).unwrap();
        let count = counts.entry(event.topic()).or_default();
        *count += 1;
        assert_eq!(entry.version, *count);
    }
    for (topic, count) in counts {
        assert_eq!(world.state.durable.head(&topic).version, count, "{topic}");
    }
}

fn the_session_is_consistent(world: &World) {
    let room = RoomId::house();
    let (session, here) = (world.house(), world.state.presence.room(&room));
    let (queue, stage) = (&session.queue, &session.stage);

    let once: BTreeSet<_> = queue.tracks().iter().collect();
    assert_eq!(once.len(), queue.len(), "a track stands in the queue once: {queue:?}");
    assert!(queue.len() <= QUEUE_MAX, "{queue:?}");

    let is = |mode| stage.mode == mode;
    assert_eq!(is(Mode::Waiting), stage.barrier.is_some(), "{stage:?}");
    assert_eq!(is(Mode::Waiting), here.watch.is_some(), "somebody is watched for while a room waits: {stage:?}");
    assert_eq!(is(Mode::Playing), stage.start_at.is_some(), "{stage:?}");
    assert_eq!(is(Mode::Stopped), stage.track.is_none(), "{stage:?}");
    if !is(Mode::Stopped) {
        assert_eq!(stage.track.as_ref(), queue.current(), "what is loaded is the first of the queue");
    }
    if let Some(watch) = &here.watch {
        assert!(watch.members().all(|member| here.listeners.contains_key(member)), "members listen");
    }
    assert!(here.emptied.is_none() || here.listeners.is_empty(), "an empty room is empty");
    let current = world.client.current();
    assert_eq!(current, queue.current().map(hearken::core::ids::TrackId::as_str), "one rule for what is current");
    assert!(here.ended_early.iter().all(|device| here.listeners.contains_key(device)));

    let view = view(&world.state, &room, world.now).unwrap();
    if let Some(duration_ms) = view.duration_ms() {
        assert!(view.position_ms() <= duration_ms);
    }
}

fn nothing_is_due_and_the_next_deadline_is_ahead(world: &World) {
    assert_eq!(due(&world.state, world.now), None);
    if let Some(at) = next_deadline(&world.state, world.now) {
        assert!(at > world.now.mono, "the deadline {at:?} is not after {:?}", world.now.mono);
    }
}

fn the_client_sees_what_the_server_knows(world: &World) {
    let server = world.snapshot();
    assert!(!world.client.is_lost, "a queue of another length");
    assert!(world.client.agrees_with(&server), "client {:?}\nserver {server:?}", world.client);
    assert_eq!(world.client.seq, server.seq);
}

fn encodings_read_back(world: &World) {
    let json = serde_json::to_string(&world.state.durable).unwrap();
    let back: Durable = serde_json::from_str(&json).unwrap();
    assert_eq!(back.digest().unwrap(), world.state.durable.digest().unwrap());
    for entry in world.log.iter().rev().take(4) {
        let event: Event = serde_json::from_str(&entry.json).unwrap();
        assert_eq!(serde_json::to_string(&event).unwrap(), entry.json);
        if let Event::Session(_, SessionEvent { stage: Some(stage), .. }) = event {
            assert_eq!(stage.start_at, None, "an instant means nothing after a restart: it is never stored");
        }
    }
}

fn replay_gives_the_same(world: &World) {
    assert_eq!(world.replayed().digest().unwrap(), world.state.durable.digest().unwrap());
}
