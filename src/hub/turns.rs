//! Turns: how much one device may have on its way to the writer.
//!
//! The queue to the writer is everybody's, and bounded. A page that went wild fills it faster than the writer empties it,
//! and then it is all the others who are told to try again. So whatever a live socket says takes one of its device's turns
//! along, and gives it back when the writer comes to it. A device that has none left is not read from until then: what it
//! says waits in its own connections, in nobody else's way.

use crate::limits;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};

/// One device's turns. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct Turns(Arc<Taken>);

/// The same, if anybody has them still.
#[derive(Clone, Debug, Default)]
pub struct WeakTurns(Weak<Taken>);

/// A turn that was taken; given back when it is dropped.
#[derive(Debug)]
pub struct Turn(Arc<Taken>);

#[derive(Debug, Default)]
struct Taken {
    count: Mutex<usize>,
    given_back: Condvar,
}

impl Turns {
    /// Takes a turn; waits while [`limits::TURNS_PER_DEVICE_MAX`] are taken.
    #[must_use]
    pub fn take(&self) -> Turn {
        let waits = |count: &mut usize| *count >= limits::TURNS_PER_DEVICE_MAX;
        let mut count = self.0.given_back.wait_while(self.0.lock(), waits).unwrap_or_else(PoisonError::into_inner);
        *count += 1;
        Turn(Arc::clone(&self.0))
    }

    /// These turns, without keeping them.
    #[must_use]
    pub fn downgrade(&self) -> WeakTurns {
        WeakTurns(Arc::downgrade(&self.0))
    }
}

impl WeakTurns {
    /// The turns; `None` when nobody has them any more.
    #[must_use]
    pub fn upgrade(&self) -> Option<Turns> {
        self.0.upgrade().map(Turns)
    }
}

impl Taken {
    fn lock(&self) -> MutexGuard<'_, usize> {
        self.count.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        *self.0.lock() -= 1;
        self.0.given_back.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_has_no_turn_left_waits_for_one_of_its_own() {
        let (mine, theirs) = (Turns::default(), Turns::default());
        let mut taken: Vec<Turn> = (0..limits::TURNS_PER_DEVICE_MAX).map(|_| mine.take()).collect();
        drop(theirs.take());
        std::thread::scope(|scope| {
            let next = scope.spawn(|| mine.take());
            assert!(!next.is_finished());
            taken.pop();
            drop(next.join().unwrap());
        });
        let weak = mine.downgrade();
        drop((mine, taken));
        assert!(weak.upgrade().is_none());
    }
}
