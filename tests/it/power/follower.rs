//! A client that is only told where the house is, and comes back by itself after each end of it.

use crate::house::{House, Phone, until};
use hearken::client::{Options, Target, Watch, Watched};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

/// It checks that it sees each event once and in order, whatever happens to the house.
pub struct Follower {
    told: Arc<Told>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Told {
    /// The last event it has seen.
    seq: AtomicU64,
    /// How often it had to come back.
    breaks: AtomicU64,
    /// What should not have been.
    wrong: Mutex<Vec<String>>,
    is_over: AtomicBool,
}

impl Follower {
    /// It follows as this device, on a socket of its own.
    pub fn of(house: &House, phone: &Phone) -> Self {
        let (door, token, told) = (house.door(), phone.token.clone(), Arc::<Told>::default());
        let seen = Arc::clone(&told);
        let thread = std::thread::spawn(move || {
            let way_in = || Ok((Target::at(door.address().ip(), door.address().port()), Some(token.clone())));
            let mut watch = Watch::new(way_in, Options::default());
            while !seen.is_over.load(SeqCst) {
                match watch.next(Duration::from_millis(50)) {
                    Ok(Watched::Message(message)) => seen.take(&message.0),
                    Ok(Watched::Quiet) => {}
                    Ok(Watched::Lost { .. }) => drop(seen.breaks.fetch_add(1, SeqCst)),
                    Err(error) => return seen.complain(format!("it gave up: {error}")),
                }
            }
        });
        until("the follower is there", || (told.seq.load(SeqCst) > 0).then_some(()));
        Self { told, thread: Some(thread) }
    }

    /// It has seen everything up to here, each event once.
    pub fn came_along(mut self, head: u64) {
        until("the follower has seen everything", || (self.told.seq.load(SeqCst) == head).then_some(()));
        self.told.is_over.store(true, SeqCst);
        self.thread.take().unwrap().join().unwrap();
        assert_eq!(*self.told.wrong.lock().unwrap(), [""; 0]);
        let breaks = self.told.breaks.load(SeqCst);
        println!("the follower came back {breaks} times");
        assert!(breaks > 0, "the power never went?");
    }
}

impl Told {
    fn take(&self, message: &serde_json::Value) {
        let (Some(seq), false) = (message["seq"].as_u64(), message["eph"] == true) else { return };
        let last = self.seq.swap(seq, SeqCst);
        // The state replaces everything, but it never takes back what was seen.
        let fits = if message["type"] == "sync:full" { seq >= last } else { seq == last + 1 };
        if !fits {
            self.complain(format!("{seq} after {last}: {message}"));
        }
    }

    fn complain(&self, what: String) {
        self.wrong.lock().unwrap().push(what);
    }
}
