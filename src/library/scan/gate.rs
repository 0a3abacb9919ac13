//! A scan gives way: it waits while the house is at a barrier, and ends early when the library is closed.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

/// Longest wait of one reader for one file. A barrier may wait for ever (`stall_s = 0`); the scan then goes on at
/// this pace instead of never ending.
const WAIT: Duration = Duration::from_secs(2);

/// Where readers stop before each file.
#[derive(Debug, Default)]
pub struct Gate {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Clone, Copy, Debug, Default)]
struct State {
    busy: bool,
    closed: bool,
}

impl Gate {
    /// Says whether the house needs the disk and the processor for itself.
    pub fn set_busy(&self, busy: bool) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).busy = busy;
        self.changed.notify_all();
    }

    /// Ends every scan under way, for good.
    pub fn close(&self) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).closed = true;
        self.changed.notify_all();
    }

    /// Whether the gate was closed.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).closed
    }

    /// Waits while the house is busy; `false` when the scan is to end.
    #[must_use]
    pub fn pass(&self) -> bool {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let waits = |state: &mut State| state.busy && !state.closed;
        let (state, _) = self.changed.wait_timeout_while(state, WAIT, waits).unwrap_or_else(PoisonError::into_inner);
        !state.closed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock;

    #[test]
    fn readers_wait_while_the_house_is_busy() {
        let gate = Gate::default();
        assert!(gate.pass());
        gate.set_busy(true);
        let began = clock::instant();
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| gate.pass());
            clock::pause(Duration::from_millis(50));
            gate.set_busy(false);
            assert!(waiting.join().unwrap());
        });
        assert!(began.elapsed() < WAIT);
    }

    #[test]
    fn a_closed_gate_lets_nobody_wait() {
        let gate = Gate::default();
        gate.set_busy(true);
        gate.close();
        assert!(!gate.pass());
    }
}
