//! Whatever a profile answers, skips, takes back and starts anew, from however many devices at once, while files come and
//! go: the comparison stays whole, a replay gives the same bytes and the same pair, and a page that takes over what events
//! tell sees what the server knows. Playlists likewise.

use hearken::clock::Now;
use hearken::core::command::{Command, ComparisonCommand as Ask, Origin, PlaylistsCommand, Wish};
use hearken::core::comparing::{Mode, Pair, Selected};
use hearken::core::event::{Event, HouseholdEvent};
use hearken::core::ids::{DeviceId, PairId, PlaylistId, ProfileId, TrackId};
use hearken::core::presence::Signal;
use hearken::core::rating::insight::{Evidence, Insight};
use hearken::core::rating::verdict::Outcome;
use hearken::core::source::Source;
use hearken::core::{Applied, Durable, State, apply, decide, observe};
use hearken::limits;
use hearken::wire::{comparing, event, playlists};
use proptest::prelude::*;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

const TRACKS: usize = 9;

fn track(n: usize) -> TrackId {
    TrackId::new(&format!("t{}", n % (TRACKS + 1))).unwrap()
}

fn profile(n: usize) -> ProfileId {
    ProfileId::new(["home", "ada"][n % 2]).unwrap()
}

#[derive(Clone, Debug)]
enum Step {
    Start(usize, Vec<usize>, Mode, u64),
    /// On the pair on the table, or on the one before it.
    Answer(usize, Outcome, bool),
    Skip(usize, bool),
    Undo(usize),
    Redo(usize),
    Select(usize, usize, bool),
    Playlists(PlaylistsCommand),
    /// The library now has the tracks whose bits are set.
    Scan(u16),
}

fn any_tracks() -> impl Strategy<Value = Vec<TrackId>> {
    prop::collection::vec((0..=TRACKS).prop_map(track), 0..6)
}

fn any_playlists() -> impl Strategy<Value = PlaylistsCommand> {
    use PlaylistsCommand as Ask;
    let id = || (1_u64..8).prop_map(PlaylistId::of_version);
    let name = || prop_oneof![3 => "[a-c]{1,3}", 1 => ".{0,5}"];
    let track = || (0..=TRACKS).prop_map(track);
    prop_oneof![
        3 => (name(), any_tracks()).prop_map(|(name, tracks)| Ask::Create { name, tracks }),
        1 => (id(), prop::option::of(name()), prop::option::of(any_tracks()))
            .prop_map(|(id, name, tracks)| Ask::Change { id, name, tracks }),
        3 => (id(), any_tracks(), prop::option::of(0_usize..6)).prop_map(|(id, tracks, at)| Ask::Add { id, tracks, at }),
        2 => (id(), track()).prop_map(|(id, track)| Ask::Remove { id, track }),
        2 => (id(), track(), 0_usize..6).prop_map(|(id, track, to)| Ask::Move { id, track, to }),
        1 => id().prop_map(|id| Ask::Delete { id }),
    ]
}

fn any_step() -> impl Strategy<Value = Step> {
    let who = || 0_usize..2;
    let outcome = prop::sample::select(Outcome::ALL.to_vec());
    let mode = prop::sample::select(vec![Mode::All, Mode::Top10]);
    let pool = prop::collection::vec(0..=TRACKS, 0..12);
    prop_oneof![
        2 => (who(), pool, mode, any::<u64>()).prop_map(|(who, pool, mode, seed)| Step::Start(who, pool, mode, seed)),
        14 => (who(), outcome, prop::bool::weighted(0.1)).prop_map(|(who, said, late)| Step::Answer(who, said, late)),
        3 => (who(), prop::bool::weighted(0.1)).prop_map(|(who, late)| Step::Skip(who, late)),
        4 => who().prop_map(Step::Undo),
        2 => who().prop_map(Step::Redo),
        2 => (who(), 0..=TRACKS, any::<bool>()).prop_map(|(who, n, playing)| Step::Select(who, n, playing)),
        5 => any_playlists().prop_map(Step::Playlists),
        1 => any::<u16>().prop_map(Step::Scan),
    ]
}

