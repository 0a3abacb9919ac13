//! What every file keeps: it says what it is, it stays readable, and it leaves to others what is theirs.

use crate::source::{Source, all, is_test, read, shipped};

/// Lines a file may have. Beyond, a reader finds a second subject in it.
const LINES_MAX: usize = 400;

/// What only one place may do, and where to go instead.
const ONLY_THERE: [(&str, &[&str], &str); 6] = [
    ("Instant::now", &["src/clock.rs", "src/simulate/"], "use clock::instant or the hub's clock"),
    ("SystemTime::now", &["src/clock.rs"], "use clock::system_time"),
    ("thread::sleep", &["src/clock.rs"], "wait for a condition, or use clock::pause and say why"),
    (".unwrap()", &["build.rs"], "return an error that says what to do"),
    ("todo!(", &[], "finish it"),
    (" println!(", &["build.rs"], "answers go through cli::output, everything else is logged"),
];

/// Words that belong to no room of the core.
const NOT_IN_CORE: [&str; 8] =
    ["std::fs", "std::net", "std::io", "std::thread", "std::time", "log::", "getrandom", "rusqlite"];

fn fail_if_any(wrong: &[String]) {
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

fn code(source: &Source) -> impl Iterator<Item = (usize, &str)> {
    let lines = shipped(source).lines().enumerate().map(|(nth, line)| (nth + 1, line));
    lines.filter(|(_, line)| !line.trim_start().starts_with("//"))
}

#[test]
fn every_file_says_what_happens_in_it() {
    let files = all("src", ".rs").into_iter().chain(all("tests", ".rs"));
    let silent = files.filter(|source| !source.text.starts_with("//!"));
    fail_if_any(
        &silent.map(|source| format!("{}: begin with //! and what happens here", source.path)).collect::<Vec<_>>(),
    );
}

#[test]
fn no_file_has_two_subjects() {
    let files = all("src", ".rs").into_iter().chain(all("tests", ".rs")).chain(all("static", ".js"));
    let long = files.filter(|source| source.text.lines().count() > LINES_MAX);
    fail_if_any(
        &long.map(|source| format!("{}: more than {LINES_MAX} lines, divide it", source.path)).collect::<Vec<_>>(),
    );
}

#[test]
fn what_one_place_does_no_other_does() {
    let mut wrong = Vec::new();
    for source in all("src", ".rs").iter().filter(|source| !is_test(&source.path)) {
        for (word, allowed, instead) in ONLY_THERE {
            if allowed.iter().any(|place| source.path.starts_with(place)) {
                continue;
            }
            let found = code(source).filter(|(_, line)| line.contains(word));
            wrong.extend(found.map(|(nth, _)| format!("{}:{nth}: {word}: {instead}", source.path)));
        }
    }
    fail_if_any(&wrong);
}

#[test]
fn the_core_knows_no_outside() {
    let mut wrong = Vec::new();
    for source in all("src/core", ".rs") {
        for word in NOT_IN_CORE {
            let found: Vec<_> = code(&source).filter(|(_, line)| line.contains(word)).collect();
            wrong.extend(found.iter().map(|(nth, _)| format!("{}:{nth}: {word} does not belong here", source.path)));
        }
    }
    fail_if_any(&wrong);
}

#[test]
fn every_dependency_earns_its_place() {
    let (manifest, reasons) = (read("Cargo.toml"), read("docs/dependencies.md"));
    let mut section = "";
    let mut missing = Vec::new();
    for line in manifest.lines() {
        if line.starts_with('[') {
            section = line;
        }
        let name = line.split([' ', '=']).next().unwrap_or_default();
        if section.contains("dependencies") && line.contains('=') && !reasons.contains(&format!("`{name}`")) {
            missing.push(format!("docs/dependencies.md says nothing of `{name}`"));
        }
    }
    fail_if_any(&missing);
}

#[test]
fn every_route_is_in_the_protocol() {
    let (routes, protocol) = (read("src/net/routes.rs"), read("docs/protocol.md"));
    let paths = routes.lines().filter_map(|line| line.trim().strip_prefix("Route::new("));
    let paths = paths.filter_map(|line| line.split('"').nth(1));
    let absent = paths.filter(|path| {
        let short = path.split('{').next().unwrap_or(path).trim_end_matches('/');
        !protocol.contains(short)
    });
    fail_if_any(&absent.map(|path| format!("docs/protocol.md says nothing of {path}")).collect::<Vec<_>>());
}

#[test]
fn golden_messages_stand_in_the_protocol() {
    let protocol = read("docs/protocol.md");
    let kinds = all("tests/golden", ".json").into_iter().filter_map(|source| {
        let message: serde_json::Value = serde_json::from_str(&source.text).ok()?;
        let kind = message.get("type").or_else(|| message.get("event"))?.as_str()?.to_owned();
        (!kind.starts_with('/') && !protocol.contains(&kind))
            .then(|| format!("{}: docs/protocol.md says nothing of {kind}", source.path))
    });
    fail_if_any(&kinds.collect::<Vec<_>>());
}
