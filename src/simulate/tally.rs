//! What all sockets of a run saw, counted as they see it.

use super::histogram::times;
use super::{Progress, Report};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Arrivals whose times are kept one by one; beyond, only each command's last is.
const EACH_MAX: usize = 2_000_000;

/// Counters of a run. All sockets write to one.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub connected: AtomicUsize,
    pub commands: AtomicU64,
    pub stale: AtomicU64,
    pub events: AtomicU64,
    pub lost: AtomicU64,
    pub doubled: AtomicU64,
    pub resumed: AtomicU64,
    pub full: AtomicU64,
    pub cut: AtomicU64,
    refusal: Mutex<Option<String>>,
    timing: Mutex<Timing>,
}

#[derive(Debug, Default)]
struct Timing {
    acks: Vec<Duration>,
    given: HashMap<u64, Instant>,
    last: HashMap<u64, Instant>,
    each: Vec<(u64, Instant)>,
}

impl Tally {
    /// An event arrived at a socket.
    pub fn arrived(&self, seq: u64, at: Instant) {
        self.events.fetch_add(1, Relaxed);
        let mut timing = self.timing.lock().unwrap_or_else(PoisonError::into_inner);
        let last = timing.last.entry(seq).or_insert(at);
        *last = (*last).max(at);
        if timing.each.len() < EACH_MAX {
            timing.each.push((seq, at));
        }
    }

    /// A command was acknowledged as `seq`.
    pub fn acknowledged(&self, seq: u64, given: Instant, at: Instant) {
        let mut timing = self.timing.lock().unwrap_or_else(PoisonError::into_inner);
        timing.acks.push(at - given);
        timing.given.insert(seq, given);
    }

    /// A socket could not be had.
    pub fn refused(&self, why: String) {
        self.refusal.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(why);
    }

    pub fn first_refusal(&self) -> Option<String> {
        self.refusal.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn progress(&self) -> Progress {
        Progress {
            connected: self.connected.load(Relaxed),
            commands: self.commands.load(Relaxed),
            events: self.events.load(Relaxed),
            faults: self.lost.load(Relaxed) + self.doubled.load(Relaxed),
        }
    }

    pub fn report(&self, span: Duration, listeners: usize, tabs: usize) -> Report {
        let mut timing = self.timing.lock().unwrap_or_else(PoisonError::into_inner);
        let since = |seq: &u64, at: Instant| timing.given.get(seq).map(|given| at.saturating_duration_since(*given));
        let last = timing.last.iter().filter_map(|(seq, at)| since(seq, *at)).collect();
        let each = timing.each.iter().filter_map(|(seq, at)| since(seq, *at)).collect();
        let acks = std::mem::take(&mut timing.acks);
        Report {
            listeners,
            sockets: listeners * tabs,
            seconds: span.as_secs_f64(),
            commands: self.commands.load(Relaxed),
            stale: self.stale.load(Relaxed),
            events: self.events.load(Relaxed),
            lost: self.lost.load(Relaxed),
            doubled: self.doubled.load(Relaxed),
            resumed: self.resumed.load(Relaxed),
            full: self.full.load(Relaxed),
            cut: self.cut.load(Relaxed),
            ack: times(acks),
            last_socket: times(last),
            each_socket: times(each),
        }
    }
}