/// The state, its log as JSON, and what a page knows.
struct World {
    state: State,
    log: Vec<String>,
    before: BTreeMap<ProfileId, PairId>,
    pages: BTreeMap<ProfileId, Map<String, Value>>,
    lists: BTreeMap<String, Vec<String>>,
}

impl World {
    fn new() -> Self {
        let (state, log) = (State::default(), Vec::new());
        let mut world = Self { state, log, before: BTreeMap::new(), pages: BTreeMap::new(), lists: BTreeMap::new() };
        world.scan(u16::MAX);
        let created = HouseholdEvent::ProfileCreated { profile: profile(1), name: "Ada".to_owned() };
        world.fold(&Event::Household(created));
        world.pages = [0, 1].map(|n| (profile(n), world.shown(&profile(n)))).into();
        world
    }

    fn scan(&mut self, bits: u16) {
        let there = (0..TRACKS).filter(|n| bits & (1 << n) != 0).map(|n| (track(n), Some(60_000)));
        observe(&mut self.state, &Signal::Library(Arc::new(there.collect())), Now::default());
    }

    fn take(&mut self, step: Step) {
        match step {
            Step::Start(who, pool, mode, seed) => {
                let tracks = pool.into_iter().map(track).collect();
                self.compare(who, Ask::Start { source: Source::All, mode, tracks, seed });
            }
            Step::Answer(who, outcome, late) => {
                let Some(pair) = self.seen(who, late) else { return };
                self.compare(who, Ask::Verdict { pair, outcome });
            }
            Step::Skip(who, late) => {
                let Some(pair) = self.seen(who, late) else { return };
                self.compare(who, Ask::Skip { pair });
            }
            Step::Undo(who) => self.compare(who, Ask::Undo),
            Step::Redo(who) => self.compare(who, Ask::Redo),
            Step::Select(who, n, is_playing) => {
                self.compare(who, Ask::Select(Selected { track_id: track(n), is_playing }));
            }
            Step::Playlists(command) => drop(self.ask(Command::Playlists(command))),
            Step::Scan(bits) => self.scan(bits),
        }
    }

    fn pair(&self, who: usize) -> Option<&Pair> {
        self.state.durable.comparison(&profile(who)).run()?.round.pair.as_ref()
    }

    fn seen(&self, who: usize, late: bool) -> Option<PairId> {
        if late { self.before.get(&profile(who)).cloned() } else { self.pair(who).map(|pair| pair.id.clone()) }
    }

    fn compare(&mut self, who: usize, command: Ask) {
        let (now, promised) = (self.pair(who).cloned(), self.promised(who, &command));
        let is_late = match &command {
            Ask::Verdict { pair, .. } | Ask::Skip { pair } => now.as_ref().is_none_or(|now| now.id != *pair),
            _ => false,
        };
        let accepted = self.ask(Command::Comparison(profile(who), command.clone()));
        if accepted && !matches!(command, Ask::Select(_)) {
            let run = self.state.durable.comparison(&profile(who)).run().unwrap();
            assert_eq!(run.selected, None, "a selection goes with its pair");
        }
        assert!(!(is_late && accepted), "an answer to a pair that is gone was taken: {command:?}");
        if let (true, Some(pair)) = (accepted, now) {
            self.before.insert(profile(who), pair.id);
        }
        let known = &self.state.presence.tracks;
        if let (true, Some(promised)) = (accepted, promised)
            && known.has(&promised.a)
            && known.has(&promised.b)
        {
            assert_eq!(self.pair(who), Some(&promised), "what was prefetched is on the table");
        }
    }

    fn promised(&self, who: usize, command: &Ask) -> Option<Pair> {
        let Ask::Verdict { outcome, .. } = command else { return None };
        self.state.durable.comparison(&profile(who)).run()?.round.after(*outcome).cloned()
    }

