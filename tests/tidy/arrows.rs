//! Imports point one way: the table of ARCHITECTURE.md, held against the code.

use crate::source::{all, is_test, read, shipped};
use std::collections::{BTreeMap, BTreeSet};

/// The table between the `arrows` marks.
fn table() -> BTreeMap<String, BTreeSet<String>> {
    let text = read("ARCHITECTURE.md");
    let body = text.split("<!-- arrows -->").nth(1).and_then(|rest| rest.split("<!-- /arrows -->").next());
    let lines = body.expect("ARCHITECTURE.md has an arrows table").lines().filter_map(|line| line.split_once("->"));
    lines.map(|(room, may)| (room.trim().to_owned(), may.split_whitespace().map(str::to_owned).collect())).collect()
}

/// The rooms a text names as `crate::room`.
fn imports(text: &str) -> BTreeSet<String> {
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    let mut rooms = BTreeSet::new();
    for line in code {
        for rest in line.split("crate::").skip(1) {
            let grouped = rest.strip_prefix('{').map(|rest| rest.split(',').collect::<Vec<_>>());
            for name in grouped.unwrap_or_else(|| vec![rest]) {
                rooms.insert(name.trim().chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect());
            }
        }
    }
    rooms
}

fn room_of(path: &str) -> String {
    let inner = path.trim_start_matches("src/");
    inner.split(['/', '.']).next().unwrap_or_default().to_owned()
}

#[test]
fn imports_follow_the_arrows() {
    let table = table();
    let rooms: BTreeSet<&String> = table.keys().collect();
    let mut wrong = Vec::new();
    for source in all("src", ".rs") {
        let room = room_of(&source.path);
        if ["main", "lib"].contains(&room.as_str()) || is_test(&source.path) {
            continue;
        }
        let Some(may) = table.get(&room) else {
            wrong.push(format!("{}: the room {room} is not in ARCHITECTURE.md's table", source.path));
            continue;
        };
        for used in imports(shipped(&source)) {
            if rooms.contains(&used) && used != room && !may.contains(&used) {
                wrong.push(format!("{}: {room} -> {used} is not in ARCHITECTURE.md's table", source.path));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn the_table_has_no_circle() {
    let table = table();
    let mut left: BTreeSet<&str> = table.keys().map(String::as_str).collect();
    while !left.is_empty() {
        let free = left.iter().copied().find(|room| table[*room].iter().all(|used| !left.contains(used.as_str())));
        let free = free.unwrap_or_else(|| panic!("these import each other in a circle: {left:?}"));
        left.remove(free);
    }
}
