//! What a comparison does, as stories; that whatever is done it stays whole is under `tests/prop`.

use super::decide::{View, decide};
use super::*;
use crate::core::command::ComparisonCommand as Ask;
use crate::core::ids::ProfileId;
use crate::core::rejection::Rejection;
use crate::core::tracks::KnownTracks;
use std::collections::BTreeSet;

struct Scene {
    comparison: Comparison,
    known: KnownTracks,
    version: u64,
    log: Vec<String>,
}

fn tracks(count: usize) -> Vec<TrackId> {
    (0..count).map(|n| TrackId::new(&format!("t{n}")).unwrap()).collect()
}

impl Scene {
    fn of(count: usize) -> Self {
        let mut scene =
            Self { comparison: Comparison::default(), known: KnownTracks::default(), version: 0, log: vec![] };
        scene.library(count);
        scene
    }

    fn started(count: usize) -> Self {
        let mut scene = Self::of(count);
        scene.start(count, Mode::All).unwrap();
        scene
    }

    fn library(&mut self, count: usize) {
        self.known = tracks(count).into_iter().map(|track| (track, None)).collect();
    }

    fn start(&mut self, count: usize, mode: Mode) -> Result<(), Rejection> {
        self.ask(&Ask::Start { source: Source::All, mode, tracks: tracks(count), seed: 7 })
    }

    fn ask(&mut self, command: &Ask) -> Result<(), Rejection> {
        let profile = ProfileId::home();
        let (comparison, tracks, version) = (&self.comparison, &self.known, self.version + 1);
        let event = decide(View { profile: &profile, comparison, version, tracks }, command)?;
        self.version = version;
        self.log.push(serde_json::to_string(&event).unwrap());
        self.comparison.apply(&event);
        Ok(())
    }

    fn answer(&mut self, outcome: Outcome) -> Result<(), Rejection> {
        let pair = self.pair().id;
        self.ask(&Ask::Verdict { pair, outcome })
    }

    fn run(&self) -> &Run {
        self.comparison.run().unwrap()
    }

    fn pair(&self) -> Pair {
        self.run().round.pair.clone().unwrap()
    }

    fn replayed(&self) -> Comparison {
        let mut comparison = Comparison::default();
        self.log.iter().for_each(|text| comparison.apply(&serde_json::from_str(text).unwrap()));
        comparison
    }
}

fn slug(outcome: Result<(), Rejection>) -> &'static str {
    outcome.map_or_else(|why| why.slug(), |()| "accepted")
}

#[test]
fn what_was_prefetched_is_on_the_table_at_once() {
    for outcome in Outcome::ALL {
        let mut scene = Scene::started(8);
        for _ in 0..20 {
            let promised = scene.run().round.after(outcome).cloned();
            scene.answer(outcome).unwrap();
            assert_eq!(scene.run().round.pair, promised, "the same two, under the same name");
        }
    }
}

#[test]
fn an_answer_on_another_pair_is_stale() {
    let mut scene = Scene::started(5);
    let first = scene.pair().id;
    scene.answer(Outcome::A).unwrap();
    assert_eq!(slug(scene.ask(&Ask::Verdict { pair: first.clone(), outcome: Outcome::B })), "stale-pair");
    assert_eq!(slug(scene.ask(&Ask::Skip { pair: first })), "stale-pair");
}

#[test]
fn nothing_can_be_answered_before_a_start() {
    let mut scene = Scene::of(5);
    let pair = PairId::new("1").unwrap();
    let select = Ask::Select(Selected { track_id: tracks(1).remove(0), is_playing: true });
    for wish in [Ask::Verdict { pair: pair.clone(), outcome: Outcome::A }, Ask::Skip { pair }, Ask::Undo, select] {
        assert_eq!(slug(scene.ask(&wish)), "nothing-compared", "{wish:?}");
    }
    for (count, expected) in [(0, "pool-too-small"), (1, "pool-too-small"), (2, "accepted")] {
        assert_eq!(slug(scene.start(count, Mode::All)), expected);
    }
}