    fn ask(&mut self, command: Command) -> bool {
        let origin = Some(Origin { device: DeviceId::local(), tab: None });
        let Ok(event) = decide(&self.state, &Wish { command, origin, guard: None }, Now::default()) else {
            return false;
        };
        self.fold(&event);
        let data = event::data(&event, &self.state.durable, &self.state.presence);
        self.tell(&event, &serde_json::from_str(&data).unwrap());
        true
    }

    fn fold(&mut self, event: &Event) {
        let (seq, version) = (self.log.len() as u64 + 1, self.state.durable.head(&event.topic()).version + 1);
        apply(&mut self.state.durable, &Applied { seq, version, event });
        self.log.push(serde_json::to_string(event).unwrap());
    }

    /// The page's one rule: take over what is there.
    fn tell(&mut self, event: &Event, data: &Value) {
        match event {
            Event::Comparison(profile, _) => {
                let page = self.pages.get_mut(profile).unwrap();
                for (field, value) in data.as_object().unwrap() {
                    if page.contains_key(field) {
                        page.insert(field.clone(), value.clone());
                    }
                }
            }
            Event::Playlists(_) => self.tell_list(data),
            other => panic!("not asked for: {other:?}"),
        }
    }

    fn tell_list(&mut self, data: &Value) {
        let strings = |value: &Value| -> Vec<String> {
            value.as_array().unwrap().iter().map(|id| id.as_str().unwrap().to_owned()).collect()
        };
        if let Some(gone) = data["playlistId"].as_str() {
            self.lists.remove(gone);
            return;
        }
        let list = self.lists.entry(data["playlist"]["playlistId"].as_str().unwrap().to_owned()).or_default();
        if data["trackIds"].is_array() {
            *list = strings(&data["trackIds"]);
        }
        let change = &data["queueChange"];
        let place = |key: &str, len: usize| (change[key].as_u64().unwrap() as usize).min(len);
        match change["op"].as_str() {
            Some("insert") => {
                let coming = strings(&change["trackIds"]);
                list.retain(|track| !coming.contains(track));
                let at = place("at", list.len());
                list.splice(at..at, coming);
            }
            Some("remove") => list.retain(|track| change["trackId"] != **track),
            Some("move") => {
                list.retain(|track| change["trackId"] != **track);
                list.insert(place("to", list.len()), change["trackId"].as_str().unwrap().to_owned());
            }
            Some("set") => *list = strings(&change["trackIds"]),
            _ => {}
        }
    }

    /// The state as a page that asks now is shown it. Track objects depend on the library of the moment: only ids count.
    fn shown(&self, profile: &ProfileId) -> Map<String, Value> {
        let shown = comparing::shown(self.state.durable.comparison(profile), &self.state.presence.tracks);
        serde_json::to_value(shown).unwrap().as_object().unwrap().clone()
    }

    fn replayed(&self) -> Durable {
        let mut durable = Durable::default();
        for (at, text) in self.log.iter().enumerate() {
            let event: Event = serde_json::from_str(text).unwrap();
            let version = durable.head(&event.topic()).version + 1;
            apply(&mut durable, &Applied { seq: at as u64 + 1, version, event: &event });
        }
        durable
    }
}

/// Only what identifies: durations and names come and go with files.
fn ids(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let kept = map.iter().filter(|(key, _)| *key != "duration");
            kept.map(|(key, value)| (key.clone(), ids(value))).collect::<Map<_, _>>().into()
        }
        other => other.clone(),
    }
}

