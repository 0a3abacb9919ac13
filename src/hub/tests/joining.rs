//! Joining while others publish: nothing is missed, nothing is seen twice.

use super::harness::{Watched, device, pair, tracks};
use crate::clock::Clock;
use crate::core::Settings;
use crate::core::command::Wish;
use crate::core::ids::RoomId;
use crate::core::presence::Signal;
use crate::hub::recovery::recover;
use crate::hub::ring::{Read, Since};
use crate::hub::{Answer, Hub, Submission};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

const WRITERS: usize = 3;
const JOINERS: usize = 4;
const COMMANDS_EACH: usize = 2_000;

/// Reads from where it joined until `goal`; every logged message must be the one after the one before.
fn follows(hub: &Hub, since: Option<Since>, goal: &AtomicU64) {
    let joined = hub.ring().join(since.as_ref());
    let mut at = match (&joined.missed, &since) {
        (Some(_), Some(since)) => since.seq,
        _ => joined.published.seq,
    };
    for slot in joined.missed.iter().flatten() {
        let seq = slot.logged.as_ref().unwrap().seq;
        assert_eq!(seq, at + 1, "in the missed part");
        at = seq;
    }
    assert_eq!(at, joined.published.seq, "the state and the stream meet");
    let (mut cursor, mut asked) = (joined.cursor, 0);
    // Some follow to the end, most look at a few messages only: it is the boundary that matters.
    while at < goal.load(Ordering::Relaxed) && asked < 4 {
        match hub.ring().read(cursor, 16) {
            Read::Slots(slots, next) => {
                for logged in slots.iter().filter_map(|slot| slot.logged.as_ref()) {
                    assert_eq!(logged.seq, at + 1, "in the stream");
                    at = logged.seq;
                }
                if slots.is_empty() {
                    hub.ring().wait(cursor, Duration::from_millis(1));
                }
                cursor = next;
                asked += 1;
            }
            Read::Lagged => return,
            Read::Closed => return,
        }
    }
}

#[test]
fn no_gap_and_no_double_while_many_publish() {
    let recovered = recover(Ok(Box::new(Watched::new())), Settings::default(), "c1".into());
    let (hub, thread) = Hub::start(recovered, Arc::new(Clock::start())).unwrap();
    let (goal, done) = (AtomicU64::new(u64::MAX), AtomicBool::new(false));
    let joins = AtomicU64::new(0);
    std::thread::scope(|scope| {
        for nth in 0..JOINERS {
            let (hub, goal, done, joins) = (&hub, &goal, &done, &joins);
            scope.spawn(move || {
                while !done.load(Ordering::Relaxed) {
                    let seq = hub.published().seq.saturating_sub(nth as u64 * 7);
                    let since = (nth % 2 == 1).then(|| Since { epoch: "e".into(), seq });
                    follows(hub, since, goal);
                    joins.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        let writers: Vec<_> = (0..WRITERS)
            .map(|nth| {
                scope.spawn({
                    let hub = &hub;
                    move || publish(hub, nth)
                })
            })
            .collect();
        writers.into_iter().for_each(|writer| writer.join().unwrap());
        goal.store(hub.published().seq, Ordering::Relaxed);
        done.store(true, Ordering::Relaxed);
    });
    assert_eq!(hub.published().seq, (WRITERS * COMMANDS_EACH) as u64);
    // How many there are depends on the machine; each of them has checked every event it saw.
    assert!(joins.load(Ordering::Relaxed) >= JOINERS as u64, "{joins:?} joins: not even one each");
    hub.stop();
    thread.join().unwrap();
}

/// Commands and signals, each tenth one waited for.
fn publish(hub: &Hub, nth: usize) {
    let me = format!("W{nth}");
    for n in 0..COMMANDS_EACH {
        let wish = Wish { command: pair(&format!("{me}-{}", n % 7)), origin: None, guard: None };
        if n % 10 == 0 {
            hub.signal(Signal::Connected(device(&me), n as u64));
            hub.signal(Signal::Join(device(&me), RoomId::house(), n as u64));
            hub.signal(Signal::Have(device(&me), tracks("a b")));
        }
        // The last of all is waited for: what is counted afterwards is all there will be.
        if n % 10 == 0 || n + 1 == COMMANDS_EACH {
            hub.ask(wish, None, Vec::new()).unwrap();
            continue;
        }
        let answer: Answer = Box::new(|result| assert!(result.is_ok()));
        hub.submit(Submission { wish, key: None, connection: None, puts: Vec::new(), answer });
    }
}