#[test]
fn each_pair_is_asked_once_and_then_the_run_is_done() {
    let mut scene = Scene::started(5);
    let mut seen = BTreeSet::new();
    for turn in 0..10 {
        assert!(!scene.comparison.progress().done);
        let Pair { a, b, .. } = scene.pair();
        assert!(seen.insert((a.clone().min(b.clone()), a.max(b))));
        scene.answer(Outcome::ALL[turn % 3]).unwrap();
    }
    let progress = scene.comparison.progress();
    assert_eq!((progress.done, progress.answered, progress.expected), (true, 10, 8));
    assert_eq!(slug(scene.ask(&Ask::Verdict { pair: PairId::new("1").unwrap(), outcome: Outcome::A })), "stale-pair");
    scene.ask(&Ask::Undo).unwrap();
    assert!(!scene.comparison.progress().done, "the last pair is back");
}

#[test]
fn undo_brings_the_pair_back_and_forgets_the_answer() {
    let mut scene = Scene::started(6);
    let (before, pair) = (scene.comparison.clone(), scene.pair());
    scene.answer(Outcome::A).unwrap();
    scene.ask(&Ask::Undo).unwrap();
    let again = scene.pair();
    assert_eq!((&again.a, &again.b), (&pair.a, &pair.b));
    assert_ne!(again.id, pair.id, "who still sees the first one answers a pair that is gone");
    assert_eq!(scene.comparison.verdicts(), before.verdicts());
    assert_eq!(scene.comparison.rated(), before.rated());
    assert_eq!(scene.comparison.insight(), before.insight());
    assert_eq!(slug(scene.ask(&Ask::Undo)), "nothing-to-undo");
}

#[test]
fn a_skipped_pair_is_passed_over_and_can_come_back() {
    let mut scene = Scene::started(3);
    let skipped = scene.pair();
    scene.ask(&Ask::Skip { pair: skipped.id.clone() }).unwrap();
    assert_eq!((scene.comparison.progress().skipped, scene.comparison.verdicts().len()), (1, 0));
    scene.answer(Outcome::A).unwrap();
    scene.answer(Outcome::A).unwrap();
    assert!(scene.comparison.progress().done, "the skipped one is not asked again");
    for _ in 0..3 {
        scene.ask(&Ask::Undo).unwrap();
    }
    assert_eq!((scene.pair().a, scene.comparison.progress().skipped), (skipped.a, 0));
}

#[test]
fn what_was_taken_back_is_answered_again_until_something_else_is_said() {
    let mut scene = Scene::started(5);
    assert_eq!(slug(scene.ask(&Ask::Redo)), "nothing-to-redo");
    for outcome in [Outcome::A, Outcome::Tie] {
        scene.answer(outcome).unwrap();
    }
    let told = |scene: &Scene| (scene.comparison.verdicts().to_vec(), scene.pair().tracks());
    let before = told(&scene);
    (0..2).for_each(|_| scene.ask(&Ask::Undo).unwrap());
    assert!(scene.comparison.verdicts().is_empty());
    (0..2).for_each(|_| scene.ask(&Ask::Redo).unwrap());
    assert_eq!(told(&scene), before);
    assert_eq!(slug(scene.ask(&Ask::Redo)), "nothing-to-redo");
    // To answer the same by hand is to do it again; another answer ends the redoing.
    (0..2).for_each(|_| scene.ask(&Ask::Undo).unwrap());
    scene.answer(Outcome::A).unwrap();
    assert_eq!(scene.run().redo(), Some(Some(Outcome::Tie)));
    scene.answer(Outcome::B).unwrap();
    assert_eq!(slug(scene.ask(&Ask::Redo)), "nothing-to-redo");
    assert_eq!(scene.replayed(), scene.comparison);
}

#[test]
fn undo_is_bounded() {
    let mut scene = Scene::started(20);
    for _ in 0..limits::COMPARISON_UNDO_MAX + 10 {
        scene.answer(Outcome::A).unwrap();
    }
    let undone = (0..200).take_while(|_| scene.ask(&Ask::Undo).is_ok()).count();
    assert_eq!((undone, scene.comparison.progress().answered), (limits::COMPARISON_UNDO_MAX, 10));
    assert_eq!(*scene.comparison.insight(), *scene.replayed().insight());
}

#[test]
fn a_selection_is_of_the_pair_and_goes_with_it() {
    let mut scene = Scene::started(4);
    let selected = Selected { track_id: scene.pair().a, is_playing: true };
    scene.ask(&Ask::Select(selected.clone())).unwrap();
    assert_eq!(scene.run().selected, Some(selected.clone()));
    assert_eq!(slug(scene.ask(&Ask::Select(selected))), "no-change");
    let gone = Selected { track_id: TrackId::new("gone").unwrap(), is_playing: true };
    assert_eq!(slug(scene.ask(&Ask::Select(gone))), "no-such-track");
    scene.answer(Outcome::B).unwrap();
    assert_eq!(scene.run().selected, None);
}

