//! The ring: joining without gap and double, lagging, what is replayed and what is not, closing, waking who waits.

use super::*;
use crate::core::Durable;
use crate::core::presence::Presence;

fn published(seq: u64) -> Arc<Published> {
    Arc::new(Published::new("e".into(), seq, "c".into(), Durable::default(), Presence::default(), None))
}

fn logged(seq: u64) -> Slot {
    let logged = Logged { seq, version: seq, ts_ms: 0, data: "{}".into(), queue_changed: false, own: None };
    Slot { topic: Topic::Household, name: "x", frame: Frame::ws_text("{}"), logged: Some(logged), said_by: None }
}

fn since(seq: u64) -> Since {
    Since { epoch: "e".into(), seq }
}

fn filled(events: u64) -> Ring {
    let ring = Ring::new(published(0), []);
    (1..=events).for_each(|seq| ring.publish(published(seq), vec![logged(seq)]));
    ring
}

fn seqs(slots: &[Arc<Slot>]) -> Vec<u64> {
    slots.iter().filter_map(|slot| slot.logged.as_ref().map(|logged| logged.seq)).collect()
}

#[test]
fn the_event_at_the_boundary_is_in_the_state_or_in_the_stream_never_in_both() {
    let ring = filled(3);
    let joined = ring.join(None);
    assert_eq!(joined.published.seq, 3);
    ring.publish(published(4), vec![logged(4)]);
    let Read::Slots(slots, _) = ring.read(joined.cursor, 10) else { panic!("must be there") };
    assert_eq!(seqs(&slots), [4]);
}

#[test]
fn a_resuming_client_gets_exactly_what_it_missed_or_the_full_state() {
    let ring = filled(5);
    assert_eq!(seqs(&ring.join(Some(&since(3))).missed.unwrap()), [4, 5]);
    assert_eq!(seqs(&ring.join(Some(&since(5))).missed.unwrap()), [0_u64; 0]);
    assert!(ring.join(Some(&since(6))).missed.is_none(), "beyond the head");
    assert!(ring.join(Some(&Since { epoch: "f".into(), seq: 5 })).missed.is_none(), "another log");
}

#[test]
fn what_fell_off_the_replay_window_means_full_state() {
    let ring = filled(limits::RING_EVENTS_MAX as u64 + 2);
    assert!(ring.join(Some(&since(1))).missed.is_none());
    assert_eq!(ring.join(Some(&since(2))).missed.unwrap().len(), limits::RING_EVENTS_MAX);
}

#[test]
fn a_reader_that_lags_is_told_so() {
    let ring = filled(1);
    let start = ring.join(None).cursor;
    (0..=limits::RING_EPHEMERALS_MAX as u64).for_each(|n| ring.publish(published(2 + n), vec![logged(2 + n)]));
    assert!(matches!(ring.read(start, 10), Read::Lagged));
}

#[test]
fn ephemerals_are_not_replayed_and_the_latest_is_kept() {
    let ring = filled(1);
    let say = |text: &str| Slot::ephemeral("household:presence", Topic::Household, text);
    ring.publish(published(1), vec![say("\"old\""), say("\"new\"")]);
    let joined = ring.join(Some(&since(0)));
    assert_eq!(seqs(&joined.missed.unwrap()), [1]);
    assert_eq!(joined.ephemerals.len(), 1);
    assert_eq!(joined.ephemerals[0].frame, Frame::ws_text("\"new\""));
}

#[test]
fn running_positions_are_not_kept_whoever_plays() {
    let ring = filled(1);
    let topic = |n: u64| Topic::Playback(DeviceId::new(&format!("D{n}")).unwrap());
    (0..2_000).for_each(|n| {
        ring.publish(published(1), vec![Slot::ephemeral("playback:position", topic(n), "{}")]);
    });
    assert!(ring.join(None).ephemerals.is_empty());
}

#[test]
fn a_closed_ring_gives_what_it_has_and_then_says_so() {
    let ring = filled(1);
    let Read::Slots(slots, next) = ring.read(Cursor(0), 10) else { panic!("must be there") };
    assert_eq!(slots.len(), 1);
    ring.close();
    assert!(ring.wait(next, Duration::from_secs(5)));
    assert!(matches!(ring.read(next, 10), Read::Closed));
}

#[test]
fn nobody_sleeps_through_a_message_or_the_end() {
    const MESSAGES: u64 = 500;
    let ring = filled(0);
    let listens_to_the_end = || {
        let (mut cursor, mut seen) = (Cursor(0), 0);
        loop {
            match ring.read(cursor, 3) {
                Read::Slots(slots, _) if slots.is_empty() => {
                    assert!(ring.wait(cursor, Duration::from_secs(60)), "slept through message {}", seen + 1);
                }
                Read::Slots(slots, next) => (seen, cursor) = (seen + slots.len() as u64, next),
                Read::Lagged => panic!("the window holds them all"),
                Read::Closed => return seen,
            }
        }
    };
    std::thread::scope(|scope| {
        let readers = [(); 4].map(|()| scope.spawn(listens_to_the_end));
        for seq in 1..=MESSAGES {
            ring.publish(published(seq), vec![logged(seq)]);
            std::thread::yield_now();
        }
        ring.close();
        readers.into_iter().for_each(|reader| assert_eq!(reader.join().unwrap(), MESSAGES));
    });
}
