//! What may come into the tree: deny.toml's rules, read from there and held with nothing but cargo.

use super::source::read;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;
use toml::Table;

/// Every package of the tree, of whatever platform.
fn packages() -> Vec<Value> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    let asked = Command::new(cargo)
        .args(["metadata", "--locked", "--offline", "--all-features", "--format-version", "1"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(asked.status.success(), "{}", String::from_utf8_lossy(&asked.stderr));
    let told: Value = serde_json::from_slice(&asked.stdout).unwrap();
    told["packages"].as_array().unwrap().clone()
}

fn rules(section: &str) -> Table {
    let all: Table = read("deny.toml").parse().unwrap();
    all[section].as_table().unwrap().clone()
}

fn text<'a>(package: &'a Value, member: &str) -> &'a str {
    package[member].as_str().unwrap_or_default()
}

fn strings(list: &toml::Value) -> BTreeSet<&str> {
    list.as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect()
}

/// The crates of a list of tables.
fn crates(list: &toml::Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|one| one["crate"].as_str().unwrap()).collect()
}

/// Whether a licence expression can be met with these. `/` is what `OR` was once written as.
fn is_met(expression: &str, allowed: &BTreeSet<&str>) -> bool {
    let words = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let mut words = words.split_whitespace().peekable();
    let met = either(&mut words, allowed);
    met && words.next().is_none()
}

type Words<'w> = std::iter::Peekable<std::str::SplitWhitespace<'w>>;

fn either(words: &mut Words<'_>, allowed: &BTreeSet<&str>) -> bool {
    let mut met = both(words, allowed);
    while words.next_if_eq(&"OR").is_some() {
        met |= both(words, allowed);
    }
    met
}

fn both(words: &mut Words<'_>, allowed: &BTreeSet<&str>) -> bool {
    let mut met = single(words, allowed);
    while words.next_if_eq(&"AND").is_some() {
        met &= single(words, allowed);
    }
    met
}

fn single(words: &mut Words<'_>, allowed: &BTreeSet<&str>) -> bool {
    match words.next() {
        Some("(") => {
            let met = either(words, allowed);
            met && words.next() == Some(")")
        }
        Some(name) => {
            // An exception takes conditions away; it is allowed where its licence is.
            if words.next_if_eq(&"WITH").is_some() {
                words.next();
            }
            allowed.contains(name)
        }
        None => false,
    }
}

#[test]
fn expressions_are_read_as_they_are_meant() {
    let allowed = BTreeSet::from(["MIT", "ISC"]);
    for (expression, met) in [
        ("MIT", true),
        ("GPL-3.0", false),
        ("GPL-3.0 OR MIT", true),
        ("MIT/GPL-3.0", true),
        ("MIT AND GPL-3.0", false),
        ("(GPL-3.0 OR MIT) AND ISC", true),
        ("GPL-3.0 OR MIT AND BSL-1.0", false),
        ("MIT WITH LLVM-exception", true),
        ("MIT)", false),
        ("", false),
    ] {
        assert_eq!(is_met(expression, &allowed), met, "{expression}");
    }
}

#[test]
fn licences_are_those_that_are_allowed() {
    let rules = rules("licenses");
    let allowed = strings(&rules["allow"]);
    for package in packages() {
        let licence = text(&package, "license");
        assert!(is_met(licence, &allowed), "{} has the licence {licence:?}: not in deny.toml", text(&package, "name"));
    }
}

#[test]
fn everything_comes_from_crates_io_or_is_ours() {
    let rules = rules("sources");
    let registries = strings(&rules["allow-registry"]);
    for package in packages() {
        let name = text(&package, "name");
        match package["source"].as_str() {
            Some(source) => {
                let registry = source.strip_prefix("registry+").unwrap_or(source);
                assert!(registries.contains(registry), "{name} comes from {source}");
            }
            None => assert_eq!(name, "hearken", "a package that lies beside us"),
        }
    }
}

#[test]
fn no_package_is_there_twice_but_those_that_are_named() {
    let rules = rules("bans");
    let mut skipped: BTreeSet<&str> = crates(&rules["skip"]).into_iter().collect();
    let mut versions: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for package in packages() {
        versions.entry(text(&package, "name").into()).or_default().push(text(&package, "version").into());
    }
    for (name, mut versions) in versions.into_iter().filter(|(_, versions)| versions.len() > 1) {
        versions.retain(|version| {
            let is_it = |one: &&str| {
                one.split_once('@').is_some_and(|(it, at)| {
                    it == name && (version.to_owned() + ".").starts_with(&(at.to_owned() + "."))
                })
            };
            skipped.extract_if(.., |one| is_it(one)).count() == 0
        });
        assert_eq!(
            versions.len(),
            1,
            "{name} is there in the versions {versions:?}: join them, or name one in deny.toml"
        );
    }
    assert!(skipped.is_empty(), "no longer there twice, take them out of deny.toml: {skipped:?}");
}

#[test]
fn what_is_banned_is_not_there() {
    let rules = rules("bans");
    let banned = crates(&rules["deny"]);
    for package in packages() {
        let name = text(&package, "name");
        assert!(!banned.contains(&name), "{name} is banned in deny.toml");
    }
}
