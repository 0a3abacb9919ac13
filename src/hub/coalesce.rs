//! When a picture that changes often is shown again.
//!
//! Who is here, and how far their downloads are, can change hundreds of times a second. Each change is shown at the next
//! multiple of a pause that grows with the number of those who would be shown, so that a thousand listeners' progress
//! does not become a million messages.

use crate::clock::Mono;
use std::collections::BTreeMap;

/// Shortest pause between two pictures of the same thing, milliseconds.
const PAUSE_MS_MIN: u64 = 150;
/// Longest pause, milliseconds: later would be too late for anybody to care.
const PAUSE_MS_MAX: u64 = 5_000;

/// Which things have changed since they were last shown.
#[derive(Debug)]
pub struct Coalesce<K> {
    last_shown: BTreeMap<K, Mono>,
    dirty: BTreeMap<K, Mono>,
}

impl<K: Ord + Clone> Coalesce<K> {
    /// Nothing has changed.
    pub fn new() -> Self {
        Self { last_shown: BTreeMap::new(), dirty: BTreeMap::new() }
    }

    /// `thing`, which shows `listeners`, has changed.
    pub fn touch(&mut self, thing: &K, listeners: usize, now: Mono) {
        // Each listener is shown to each listener: what a picture costs grows with the square of their number.
        let listeners = listeners as u64;
        let pause = (PAUSE_MS_MIN + 4 * listeners + listeners * listeners / 8).min(PAUSE_MS_MAX);
        let due = self.last_shown.get(thing).map_or(now, |last| last.plus(pause).max(now));
        self.dirty.entry(thing.clone()).or_insert(due);
    }

    /// The things to show now.
    pub fn take_due(&mut self, now: Mono) -> Vec<K> {
        let due: Vec<K> = self.dirty.iter().filter(|(_, at)| **at <= now).map(|(thing, _)| thing.clone()).collect();
        for thing in &due {
            self.dirty.remove(thing);
            self.last_shown.insert(thing.clone(), now);
        }
        due
    }

    /// When something is to be shown next.
    pub fn next_due(&self) -> Option<Mono> {
        self.dirty.values().min().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_change_shows_at_once_and_the_next_after_a_pause() {
        let mut coalesce = Coalesce::new();
        coalesce.touch(&"house", 1, Mono(1000));
        assert_eq!(coalesce.take_due(Mono(1000)), ["house"]);
        coalesce.touch(&"house", 1, Mono(1001));
        coalesce.touch(&"house", 1, Mono(1100));
        assert!(coalesce.take_due(Mono(1100)).is_empty());
        assert_eq!(coalesce.next_due(), Some(Mono(1154)));
        assert_eq!(coalesce.take_due(Mono(1154)), ["house"]);
        assert_eq!(coalesce.next_due(), None);
    }
}
