//! The keys that a configuration may have, taken from [`Config`] itself, so that no list can fall behind.

use super::Config;
use std::collections::BTreeMap;
use toml::{Table, Value};

/// Every key in dotted form with a value of its type, in the order of the file.
pub(super) fn all() -> Vec<(String, Value)> {
    let mut keys = Vec::new();
    flatten("", &Table::try_from(everything_set()).unwrap_or_default(), &mut keys);
    keys
}

/// The values of `config` by dotted key; a setting without a value is not there.
pub(super) fn of(config: &Config) -> BTreeMap<String, Value> {
    let mut values = Vec::new();
    flatten("", &Table::try_from(config).unwrap_or_default(), &mut values);
    values.into_iter().collect()
}

/// Defaults, and something in every setting that has none: an unset one would not be written out.
fn everything_set() -> Config {
    let path = |path: &str| Some(path.into());
    let mut config = Config {
        runtime_dir: path("/run/hearken"),
        static_dir: path("static"),
        tls_cert: path("cert.pem"),
        tls_key: path("key.pem"),
        ..Config::default()
    };
    config.public_url = Some("https://music.example.org".into());
    config.web.remote_server = Some("hearken.local:8642".into());
    config
}

/// The leaves of `table` with their dotted names.
pub(super) fn flatten(prefix: &str, table: &Table, into: &mut Vec<(String, Value)>) {
    for (key, value) in table {
        let name = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
        match value {
            Value::Table(inner) => flatten(&name, inner, into),
            value => into.push((name, value.clone())),
        }
    }
}

/// `session.stall_s` → `HEARKEN_SESSION_STALL_S`
pub(super) fn variable(key: &str) -> String {
    format!("HEARKEN_{}", key.replace('.', "_").to_ascii_uppercase())
}

/// The key most like `wrong`, if any is: a slip of the finger, or the right key in the wrong section.
pub(super) fn nearest(wrong: &str) -> Option<String> {
    let last = |key: &str| key.rsplit('.').next().unwrap_or_default().to_owned();
    let far = |key: &str| slips(wrong, key).min(slips(&last(wrong), &last(key)) + usize::from(wrong != key));
    let (distance, key) = all().into_iter().map(|(key, _)| (far(&key), key)).min()?;
    (distance <= 1 + last(wrong).len() / 3).then_some(key)
}

/// Levenshtein's distance: letters to add, drop or change.
fn slips(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (at, letter) in one.chars().enumerate() {
        let mut corner = std::mem::replace(&mut row[0], at + 1);
        for (to, known) in other.iter().enumerate() {
            let change = corner + usize::from(letter != *known);
            corner = row[to + 1];
            row[to + 1] = change.min(corner + 1).min(row[to] + 1);
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_keys_are_known_also_those_without_a_default() {
        let keys: Vec<String> = all().into_iter().map(|(key, _)| key).collect();
        for key in ["listen", "runtime_dir", "static_dir", "session.stall_s", "web.remote_server", "mdns.ipv6"] {
            assert!(keys.iter().any(|known| known == key), "{key} in {keys:?}");
        }
        assert_eq!(variable("session.stall_s"), "HEARKEN_SESSION_STALL_S");
    }

    #[test]
    fn the_nearest_key_is_named_when_there_is_one() {
        let table = [
            ("lisen", Some("listen")),
            ("audiodir", Some("audio_dir")),
            ("session.stall", Some("session.stall_s")),
            ("stall_s", Some("session.stall_s")),
            ("mdns.name", Some("name")),
            ("wombat", None),
        ];
        for (wrong, expected) in table {
            assert_eq!(nearest(wrong).as_deref(), expected, "{wrong}");
        }
    }
}