#[test]
fn tracks_whose_files_went_are_asked_no_more() {
    let mut scene = Scene::started(8);
    scene.library(4);
    for _ in 0..2 {
        scene.answer(Outcome::A).unwrap();
    }
    while let Some(pair) = scene.run().round.pair.clone() {
        assert!(scene.known.has(&pair.a) && scene.known.has(&pair.b));
        scene.answer(Outcome::A).unwrap();
    }
}

#[test]
fn what_was_said_before_counts_in_the_next_run() {
    let mut scene = Scene::started(4);
    while scene.run().round.pair.is_some() {
        scene.answer(Outcome::A).unwrap();
    }
    let verdicts = scene.comparison.verdicts().len();
    scene.start(3, Mode::Top10).unwrap();
    assert_eq!((scene.comparison.verdicts().len(), scene.comparison.progress().answered), (verdicts, 0));
    assert_eq!(slug(scene.ask(&Ask::Undo)), "nothing-to-undo");
    scene.answer(Outcome::B).unwrap();
    assert_eq!(*scene.comparison.insight(), *scene.replayed().insight());
}

#[test]
fn a_replay_and_a_stored_state_give_the_same_without_computing() {
    let mut scene = Scene::started(9);
    for turn in 0..30 {
        scene.answer(Outcome::ALL[turn * turn % 3]).unwrap();
        if turn % 4 == 0 {
            scene.ask(&Ask::Undo).unwrap();
        }
    }
    let replayed = scene.replayed();
    assert!(replayed.insight.get().is_none(), "a replay needs no floats");
    assert_eq!(replayed, scene.comparison);
    let stored: Comparison = serde_json::from_str(&serde_json::to_string(&replayed).unwrap()).unwrap();
    assert_eq!(stored, replayed);
    assert_eq!(*stored.insight(), *scene.comparison.insight());
}

#[test]
fn a_stored_verdict_on_a_track_that_is_not_there_is_damage() {
    let mut scene = Scene::started(5);
    scene.answer(Outcome::A).unwrap();
    let stored = serde_json::to_string(&scene.comparison).unwrap();
    let places = stored.split_once("\"verdicts\":[[").unwrap().1.split_once(',').unwrap().0;
    for damaged in ["2", "4000000000"] {
        let text = stored.replace(&format!("\"verdicts\":[[{places},"), &format!("\"verdicts\":[[{damaged},"));
        let why = serde_json::from_str::<Comparison>(&text).unwrap_err().to_string();
        assert!(why.contains(&format!("names track {damaged}, and 2 were rated")), "{why}");
    }
    assert_eq!(serde_json::from_str::<Comparison>(&stored).unwrap(), scene.comparison);
}

#[test]
fn more_than_a_gaussian_holds_are_compared_all_the_same() {
    let many = limits::RATED_JOINTLY_MAX + 20;
    let mut scene = Scene::started(many);
    for _ in 0..15 {
        scene.answer(Outcome::A).unwrap();
    }
    assert_eq!(scene.comparison.insight().pool().method(), "glicko2");
    assert_eq!(scene.comparison.leaderboard().len(), 30, "those that nobody knows come first");
}

/// A figure, not a rule: a debug build is twenty times slower. `cargo test --release -- --ignored --nocapture latency`
#[test]
#[ignore = "measures"]
fn latency() {
    let most = limits::RATED_JOINTLY_MAX;
    for (count, mode) in [(50, Mode::All), (most, Mode::All), (most, Mode::Top10), (limits::COMPARED_MAX, Mode::All)] {
        let mut scene = Scene::of(count);
        scene.start(count, mode).unwrap();
        let _ = scene.comparison.insight();
        let mut times = Vec::new();
        for turn in 0..300 {
            let published = scene.comparison.clone(); // what readers hold while the next one is made
            let begun = crate::clock::instant();
            scene.answer(Outcome::ALL[turn % 3]).unwrap();
            times.push(begun.elapsed());
            drop(published);
        }
        times.sort();
        println!("{count} {mode:?}: median {:?}, p99 {:?}", times[150], times[297]);
        let begun = crate::clock::instant();
        assert_eq!(*scene.replayed().insight(), *scene.comparison.insight());
        println!("  anew from 300 verdicts: {:?}", begun.elapsed());
    }
}
