//! Tests of stars: merging, undo, compaction.

use super::*;
use crate::clock::Now;
use crate::core::rejection::Rejection;

fn device(name: &str) -> DeviceId {
    DeviceId::new(name).unwrap()
}

fn item(name: &str) -> Item {
    let kind = if name.starts_with("album") { Kind::Album } else { Kind::Track };
    Item { kind, id: ItemId::new(name).unwrap() }
}

/// `+x` stars x, `-x` unstars it; what follows a `~` is its age, milliseconds.
fn report(mutation: &str, what: &str) -> StarReport {
    let (what, age) = what.split_once('~').unwrap_or((what, "0"));
    StarReport {
        mutation_id: MutationId::new(mutation).unwrap(),
        item: item(&what[1..]),
        is_starred: what.starts_with('+'),
        age_ms: age.parse().unwrap(),
    }
}

/// The stars of a profile, as devices change them.
#[derive(Default)]
struct Sky {
    stars: Stars,
    log: Vec<StarsEvent>,
    wall_ms: i64,
    sent: u32,
}

impl Sky {
    fn at(wall_ms: i64) -> Self {
        Self { wall_ms, ..Self::default() }
    }

    fn ask(&mut self, command: &StarsCommand, by: Option<&str>) -> Result<StarsEvent, Rejection> {
        let now = Now { wall_ms: self.wall_ms, ..Now::default() };
        let version = self.log.len() as u64 + 1;
        let event = self.stars.decide(command, by.map(device).as_ref(), version, now)?;
        self.stars.apply(&event);
        self.log.push(event.clone());
        Ok(event)
    }

    /// A batch, each of it under a new name.
    fn mark(&mut self, by: &str, batch: &str) -> Result<StarsEvent, Rejection> {
        let reports = batch.split_whitespace().map(|what| {
            self.sent += 1;
            report(&format!("m{}", self.sent), what)
        });
        let command = StarsCommand::Mark(reports.collect());
        self.ask(&command, Some(by))
    }

    fn undo(&mut self, by: &str) -> Result<String, Rejection> {
        self.ask(&StarsCommand::Undo, Some(by)).map(|event| shown(&event))
    }

    fn redo(&mut self, by: &str) -> Result<String, Rejection> {
        self.ask(&StarsCommand::Redo, Some(by)).map(|event| shown(&event))
    }

    /// What is starred, by name.
    fn starred(&self) -> String {
        let marks = self.stars.marks().filter(|(_, mark)| mark.is_starred);
        marks.map(|(item, _)| item.id.to_string()).collect::<Vec<_>>().join(" ")
    }
}

fn shown(event: &StarsEvent) -> String {
    let sign = |marked: &Marked| if marked.mark.is_starred { '+' } else { '-' };
    let marks = event.marks().iter().map(|marked| format!("{}{}", sign(marked), marked.item.id));
    marks.collect::<Vec<_>>().join(" ")
}

/// `+5A1`: starred at 5 by A, its first mark.
fn mark(text: &str) -> Mark {
    let at = text.find(|c: char| c.is_ascii_uppercase()).unwrap();
    Mark {
        is_starred: text.starts_with('+'),
        at_ms: text[1..at].parse().unwrap(),
        by: device(&text[at..=at]),
        count: text[at + 1..].parse().unwrap(),
    }
}

#[test]
fn the_latest_mark_of_an_item_wins_in_whatever_order_they_arrive() {
    let table = [
        ("+5A1", "+5A1"),
        ("+5A1 -6B1", "-6B1"),
        ("+5A1 -5B1", "-5B1"), // at the same time: the greater device
        ("-5A9 +5B1", "+5B1"), // whatever it counts
        ("+5A1 -5A2", "-5A2"), // of one device: the last
        ("+5A2 -4A3", "+5A2"), // time goes before count
        ("+1C7 -2B1 +3A1", "+3A1"),
        ("+7A1 -7C1 +7B5 -6D9", "-7C1"),
    ];
    for (given, wins) in table {
        let marks: Vec<Mark> = given.split(' ').map(mark).collect();
        for turn in 0..marks.len() * 2 {
            let mut order = marks.clone();
            order.rotate_left(turn % marks.len());
            if turn >= marks.len() {
                order.reverse();
            }
            let mut stars = Stars::default();
            for mark in order.iter().chain(&order) {
                let mutation_id = MutationId::new("m").unwrap();
                let marked = Marked { mutation_id, item: item("x"), mark: mark.clone() };
                stars.apply(&StarsEvent::Retimed { marks: vec![marked] });
            }
            assert_eq!(stars.get(&item("x")), Some(&mark(wins)), "{given} as {order:?}");
        }
    }
}

