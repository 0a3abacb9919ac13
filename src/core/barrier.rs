//! The wait until everybody has the track.
//!
//! Readiness is an idempotent declaration ("I have track T"), not a list of answers to one question, so a phone that
//! declares twice, early or late does no harm. A barrier counts listeners, never tabs. Who comes while it waits joins
//! it, once; who leaves it, or stands still for too long, is not waited for again.

use super::ids::DeviceId;
use crate::clock::Mono;
use std::collections::{BTreeMap, BTreeSet};

/// Whom an open barrier waits for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Watch {
    /// Each member, with the last time its download moved.
    members: BTreeMap<DeviceId, Mono>,
    /// Who is no longer waited for.
    gone: BTreeSet<DeviceId>,
}

impl Watch {
    /// A barrier opens for these listeners.
    pub fn open<'a>(listeners: impl Iterator<Item = &'a DeviceId>, now: Mono) -> Self {
        Self { members: listeners.map(|device| (device.clone(), now)).collect(), gone: BTreeSet::new() }
    }

    /// A listener comes while the barrier waits. Who left before is waited for only if nobody else is.
    pub fn join(&mut self, device: &DeviceId, now: Mono) {
        if self.members.is_empty() || !self.gone.contains(device) {
            self.members.entry(device.clone()).or_insert(now);
        }
    }

    /// A member leaves, or is counted out.
    pub fn leave(&mut self, device: &DeviceId) {
        if self.members.remove(device).is_some() {
            self.gone.insert(device.clone());
        }
    }

    /// A member's download moved on.
    pub fn moved(&mut self, device: &DeviceId, now: Mono) {
        if let Some(since) = self.members.get_mut(device) {
            *since = now;
        }
    }

    /// Who is waited for, ready or not.
    pub fn members(&self) -> impl Iterator<Item = &DeviceId> {
        self.members.keys()
    }

    /// Whether every member is ready. Without members: whether anybody at all is.
    pub fn is_complete(&self, listeners: impl Iterator<Item = DeviceId>, ready: &impl Fn(&DeviceId) -> bool) -> bool {
        let mut listeners = listeners;
        self.members.keys().all(ready) && listeners.any(|device| ready(&device))
    }

    /// The members that are not ready and whose download has not moved for `stall_ms`; 0 means no patience ends.
    pub fn stalled(&self, stall_ms: u64, now: Mono, ready: &impl Fn(&DeviceId) -> bool) -> Vec<DeviceId> {
        let over =
            |(device, since): &(&DeviceId, &Mono)| stall_ms > 0 && now.since(**since) >= stall_ms && !ready(device);
        self.members.iter().filter(over).map(|(device, _)| device.clone()).collect()
    }

    /// When the first member that is not ready would count as stalled.
    pub fn next_stall(&self, stall_ms: u64, ready: &impl Fn(&DeviceId) -> bool) -> Option<Mono> {
        if stall_ms == 0 {
            return None;
        }
        let waits = self.members.iter().filter(|(device, _)| !ready(device));
        waits.map(|(_, since)| since.plus(stall_ms)).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn device(name: &str) -> DeviceId {
        DeviceId::new(name).unwrap()
    }

    fn watch(names: &[&str]) -> Watch {
        let devices: Vec<DeviceId> = names.iter().map(|name| device(name)).collect();
        Watch::open(devices.iter(), Mono(0))
    }

    fn complete(watch: &Watch, listeners: &[&str], ready: &[&str]) -> bool {
        watch.is_complete(listeners.iter().map(|name| device(name)), &|device| ready.contains(&device.as_str()))
    }

    #[test]
    fn it_is_complete_when_every_member_is_ready_and_somebody_hears() {
        let two = watch(&["A", "B"]);
        assert!(!complete(&two, &["A", "B"], &["A"]));
        assert!(complete(&two, &["A", "B"], &["A", "B"]));
        assert!(!complete(&watch(&[]), &[], &[]), "a barrier without members waits for the first listener");
    }

    #[test]
    fn who_left_is_not_waited_for_again_unless_nobody_else_is() {
        let mut two = watch(&["A", "B"]);
        two.leave(&device("B"));
        two.join(&device("B"), Mono(5));
        assert!(complete(&two, &["A", "B"], &["A"]));
        two.leave(&device("A"));
        two.join(&device("B"), Mono(9));
        assert_eq!(two.members().count(), 1);
    }

    #[test]
    fn patience_ends_only_for_members_that_stand_still() {
        let mut two = watch(&["A", "B"]);
        two.moved(&device("A"), Mono(900));
        let nobody = |_: &DeviceId| false;
        assert_eq!(two.next_stall(1000, &nobody), Some(Mono(1000)));
        assert_eq!(two.stalled(1000, Mono(1000), &nobody), [device("B")]);
        assert!(two.stalled(0, Mono(99_999), &nobody).is_empty());
        assert!(two.stalled(1000, Mono(1000), &|_: &DeviceId| true).is_empty());
    }

    #[test]
    fn a_counted_out_listener_that_catches_up_can_release_the_rest() {
        let mut one = watch(&["A"]);
        one.leave(&device("A"));
        assert!(!complete(&one, &["A"], &[]));
        assert!(complete(&one, &["A"], &["A"]));
    }
}
