//! Marks from any devices, in any order, any number of times, while the log is compacted now and then: there is one state,
//! and it can be made anew from what is left.

use hearken::clock::Now;
use hearken::core::command::{Command, Origin, Wish};
use hearken::core::event::Event;
use hearken::core::ids::{DeviceId, ItemId, MutationId, ProfileId};
use hearken::core::starring::{Item, Kind, Mark, Marked, StarReport, Stars, StarsCommand, StarsEvent};
use hearken::core::{Applied, Durable, State, apply, decide};
use proptest::prelude::*;

fn device(n: usize) -> DeviceId {
    DeviceId::new(["A", "B", "C"][n % 3]).unwrap()
}

fn item(n: usize) -> Item {
    let kind = [Kind::Track, Kind::Album, Kind::Artist][n % 3];
    Item { kind, id: ItemId::new(["x", "y"][n / 3 % 2]).unwrap() }
}

/// Marks of which no two are of one device and one count.
fn any_marks() -> impl Strategy<Value = Vec<Marked>> {
    let one = (any::<bool>(), 0_i64..6, 0_usize..3, 0_usize..6);
    prop::collection::vec(one, 1..40).prop_map(|marks| {
        let marked = |(count, (is_starred, at_ms, by, of)): (u64, (bool, i64, usize, usize))| Marked {
            mutation_id: MutationId::new(&format!("m{count}")).unwrap(),
            item: item(of),
            mark: Mark { is_starred, at_ms, by: device(by), count },
        };
        (1..).zip(marks).map(marked).collect()
    })
}

fn merged<'a>(marks: impl IntoIterator<Item = &'a Marked>) -> Vec<(Item, Mark)> {
    let mut stars = Stars::default();
    for marked in marks {
        stars.apply(&StarsEvent::Retimed { marks: vec![marked.clone()] });
    }
    stars.marks().map(|(item, mark)| (item, mark.clone())).collect()
}

#[derive(Clone, Debug)]
enum Step {
    /// By whom, what: item, sign, age, and whether it is a mutation that was sent before.
    Batch(usize, Vec<(usize, bool, u64, Option<usize>)>),
    Undo(usize),
    Redo(usize),
    /// Everything so far was made so much later.
    Retime(i64),
    Pass(i64),
    Compact,
}

fn any_step() -> impl Strategy<Value = Step> {
    let mark = (0_usize..6, any::<bool>(), 0_u64..8, prop::option::weighted(0.2, 0_usize..30));
    prop_oneof![
        6 => (0_usize..3, prop::collection::vec(mark, 0..5)).prop_map(|(by, marks)| Step::Batch(by, marks)),
        2 => (0_usize..3).prop_map(Step::Undo),
        2 => (0_usize..3).prop_map(Step::Redo),
        1 => (1_i64..20).prop_map(Step::Retime),
        3 => (0_i64..5).prop_map(Step::Pass),
        1 => Just(Step::Compact),
    ]
}

/// A house in which only stars happen: its state, its log, and what compaction left of that.
struct Sky {
    state: State,
    log: Vec<(u64, u64, Event)>,
    left: Vec<(u64, Event)>,
    wall_ms: i64,
    sent: usize,
}

impl Sky {
    fn new() -> Self {
        Self { state: State::default(), log: Vec::new(), left: Vec::new(), wall_ms: 100, sent: 0 }
    }

    fn ask(&mut self, command: StarsCommand, by: Option<usize>) {
        let origin = by.map(|by| Origin { device: device(by), tab: None });
        let wish = Wish { command: Command::Stars(ProfileId::home(), command), origin, guard: None };
        let now = Now { wall_ms: self.wall_ms, ..Now::default() };
        let Ok(event) = decide(&self.state, &wish, now) else { return };
        let seq = self.log.len() as u64 + 1;
        let version = self.state.durable.head(&event.topic()).version + 1;
        apply(&mut self.state.durable, &Applied { seq, version, event: &event });
        self.left.push((seq, event.clone()));
        self.log.push((seq, version, event));
    }