#[test]
fn what_a_phone_did_offline_counts_from_when_it_did_it() {
    let mut sky = Sky::at(100_000);
    sky.mark("LAPTOP", "+x +y").unwrap();
    sky.wall_ms = 200_000;
    let event = sky.mark("PHONE", "-x~150000 -y~50000").unwrap();
    let times: Vec<i64> = event.marks().iter().map(|marked| marked.mark.at_ms).collect();
    assert_eq!(times, [50_000, 150_000]);
    assert_eq!(sky.starred(), "x", "the laptop was later with x, the phone with y");
    assert_eq!(sky.log.len(), 2, "who was too late is logged all the same");
}

#[test]
fn a_kind_and_an_id_name_an_item_together() {
    let mut sky = Sky::at(1);
    let both = [Kind::Track, Kind::Artist].map(|kind| StarReport {
        item: Item { kind, id: ItemId::new("x").unwrap() },
        mutation_id: MutationId::new(&format!("{kind:?}")).unwrap(),
        ..report("m", "+x")
    });
    sky.ask(&StarsCommand::Mark(both.into()), Some("A")).unwrap();
    assert_eq!(sky.starred(), "x x");
    sky.mark("A", "-x").unwrap();
    assert_eq!(sky.starred(), "x");
    assert_eq!(sky.stars.starred(Kind::Artist).len(), 1);
}

#[test]
fn stars_are_shown_the_last_one_first() {
    let mut sky = Sky::at(1_000);
    sky.mark("A", "+old~900 +new~10 +older~950 +gone").unwrap();
    sky.mark("A", "-gone").unwrap();
    let names: Vec<&str> = sky.stars.starred(Kind::Track).into_iter().map(|(id, _)| id.as_str()).collect();
    assert_eq!(names, ["new", "old", "older"]);
}

#[test]
fn a_mutation_that_is_sent_again_changes_nothing_and_another_device_may_call_its_own_so() {
    let mut sky = Sky::at(1);
    let batch =
        |names: &str| StarsCommand::Mark(names.split(' ').map(|name| report(name, &format!("+{name}"))).collect());
    sky.ask(&batch("a b"), Some("A")).unwrap();
    assert_eq!(shown(&sky.ask(&batch("b c b a"), Some("A")).unwrap()), "+c");
    assert_eq!(sky.ask(&batch("a b c"), Some("A")), Err(Rejection::NoChange));
    assert_eq!(sky.ask(&batch("a"), Some("B")).map(|event| shown(&event)), Ok("+a".into()));
    assert!(sky.stars.knows(&device("A"), &MutationId::new("c").unwrap()));
    assert_eq!(sky.ask(&StarsCommand::Mark(Vec::new()), Some("A")), Err(Rejection::NoChange));
}

#[test]
fn an_old_mutation_that_is_known_no_more_is_taken_again_and_changes_nothing() {
    let mut sky = Sky::at(1_000_000);
    sky.ask(&StarsCommand::Mark(vec![report("first", "+x")]), Some("A")).unwrap();
    sky.wall_ms += 10;
    sky.mark("B", "-x").unwrap();
    for _ in 0..limits::STAR_MUTATIONS_KEPT / 1000 + 1 {
        sky.mark("B", &"+y ".repeat(1000)).unwrap();
    }
    sky.wall_ms += 10;
    let again = sky.ask(&StarsCommand::Mark(vec![report("first", "+x~20")]), Some("A")).unwrap();
    assert_eq!((shown(&again).as_str(), sky.starred().as_str()), ("+x", "y"));
}

#[test]
fn ages_beyond_reason_do_no_harm() {
    let mut sky = Sky::at(1_000);
    sky.mark("A", &format!("+x~{}", u64::MAX)).unwrap();
    assert_eq!(sky.starred(), "x");
    sky.mark("B", "-x~5000").unwrap();
    assert_eq!(sky.starred(), "", "before 1970, and later all the same");
}

