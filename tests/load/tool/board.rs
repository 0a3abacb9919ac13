//! Who has what: for each broadcast when it was sent, how often it arrived, and when it arrived last.

use serde_json::{Value, json};
use std::time::Duration;

/// The board of one run.
pub struct Board {
    receivers: u32,
    sent: Vec<Duration>,
    arrived: Vec<u32>,
    last: Vec<Duration>,
    done: usize,
    doubled: u64,
}

impl Board {
    /// Nothing sent yet to this many receivers.
    pub fn new(receivers: usize) -> Self {
        let receivers = u32::try_from(receivers).expect("receivers fit a number");
        Self { receivers, sent: Vec::new(), arrived: Vec::new(), last: Vec::new(), done: 0, doubled: 0 }
    }

    /// The number of the next broadcast. They begin at 1: a 0 is nobody's.
    pub fn next(&self) -> usize {
        self.sent.len() + 1
    }

    /// It goes out now.
    pub fn sent(&mut self, now: Duration) {
        self.sent.push(now);
        self.arrived.push(0);
        self.last.push(Duration::ZERO);
    }

    /// Broadcast `number` arrived at one of them.
    pub fn arrived(&mut self, number: usize, now: Duration) {
        let Some(count) = number.checked_sub(1).and_then(|at| self.arrived.get_mut(at)) else { return };
        *count += 1;
        self.last[number - 1] = now;
        self.done += usize::from(*count == self.receivers);
        self.doubled += u64::from(*count > self.receivers);
    }

    /// Broadcasts that are not everywhere yet.
    pub fn under_way(&self) -> usize {
        self.sent.len() - self.done
    }

    /// Broadcasts that are everywhere.
    pub fn done(&self) -> usize {
        self.done
    }

    /// The result, without the first `skip` broadcasts.
    pub fn tell(&self, skip: usize) -> Value {
        let to_last = |at: usize| (self.arrived[at] == self.receivers).then(|| self.last[at] - self.sent[at]);
        let mut times: Vec<Duration> = (skip..self.sent.len()).filter_map(to_last).collect();
        let missing: u64 = self.arrived.iter().map(|count| u64::from(self.receivers.saturating_sub(*count))).sum();
        json!({
            "broadcasts": self.sent.len(), "missing": missing, "doubled": self.doubled,
            "p50Ms": quantile(&mut times, 0.5), "p99Ms": quantile(&mut times, 0.99),
        })
    }
}

/// A quantile, milliseconds. Sorts.
pub fn quantile(times: &mut [Duration], which: f64) -> Option<f64> {
    times.sort_unstable();
    let at = (times.len().saturating_sub(1) as f64 * which).round() as usize;
    times.get(at).map(|time| time.as_secs_f64() * 1000.0)
}
