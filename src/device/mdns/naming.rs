//! Which names the appliance asks for on the LAN, and which it must leave alone.
//!
//! Avahi runs on Raspberry Pi OS and owns `<hostname>.local`. A second publisher of that name makes avahi rename
//! itself, and `ssh pi@raspberrypi.local` stops working. So the machine's own name is never ours to publish.

/// Longest label of a DNS name, bytes.
const LABEL_BYTES_MAX: usize = 63;
/// Longest instance name we ask for: a rename adds ` (2)` and must still fit a label.
const INSTANCE_BYTES_MAX: usize = 56;

/// The label for a name that people gave: `Living Room` → `living-room`.
#[must_use]
pub(super) fn label(name: &str) -> String {
    let mut label = String::new();
    for c in name.chars().map(|c| c.to_ascii_lowercase()) {
        let c = if c.is_ascii_alphanumeric() { c } else { '-' };
        if c != '-' || !(label.is_empty() || label.ends_with('-')) {
            label.push(c);
        }
    }
    label.truncate(LABEL_BYTES_MAX - 8);
    let label = label.trim_end_matches('-');
    if label.is_empty() { "hearken".into() } else { label.into() }
}

/// The label to ask for first: the one won last time, if it still belongs to the name; else the name's.
#[must_use]
pub(super) fn wish(name: &str, won: Option<&str>) -> String {
    let label = label(name);
    let number = won.and_then(|won| won.strip_prefix(label.as_str())).and_then(|rest| rest.strip_prefix('-'));
    match number {
        Some(number) if number.len() <= 3 && number.bytes().all(|b| b.is_ascii_digit()) && !number.is_empty() => {
            format!("{label}-{number}")
        }
        _ => label,
    }
}

/// The name nobody else has.
#[must_use]
pub(super) fn by_id(id: &str) -> String {
    format!("hearken-{}", id.get(..4).unwrap_or(id))
}

/// The display name, cut to what an instance name may have.
#[must_use]
pub(super) fn instance(name: &str) -> &str {
    let end = (0..=name.len().min(INSTANCE_BYTES_MAX)).rev().find(|end| name.is_char_boundary(*end)).unwrap_or(0);
    let cut = name[..end].trim();
    if cut.is_empty() { "hearken" } else { cut }
}

/// The display name to ask for under a label that was won by its number: `hearken`, `hearken-2` → `hearken (2)`. So a
/// start does not go through last time's conflict again.
#[must_use]
pub(super) fn instance_wish(name: &str, wished: &str) -> String {
    let instance = instance(name);
    match wished.strip_prefix(label(name).as_str()).and_then(|rest| rest.strip_prefix('-')) {
        Some(number) => format!("{instance} ({number})"),
        None => instance.to_owned(),
    }
}

/// `hearken-2.local.` → `hearken-2`.
#[must_use]
pub(super) fn label_of(host: &str) -> &str {
    host.trim_end_matches('.').trim_end_matches(".local")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_becomes_a_label() {
        let long = "x".repeat(100);
        let table = [
            ("hearken", "hearken"),
            ("Living Room", "living-room"),
            ("  Küche & Garten!", "k-che-garten"),
            ("音楽", "hearken"),
            ("", "hearken"),
            ("a.local", "a-local"),
            (&long, &long[..55]),
        ];
        for (name, expected) in table {
            assert_eq!(label(name), expected, "{name:?}");
        }
    }

    #[test]
    fn the_name_won_last_time_is_wished_for_again() {
        assert_eq!(wish("hearken", Some("hearken-2")), "hearken-2");
        for forgotten in [None, Some("kitchen-2"), Some("hearken-"), Some("hearken-x"), Some("hearken-a1b2")] {
            assert_eq!(wish("hearken", forgotten), "hearken", "{forgotten:?}");
        }
    }

    #[test]
    fn an_instance_name_is_cut_at_a_character() {
        assert_eq!(instance("Wohnzimmer"), "Wohnzimmer");
        assert_eq!(instance(&"é".repeat(60)).len(), 56);
        assert_eq!(instance("  "), "hearken");
        assert_eq!(instance_wish("Living Room", "living-room-2"), "Living Room (2)");
        assert_eq!(instance_wish("Living Room", "living-room"), "Living Room");
    }

    #[test]
    fn labels_of_hosts() {
        assert_eq!(label_of("hearken-2.local."), "hearken-2");
        assert_eq!(by_id("0a1b2c3d"), "hearken-0a1b");
    }
}
