//! What each command does in each mode: the table of docs/protocol.md, one cell here for each cell there.
//!
//! A cell is what becomes of the command: the event's kind, then the room and its queue; or the refusal's status and
//! slug. In each room A has the current track and B does not, so that a barrier stays open.

use super::scene::{BEGIN, Scene, track, tracks};
use crate::core::command::SessionCommand as Ask;
use crate::core::event::{BarrierKind, Stage};
use crate::core::rejection::Rejection;

const MODES: [&str; 5] = ["stopped", "waiting", "playing", "paused", "empty queue"];

/// The room before the command: track `a` at 2 s (waiting) or at 5 s (playing, paused), then the rest.
fn room(mode: &str, queue: &str) -> Scene {
    let queue = if mode == "empty queue" { "" } else { queue };
    let mut scene = Scene::with_queue(queue).listeners("A B");
    scene.have("A", "a");
    match mode {
        "waiting" => scene.stage(Stage::waiting(BarrierKind::Track, track("a"), 2_000)),
        "playing" => scene.stage(Stage::playing(track("a"), 0, crate::clock::Mono(BEGIN.0 - 5_000))),
        "paused" => scene.stage(Stage::paused(track("a"), 5_000)),
        _ => scene,
    }
}

/// A row of the documentation's table, and what is tried for it.
struct Row {
    says: &'static str,
    tries: Vec<Try>,
}