fn a_comparison_is_whole(world: &World, profile: &ProfileId) {
    let comparison = world.state.durable.comparison(profile);
    let rated: HashSet<_> = comparison.rated().iter().collect();
    assert_eq!(rated.len(), comparison.rated().len(), "a track is rated once");
    let page = &world.pages[profile];
    assert_eq!(ids(&page.clone().into()), ids(&world.shown(profile).into()), "the page sees what the server knows");
    let Some(run) = comparison.run() else { return };
    let pool: HashSet<_> = run.pool.iter().collect();
    assert!(pool.len() == run.pool.len() && pool.len() >= 2);
    let round = &run.round;
    let all = [&round.pair, &round.if_a, &round.if_b, &round.if_tie];
    for pair in all.into_iter().flatten() {
        assert!(pair.a != pair.b && pool.contains(&pair.a) && pool.contains(&pair.b), "{pair:?}");
    }
    assert!(round.pair.is_some() || all.iter().all(|pair| pair.is_none()), "nothing comes after the end");
    let names: Vec<_> = all.into_iter().flatten().map(|pair| &pair.id).collect();
    assert!(names.iter().all(|id| names.iter().filter(|other| other == &id).count() == 1), "{names:?}");
    assert!(run.answered as usize <= comparison.verdicts().len());
    let skips = run.steps.iter().filter(|step| step.outcome.is_none()).count();
    assert!(
        run.skipped.len() >= skips && (run.steps.len() == limits::COMPARISON_UNDO_MAX || run.skipped.len() == skips)
    );
    assert!(run.steps.len() <= limits::COMPARISON_UNDO_MAX && run.can_undo() != run.steps.is_empty());
}

fn the_ratings_are_those_of_the_verdicts(world: &World, profile: &ProfileId) {
    let comparison = world.state.durable.comparison(profile);
    let pool = comparison.run().map_or(&[][..], |run| run.pool.as_slice());
    let evidence = Evidence { rated: comparison.rated(), verdicts: comparison.verdicts(), pool };
    assert_eq!(**comparison.insight(), Insight::new(evidence), "bit for bit, however they came about");
    let board = comparison.leaderboard();
    assert!(board.iter().all(|(_, rating, count)| rating.rating.is_finite() && rating.uncertainty > 0.0 && *count > 0));
    assert!(board.is_sorted_by(|one, other| one.1.rating >= other.1.rating));
}

fn playlists_are_whole(world: &World) {
    let lists = &world.state.durable.playlists;
    for (id, list) in lists.iter() {
        let once: HashSet<_> = list.tracks.tracks().iter().collect();
        assert_eq!(once.len(), list.tracks.len());
        assert!(!list.name.is_empty() && list.name.chars().count() <= limits::NAME_CHARS_MAX);
        let told: Vec<_> = world.lists[id.as_str()].iter().map(|id| TrackId::new(id).unwrap()).collect();
        assert_eq!(told, list.tracks.tracks(), "the page sees what the server knows");
    }
    assert_eq!(lists.iter().len(), world.lists.len());
    assert_eq!(playlists::all(lists).len(), lists.iter().len());
}

fn a_replay_gives_the_same(world: &World) {
    let replayed = world.replayed();
    assert_eq!(replayed.digest().unwrap(), world.state.durable.digest().unwrap());
    let stored: Durable = serde_json::from_str(&serde_json::to_string(&replayed).unwrap()).unwrap();
    assert_eq!(stored.digest().unwrap(), replayed.digest().unwrap());
    for n in [0, 1] {
        let round = |durable: &Durable| durable.comparison(&profile(n)).run().map(|run| run.round.clone());
        assert_eq!(round(&stored), round(&world.state.durable));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn any_answers_in_any_order_keep_it_whole(steps in prop::collection::vec(any_step(), 1..120)) {
        let mut world = World::new();
        for (at, step) in steps.into_iter().enumerate() {
            world.take(step);
            for n in [0, 1] {
                a_comparison_is_whole(&world, &profile(n));
                if at % 16 == 0 {
                    the_ratings_are_those_of_the_verdicts(&world, &profile(n));
                }
            }
            playlists_are_whole(&world);
        }
        a_replay_gives_the_same(&world);
    }
}

#[test]
fn a_state_of_before_comparisons_still_opens() {
    let mut old: Value = serde_json::to_value(Durable::default()).unwrap();
    let members = old.as_object_mut().unwrap();
    members.remove("comparisons");
    members.remove("playlists");
    assert_eq!(serde_json::from_value::<Durable>(old).unwrap(), Durable::default());
}
