//! Random batches, against a model that says the contract in the plainest way.

use super::places::{MemoryPlace, SqlitePlace};
use super::{Bench, appended, entry, keyed, refused};
use hearken::core::ids::{CommandKey, DeviceId};
use hearken::log::{EventLog, NewEntry, Outcome};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// One wish: a topic, how the guard is chosen, perhaps a key.
#[derive(Clone, Debug)]
struct Wish {
    topic: u8,
    /// Added to the guard that would fit: 0 fits.
    off: u64,
    key: Option<u8>,
}

#[derive(Clone, Debug)]
enum Step {
    Append(Vec<Wish>),
    Reopen,
    Restore,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let off = prop_oneof![8 => Just(0), 1 => 1_u64..4];
    let wish = (0_u8..4, off, proptest::option::weighted(0.4, 0_u8..12));
    let wish = wish.prop_map(|(topic, off, key)| Wish { topic, off, key });
    let step = prop_oneof![
        12 => proptest::collection::vec(wish, 0..8).prop_map(Step::Append),
        2 => Just(Step::Reopen),
        1 => Just(Step::Restore),
    ];
    proptest::collection::vec(step, 1..14)
}

/// What the log should hold.
#[derive(Default)]
struct Model {
    /// Topic and version of each entry, in order.
    entries: Vec<(String, u64)>,
    topics: BTreeMap<String, (u64, u64)>,
    keys: BTreeMap<u8, u64>,
}

impl Model {
    /// The batch that `wishes` make on the current state, as a hub would decide it: each on top of those before.
    fn batch(&self, wishes: &[Wish]) -> Vec<NewEntry> {
        let mut last: BTreeMap<String, u64> = BTreeMap::new();
        let mut next = self.entries.len() as u64;
        let mut batch = Vec::new();
        for wish in wishes {
            let topic = format!("topic:{}", wish.topic);
            let known = last.get(&topic).copied().unwrap_or(self.topics.get(&topic).map_or(0, |at| at.0));
            let expected = known + wish.off;
            batch.push(match wish.key {
                Some(key) => keyed(&topic, expected, &format!("k{key}")),
                None => entry(&topic, expected, "x"),
            });
            next += 1;
            last.insert(topic, next);
        }
        batch
    }

    fn take(&mut self, batch: &[NewEntry], wishes: &[Wish]) -> Vec<Outcome> {
        let mut broken = Vec::new();
        let mut outcomes = Vec::new();
        for (new, wish) in batch.iter().zip(wishes) {
            let topic = new.topic.to_string();
            let (last_seq, version) = self.topics.get(&topic).copied().unwrap_or_default();
            let spent = wish.key.is_some_and(|key| self.keys.contains_key(&key));
            if spent || broken.contains(&topic) || new.expected_last_seq != last_seq {
                broken.push(topic);
                outcomes.push(refused(last_seq));
                continue;
            }
            let seq = self.entries.len() as u64 + 1;
            self.entries.push((topic.clone(), version + 1));
            self.topics.insert(topic, (seq, version + 1));
            self.keys.extend(wish.key.map(|key| (key, seq)));
            outcomes.push(appended(seq, version + 1));
        }
        outcomes
    }

    fn check(&self, log: &impl EventLog) {
        let found: Vec<_> = log.read_after(0, usize::MAX).unwrap();
        let found: Vec<_> = found.iter().map(|entry| (entry.topic.to_string(), entry.version)).collect();
        assert_eq!(found, self.entries);
        let head = log.head().unwrap();
        let topics = head.topics.iter().map(|at| (at.topic.to_string(), (at.last_seq, at.version)));
        assert_eq!(topics.collect::<BTreeMap<_, _>>(), self.topics);
        for key in 0..12 {
            let name = CommandKey::new(&format!("k{key}")).unwrap();
            let answer = log.answer_to(&DeviceId::local(), &name).unwrap();
            assert_eq!(answer.map(|answer| answer.seq), self.keys.get(&key).copied());
        }
    }
}

fn run<B: Bench>(place: &B, steps: &[Step]) {
    let mut model = Model::default();
    let mut log = place.open();
    for step in steps {
        match step {
            Step::Append(wishes) => {
                let batch = model.batch(wishes);
                assert_eq!(log.append(&batch).unwrap(), model.take(&batch, wishes));
            }
            Step::Reopen => {}
            Step::Restore => model.topics.values_mut().for_each(|at| at.1 += 1_000_000),
        }
        if matches!(step, Step::Reopen | Step::Restore) {
            drop(log);
            if matches!(step, Step::Restore) {
                place.restore();
            }
            log = place.open();
        }
        model.check(&log);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn sqlite_is_the_model(steps in steps()) {
        run(&SqlitePlace::new(), &steps);
    }

    #[test]
    fn memory_is_the_model(steps in steps()) {
        run(&MemoryPlace::new(), &steps);
    }
}
