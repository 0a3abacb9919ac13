//! Each message of docs/protocol.md, to the letter: what a house with fixed inputs says is compared with the files beside
//! this one, which the JavaScript tests read too. A changed wire shape shows here as a changed file.
//!
//! `UPDATE_GOLDEN=1 cargo test --test golden` writes them anew; look at the difference before it is committed.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a test may

mod comparing;
mod house;
mod profiles;
mod radio;
mod stars;
mod story;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

#[test]
fn each_message_is_what_it_was_to_the_letter() {
    let messages = story::messages();
    let is_update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let mut wrong = Vec::new();
    for (name, text) in &messages {
        serde_json::from_str::<serde_json::Value>(text).unwrap_or_else(|error| panic!("{name}: {error}: {text}"));
        let (path, text) = (directory().join(format!("{name}.json")), format!("{text}\n"));
        if is_update {
            std::fs::write(&path, &text).unwrap();
        }
        let known = std::fs::read_to_string(&path).unwrap_or_default();
        if known != text {
            wrong.push(format!("{name}\n  was: {known}  now: {text}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}\nIf that is meant: UPDATE_GOLDEN=1 cargo test --test golden", wrong.join("\n"));
}

#[test]
fn no_file_is_left_of_a_message_that_is_gone() {
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        return; // they are just being written
    }
    let names: BTreeSet<String> = story::messages().into_iter().map(|(name, _)| format!("{name}.json")).collect();
    let files = std::fs::read_dir(directory()).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
    let files: BTreeSet<String> = files.filter(|name| name.ends_with(".json")).collect();
    assert_eq!(files, names);
}

/// The types in the documentation's tables and examples, and those of the files, are the same.
#[test]
fn the_documentation_names_every_type() {
    let text = include_str!("../../docs/protocol.md");
    for (name, message) in story::messages() {
        let message: serde_json::Value = serde_json::from_str(&message).unwrap();
        let kind = message["type"].as_str().or_else(|| message["event"].as_str()).unwrap_or("/problems/");
        if !kind.starts_with("/problems/") {
            let named = text.contains(&format!("`{kind}`")) || text.contains(&format!("\"{kind}\""));
            assert!(named, "{name}: docs/protocol.md does not mention {kind:?}");
        }
    }
}