/// One command, and its cells in the order of [`MODES`]. A dash: there is no such room.
struct Try {
    queue: &'static str,
    ask: What,
    cells: [&'static str; 5],
}

enum What {
    Command(Ask),
    /// B declares that it has the track.
    Have(&'static str),
    /// B's player reaches the end, one second before the computed one.
    Ended,
    /// A has no track any more, then asks.
    NobodyHas(Ask),
}

fn row(says: &'static str, tries: Vec<Try>) -> Row {
    Row { says, tries }
}

fn on(queue: &'static str, ask: What, cells: [&'static str; 5]) -> Try {
    Try { queue, ask, cells }
}

fn ask(ask: Ask, cells: [&'static str; 5]) -> Try {
    on("a b c", What::Command(ask), cells)
}

fn set(names: &str) -> Ask {
    Ask::QueueSet { tracks: tracks(names) }
}

fn add(names: &str, at: Option<usize>) -> Ask {
    Ask::QueueAdd { tracks: tracks(names), at }
}

#[rustfmt::skip]
fn table() -> Vec<Row> {
    vec![
        row("play", vec![
            ask(Ask::Play { position_ms: None }, [
                "played: waiting track a@0 | a b c",
                "played: waiting track a@2000 | a b c",
                "played: waiting resume a@5000 | a b c",
                "played: waiting resume a@5000 | a b c",
                "409 empty-queue",
            ]),
            ask(Ask::Play { position_ms: Some(9_000) }, [
                "played: waiting track a@9000 | a b c",
                "played: waiting track a@9000 | a b c",
                "played: waiting resume a@9000 | a b c",
                "played: waiting resume a@9000 | a b c",
                "409 empty-queue",
            ]),
            ask(Ask::Play { position_ms: Some(60_001) }, [
                "422 after-end", "422 after-end", "422 after-end", "422 after-end", "409 empty-queue",
            ]),
        ]),
        row("pause", vec![
            ask(Ask::Pause { position_ms: None }, [
                "409 not-playing",
                "paused: paused a@2000 | a b c",
                "paused: paused a@5000 | a b c",
                "409 not-playing",
                "409 not-playing",
            ]),
            ask(Ask::Pause { position_ms: Some(4_900) }, [
                "409 not-playing",
                "paused: paused a@2000 | a b c",
                "paused: paused a@4900 | a b c",
                "409 not-playing",
                "409 not-playing",
            ]),
            ask(Ask::Pause { position_ms: Some(60_100) }, [
                "409 not-playing",
                "paused: paused a@2000 | a b c",
                "paused: paused a@60000 | a b c",
                "409 not-playing",
                "409 not-playing",
            ]),
        ]),
        row("seek", vec![
            ask(Ask::Seek { position_ms: 7_000 }, [
                "409 not-playing",
                "sought: waiting track a@7000 | a b c",
                "sought: playing a@7000 from 100300 | a b c",
                "sought: paused a@7000 | a b c",
                "409 not-playing",
            ]),
            ask(Ask::Seek { position_ms: 60_001 }, [
                "409 not-playing", "422 after-end", "422 after-end", "422 after-end", "409 not-playing",
            ]),
        ]),
        row("next, prev", vec![
            ask(Ask::Next, [
                "advanced: waiting track b@0 | b c a",
                "advanced: waiting track b@0 | b c a",
                "advanced: waiting track b@0 | b c a",
                "advanced: waiting track b@0 | b c a",
                "409 empty-queue",
            ]),
            ask(Ask::Prev, [
                "advanced: waiting track c@0 | c a b",
                "advanced: waiting track c@0 | c a b",
                "advanced: waiting track c@0 | c a b",
                "advanced: waiting track c@0 | c a b",
                "409 empty-queue",
            ]),
        ]),
        row("next, prev with one track", [Ask::Next, Ask::Prev].map(|either| on("a", What::Command(either), [
                "advanced: waiting track a@0 | a",
                "advanced: waiting track a@0 | a",
                "advanced: waiting track a@0 | a",
                "advanced: waiting track a@0 | a",
                "–",
            ])).into()),
        row("nudge", vec![
            ask(Ask::Nudge { track: track("c") }, [
                "queue: stopped | a c b",
                "queue: waiting track a@2000 | a c b",
                "queue: playing a@0 from 95000 | a c b",
                "queue: paused a@5000 | a c b",
                "queue: stopped | c",
            ]),
            ask(Ask::Nudge { track: track("d") }, [
                "queue: stopped | a d b c",
                "queue: waiting track a@2000 | a d b c",
                "queue: playing a@0 from 95000 | a d b c",
                "queue: paused a@5000 | a d b c",
                "queue: stopped | d",
            ]),
        ]),
        row("nudge the current track", vec![
            ask(Ask::Nudge { track: track("a") }, [
                "409 is-current", "409 is-current", "409 is-current", "409 is-current", "–",
            ]),
        ]),
        row("queue/add", vec![
            ask(add("d e", None), [
                "queue: stopped | a b c d e",
                "queue: waiting track a@2000 | a b c d e",
                "queue: playing a@0 from 95000 | a b c d e",
                "queue: paused a@5000 | a b c d e",
                "queue: stopped | d e",
            ]),
            ask(add("c d", Some(1)), [
                "queue: stopped | a c d b",
                "queue: waiting track a@2000 | a c d b",
                "queue: playing a@0 from 95000 | a c d b",
                "queue: paused a@5000 | a c d b",
                "–",
            ]),
            ask(add("a b", None), [
                "queue: stopped | a c b",
                "queue: waiting track a@2000 | a c b",
                "queue: playing a@0 from 95000 | a c b",
                "queue: paused a@5000 | a c b",
                "queue: stopped | a b",
            ]),
        ]),
        row("queue/remove the current", vec![
            ask(Ask::QueueRemove { track: track("a") }, [
                "queue: stopped | b c",
                "queue: waiting track b@0 | b c",
                "queue: waiting track b@0 | b c",
                "queue: paused b@0 | b c",
                "404 not-in-queue",
            ]),
            on("a", What::Command(Ask::QueueRemove { track: track("a") }), [
                "queue: stopped | ", "queue: stopped | ", "queue: stopped | ", "queue: stopped | ", "404 not-in-queue",
            ]),
        ]),
        row("queue/set, first is the current", vec![
            ask(set("a c"), [
                "queue: stopped | a c",
                "queue: waiting track a@2000 | a c",
                "queue: playing a@0 from 95000 | a c",
                "queue: paused a@5000 | a c",
                "queue: stopped | a c",
            ]),
        ]),
        row("queue/set, another first", vec![
            ask(set("b a"), [
                "queue: stopped | b a",
                "queue: waiting track b@0 | b a",
                "queue: waiting track b@0 | b a",
                "queue: paused b@0 | b a",
                "queue: stopped | b a",
            ]),
        ]),
        row("queue/set to nothing", vec![
            ask(set(""), [
                "queue: stopped | ", "queue: stopped | ", "queue: stopped | ", "queue: stopped | ", "409 no-change",
            ]),
        ]),
        row("queue/move, queue/shuffle", vec![
            ask(Ask::QueueMove { track: track("c"), to: 1 }, [
                "queue: stopped | a c b",
                "queue: waiting track a@2000 | a c b",
                "queue: playing a@0 from 95000 | a c b",
                "queue: paused a@5000 | a c b",
                "404 not-in-queue",
            ]),
            ask(Ask::QueueShuffle { seed: 2 }, [
                "queue: stopped | a c b",
                "queue: waiting track a@2000 | a c b",
                "queue: playing a@0 from 95000 | a c b",
                "queue: paused a@5000 | a c b",
                "409 empty-queue",
            ]),
        ]),
        row("undo, redo without an edit of one's own", vec![ask(Ask::Undo, ["409 nothing-to-undo"; 5]), ask(Ask::Redo, ["409 nothing-to-redo"; 5])]),
        row("start-anyway", vec![
            ask(Ask::StartAnyway, [
                "409 not-waiting",
                "released: playing a@2000 from 100300 | a b c",
                "409 not-waiting",
                "409 not-waiting",
                "409 not-waiting",
            ]),
            on("a b c", What::NobodyHas(Ask::StartAnyway), [
                "409 not-waiting", "409 nobody-ready", "409 not-waiting", "409 not-waiting", "409 not-waiting",
            ]),
        ]),
        row("ack-download", vec![
            on("a b c", What::Have("b"), [
                "noted: stopped | a b c",
                "noted: waiting track a@2000 | a b c",
                "noted: playing a@0 from 95000 | a b c",
                "noted: paused a@5000 | a b c",
                "noted: stopped | ",
            ]),
            on("a b c", What::Have("a"), [
                "noted: stopped | a b c",
                "released: playing a@2000 from 100300 | a b c",
                "noted: playing a@0 from 95000 | a b c",
                "noted: paused a@5000 | a b c",
                "noted: stopped | ",
            ]),
        ]),
        row("ended (current)", vec![
            on("a b c", What::Ended, [
                "409 not-playing",
                "200 nothing changes",
                "advanced: waiting track b@0 | b c a",
                "409 not-playing",
                "409 not-current",
            ]),
        ]),
    ]
}

/// What becomes of a try in a room of this mode.
fn outcome(mode: &str, case: &Try) -> String {
    let mut scene = room(mode, case.queue);
    let decided = match &case.ask {
        What::Command(command) => scene.ask(command.clone()),
        What::NobodyHas(command) => {
            scene.signal(&crate::core::presence::Signal::Dropped(super::scene::device("A"), tracks("a")));
            scene.ask(command.clone())
        }
        What::Have(name) => {
            scene.have("B", name);
            let kind = scene.happened.pop().unwrap_or_else(|| "noted".into());
            return format!("{kind}: {}", scene.told());
        }
        What::Ended => {
            scene.now.mono = BEGIN.plus(54_000);
            scene.ask_guarded("B", Ask::Ended { track: track("a") }, None)
        }
    };
    match decided {
        Ok(event) => format!("{}: {}", format!("{:?}", event.kind).to_lowercase(), scene.told()),
        // To the hub this means: it is so already, 200.
        Err(Rejection::NoChange) if matches!(case.ask, What::Ended) => "200 nothing changes".into(),
        Err(why) => format!("{} {}", why.status(), why.slug()),
    }
}

#[test]
fn each_cell_of_the_table_holds() {
    let mut wrong = Vec::new();
    for row in table() {
        for (nth, case) in row.tries.iter().enumerate() {
            for (mode, expected) in MODES.iter().zip(case.cells).filter(|(_, expected)| *expected != "–") {
                let found = outcome(mode, case);
                if found != expected {
                    wrong.push(format!("{} ({nth}), {mode}: {found:?}, not {expected:?}", row.says));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// The documentation's table: its cells, first column and header included.
fn documented() -> Vec<Vec<String>> {
    let text = include_str!("../../../docs/protocol.md");
    let table = text.split_once("<!-- table: mode × command;").expect("the table is marked").1;
    let lines = table.lines().skip(1).take_while(|line| line.starts_with('|'));
    let cells = lines.map(|line| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect());
    cells.filter(|cells: &Vec<String>| !cells[0].starts_with("---")).collect()
}

#[test]
fn the_documentation_has_the_same_rows_and_columns() {
    let documented = documented();
    assert_eq!(documented[0][1..], MODES);
    let rows: Vec<&str> = documented[1..].iter().map(|cells| cells[0].as_str()).collect();
    let tested: Vec<&str> = table().iter().map(|row| row.says).collect();
    assert_eq!(rows, tested);
}

#[test]
fn the_documentation_refuses_what_the_table_refuses() {
    for (cells, row) in documented()[1..].iter().zip(table()) {
        for (column, said) in cells[1..].iter().enumerate() {
            let tested: Vec<&str> = row.tries.iter().map(|case| case.cells[column]).collect();
            for cell in tested.iter().filter(|cell| cell.starts_with('4') && !cell.starts_with("422")) {
                let (status, slug) = cell.split_once(' ').unwrap();
                let named = said == status || said.contains(&format!("{status} `{slug}`"));
                assert!(named, "{}, {}: the documentation says {said:?}, not {cell:?}", row.says, MODES[column]);
            }
            if said.starts_with('4') {
                assert!(tested.iter().all(|cell| cell.starts_with('4')), "{}, {}", row.says, MODES[column]);
            }
        }
    }
}