#[test]
fn there_is_a_bound_on_a_batch_and_on_all_of_them() {
    let mut sky = Sky::at(1);
    let long = "+x ".repeat(limits::STARS_PER_BATCH_MAX + 1);
    assert_eq!(sky.mark("A", &long), Err(Rejection::BatchTooLong { max: limits::STARS_PER_BATCH_MAX }));
    for batch in 0..limits::STARRED_MAX / 1000 {
        let names: Vec<String> = (0..1000).map(|n| format!("+i{batch}-{n}")).collect();
        sky.mark("A", &names.join(" ")).unwrap();
    }
    assert_eq!(sky.mark("A", "+one-more"), Err(Rejection::TooManyStars { max: limits::STARRED_MAX }));
    sky.mark("A", "-i0-7 +i0-7").expect("what is known may change");
}

#[test]
fn marks_belong_to_devices_and_times_to_the_server() {
    let mut sky = Sky::at(1);
    let marks = vec![Marked { mutation_id: MutationId::new("m").unwrap(), item: item("x"), mark: mark("+9A1") }];
    assert_eq!(sky.ask(&StarsCommand::Retime(marks.clone()), Some("A")), Err(Rejection::ServerOnly));
    assert_eq!(sky.ask(&StarsCommand::Mark(vec![report("m", "+x")]), None), Err(Rejection::ServerOnly));
    assert_eq!(sky.ask(&StarsCommand::Undo, None), Err(Rejection::ServerOnly));
    sky.ask(&StarsCommand::Retime(marks.clone()), None).unwrap();
    assert_eq!(sky.ask(&StarsCommand::Retime(marks), None), Err(Rejection::NoChange), "it is so already");
}

#[test]
fn a_mark_that_gets_a_better_time_may_win_after_all() {
    let mut sky = Sky::at(1_000_000);
    sky.mark("LAPTOP", "+x +y").unwrap();
    sky.wall_ms = 1_000_001; // the clock has hardly moved, an hour went by
    let event = sky.mark("PHONE", "-x~500000 -y~500000").unwrap();
    assert_eq!(sky.starred(), "x y");
    let right = |marked: &Marked| {
        let mark = Mark { at_ms: marked.mark.at_ms + 3_600_000, ..marked.mark.clone() };
        Marked { mark, ..marked.clone() }
    };
    sky.ask(&StarsCommand::Retime(event.marks().iter().map(right).collect()), None).unwrap();
    assert_eq!(sky.starred(), "");
}

#[test]
fn each_device_takes_back_its_own() {
    let mut sky = Sky::at(1);
    sky.mark("A", "+a").unwrap();
    sky.mark("B", "+b").unwrap();
    sky.mark("A", "+c").unwrap();
    assert_eq!(sky.undo("A").unwrap(), "-c");
    assert_eq!(sky.undo("A").unwrap(), "-a");
    assert_eq!(sky.undo("A"), Err(Rejection::NothingToUndo));
    assert_eq!(sky.starred(), "b");
    assert_eq!(sky.redo("A").unwrap(), "+a");
    assert_eq!(sky.redo("A").unwrap(), "+c");
    assert_eq!(sky.redo("A"), Err(Rejection::NothingToRedo));
    assert_eq!(sky.undo("B").unwrap(), "-b");
    assert_eq!(sky.starred(), "a c");
}

#[test]
fn a_batch_is_taken_back_one_by_one_from_its_end() {
    let mut sky = Sky::at(1);
    sky.mark("A", "+a +b").unwrap();
    sky.mark("A", "-a +c -x").unwrap();
    assert_eq!([sky.undo("A"), sky.undo("A"), sky.undo("A")].map(Result::unwrap), ["-c", "+a", "-b"]);
    assert_eq!(sky.undo("A").unwrap(), "-a");
    assert_eq!(sky.starred(), "");
}

#[test]
fn who_changes_their_mind_within_a_batch_takes_back_each_turn() {
    let mut sky = Sky::at(1);
    sky.mark("A", "+a -a +a").unwrap();
    assert_eq!([sky.undo("A"), sky.undo("A"), sky.undo("A")].map(Result::unwrap), ["-a", "+a", "-a"]);
    assert_eq!(sky.undo("A"), Err(Rejection::NothingToUndo));
    assert_eq!([sky.redo("A"), sky.redo("A"), sky.redo("A")].map(Result::unwrap), ["+a", "-a", "+a"]);
}