    fn take(&mut self, step: &Step) {
        match step {
            Step::Batch(by, marks) => {
                let reports = marks.iter().map(|(of, is_starred, age_ms, again)| {
                    self.sent += 1;
                    let name = again.map_or(self.sent, |again| again.min(self.sent));
                    let mutation_id = MutationId::new(&format!("m{name}")).unwrap();
                    StarReport { mutation_id, item: item(*of), is_starred: *is_starred, age_ms: *age_ms }
                });
                let reports = reports.collect();
                self.ask(StarsCommand::Mark(reports), Some(*by));
            }
            Step::Undo(by) => self.ask(StarsCommand::Undo, Some(*by)),
            Step::Redo(by) => self.ask(StarsCommand::Redo, Some(*by)),
            Step::Retime(by_ms) => {
                let all = self.log.iter().filter_map(|(_, _, event)| match event {
                    Event::Stars(_, StarsEvent::Marked { marks, .. }) => Some(marks),
                    _ => None,
                });
                let later = |marked: &Marked| {
                    let mark = Mark { at_ms: (marked.mark.at_ms + by_ms).min(self.wall_ms), ..marked.mark.clone() };
                    Marked { mark, ..marked.clone() }
                };
                let marks = all.flatten().map(later).collect();
                self.ask(StarsCommand::Retime(marks), None);
            }
            Step::Pass(ms) => self.wall_ms += ms,
            Step::Compact => {
                let durable = &self.state.durable;
                self.left.retain(|(_, event)| durable.rests_on(event));
            }
        }
    }

    fn marks(&self) -> Vec<(Item, Mark)> {
        let stars = self.state.durable.stars(&ProfileId::home());
        stars.marks().map(|(item, mark)| (item, mark.clone())).collect()
    }

    /// What is left of the log, folded from nothing.
    fn rebuilt(&self) -> Stars {
        let mut stars = Stars::default();
        for (_, event) in &self.left {
            if let Event::Stars(_, event) = event {
                stars.apply(event);
            }
        }
        stars
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_order_and_any_number_of_times_give_one_state(
        marks in any_marks(),
        order in prop::collection::vec(any::<prop::sample::Index>(), 0..80),
    ) {
        let expected = merged(&marks);
        prop_assert_eq!(merged(marks.iter().rev()), expected.clone());
        // In whatever order, some of them several times; at the end, whatever has not come yet.
        let shuffled = order.iter().map(|at| at.get(&marks)).chain(marks.iter().rev());
        prop_assert_eq!(merged(shuffled), expected);
    }

    #[test]
    fn compaction_never_changes_the_stars_nor_what_becomes_of_them(steps in prop::collection::vec(any_step(), 1..60)) {
        let mut sky = Sky::new();
        for step in &steps {
            sky.take(step);
            let rebuilt: Vec<_> = sky.rebuilt().marks().map(|(item, mark)| (item, mark.clone())).collect();
            prop_assert_eq!(rebuilt, sky.marks(), "after {:?}", step);
        }
        sky.take(&Step::Compact);
        prop_assert!(sky.left.len() <= sky.marks().len(), "as many entries as items, at most");
    }

    #[test]
    fn what_is_decided_on_a_rebuilt_state_wins_as_it_would_have(
        steps in prop::collection::vec(any_step(), 1..30),
        more in any_marks(),
    ) {
        let mut sky = Sky::new();
        steps.iter().for_each(|step| sky.take(step));
        sky.take(&Step::Compact);
        let (mut whole, mut left) = (sky.state.durable.stars(&ProfileId::home()).clone(), sky.rebuilt());
        for marked in &more {
            let event = StarsEvent::Retimed { marks: vec![marked.clone()] };
            whole.apply(&event);
            left.apply(&event);
        }
        prop_assert_eq!(whole.marks().collect::<Vec<_>>(), left.marks().collect::<Vec<_>>());
    }

    #[test]
    fn a_replay_gives_the_same_digest(steps in prop::collection::vec(any_step(), 1..60)) {
        let mut sky = Sky::new();
        steps.iter().for_each(|step| sky.take(step));
        let mut again = Durable::default();
        for (seq, version, event) in &sky.log {
            let event = serde_json::from_slice(&serde_json::to_vec(event).unwrap()).unwrap();
            apply(&mut again, &Applied { seq: *seq, version: *version, event: &event });
        }
        prop_assert_eq!(again.digest().unwrap(), sky.state.durable.digest().unwrap());
    }
}