#[test]
fn what_somebody_else_has_touched_since_is_theirs() {
    let mut sky = Sky::at(1);
    sky.mark("A", "+a").unwrap();
    sky.mark("A", "+b").unwrap();
    sky.wall_ms += 1;
    sky.mark("B", "+b").unwrap();
    assert_eq!(sky.undo("A").unwrap(), "-a", "b is passed over: B wants it too");
    assert_eq!(sky.undo("A"), Err(Rejection::NothingToUndo));
    assert_eq!(sky.undo("B"), Err(Rejection::NothingToUndo), "B turned nothing");
    assert_eq!(sky.redo("A").unwrap(), "+a", "what was passed over does not stand in the way");
    sky.undo("A").unwrap();
    sky.wall_ms += 1;
    sky.mark("B", "-a").unwrap();
    assert_eq!(sky.redo("A"), Err(Rejection::NothingToRedo));
}

#[test]
fn a_new_star_ends_the_redoing_of_ones_own_only() {
    let mut sky = Sky::at(1);
    sky.mark("A", "+a").unwrap();
    sky.mark("B", "+b").unwrap();
    sky.undo("A").unwrap();
    sky.undo("B").unwrap();
    sky.mark("A", "+c").unwrap();
    assert_eq!(sky.redo("A"), Err(Rejection::NothingToRedo));
    assert_eq!(sky.redo("B").unwrap(), "+b");
}

#[test]
fn a_mark_that_lost_is_no_step() {
    let mut sky = Sky::at(1_000);
    sky.mark("B", "+a").unwrap();
    sky.mark("A", "-a~500").unwrap();
    assert_eq!(sky.undo("A"), Err(Rejection::NothingToUndo));
}

#[test]
fn undo_wins_though_the_clock_was_set_back() {
    let mut sky = Sky::at(1_000);
    sky.mark("A", "+a").unwrap();
    sky.wall_ms = 10;
    assert_eq!((sky.undo("A").unwrap().as_str(), sky.starred().as_str()), ("-a", ""));
    assert_eq!((sky.redo("A").unwrap().as_str(), sky.starred().as_str()), ("+a", "a"));
}

#[test]
fn steps_are_bounded_for_each_device() {
    let mut sky = Sky::at(1);
    sky.mark("B", "+mine").unwrap();
    let names: Vec<String> = (0..limits::STAR_UNDO_MAX + 5).map(|n| format!("+i{n}")).collect();
    sky.mark("A", &names.join(" ")).unwrap();
    for n in (5..limits::STAR_UNDO_MAX + 5).rev() {
        assert_eq!(sky.undo("A").unwrap(), format!("-i{n}"));
    }
    assert_eq!(sky.undo("A"), Err(Rejection::NothingToUndo));
    assert_eq!(sky.undo("B").unwrap(), "-mine", "a busy phone takes nothing from the others");
}

#[test]
fn what_the_server_calls_an_undo_is_in_nobodys_way() {
    let mut sky = Sky::at(1);
    sky.mark("A", "+a").unwrap();
    let undone = sky.ask(&StarsCommand::Undo, Some("A")).unwrap();
    let name = undone.marks()[0].mutation_id.clone();
    let report = StarReport { mutation_id: name, ..report("m", "+b") };
    sky.ask(&StarsCommand::Mark(vec![report]), Some("A")).unwrap();
    assert_eq!(sky.starred(), "b");
}

#[test]
fn compaction_keeps_what_the_stars_rest_on() {
    let mut sky = Sky::at(1);
    for (by, batch) in [("A", "+a +b"), ("A", "+c"), ("B", "-b +albumX"), ("B", "-a"), ("A", "+c")] {
        sky.wall_ms += 1;
        sky.mark(by, batch).unwrap();
    }
    let needed: Vec<bool> = sky.log.iter().map(|event| sky.stars.rest_on(event)).collect();
    assert_eq!(needed, [false, false, true, true, true]);
    let gone = Stars::default();
    assert!(sky.log.iter().all(|event| !gone.rest_on(event)), "of a profile that is gone nothing is needed");
}

#[test]
fn a_replay_gives_the_same_bytes() {
    let mut sky = Sky::at(1_000);
    sky.mark("A", "+a +b~10 -c").unwrap();
    sky.mark("B", "-a +d~900").unwrap();
    sky.undo("A").unwrap();
    sky.redo("A").unwrap();
    let mut again = Stars::default();
    for event in &sky.log {
        let text = serde_json::to_string(event).unwrap();
        again.apply(&serde_json::from_str(&text).unwrap());
    }
    assert_eq!(serde_json::to_string(&again).unwrap(), serde_json::to_string(&sky.stars).unwrap());
}
