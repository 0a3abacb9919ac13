//! Playlist files: M3U8, which is M3U in UTF-8.
//!
//! Read as players write it: a byte order mark, any line ending, `#EXTINF:seconds,Artist - Title` before a path, `#PLAYLIST:`
//! for the name; whatever else begins with `#` is passed over. Written the same way, with one comment of our own,
//! `#HEARKEN:trackId`, by which a list comes back whole even if its files were renamed meanwhile.

use crate::core::ids::TrackId;
use std::fmt::Write;

/// A playlist as a file has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct M3u8 {
    /// What the file calls it.
    pub name: Option<String>,
    /// Its entries, in order.
    pub entries: Vec<Entry>,
}

/// One entry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// The path or address, as written.
    pub path: String,
    /// What is behind the comma of `#EXTINF`: usually `Artist - Title`.
    pub label: Option<String>,
    /// Whole seconds, if they are known.
    pub seconds: Option<u64>,
    /// Our own id of it.
    pub track: Option<TrackId>,
}

/// Reads a playlist file. Any text is one; at worst it has no entries.
#[must_use]
pub fn parse(text: &str) -> M3u8 {
    let mut list = M3u8::default();
    let mut next = Entry::default();
    let blank = |c: char| c.is_whitespace() || c.is_control();
    let lines = text.trim_start_matches('\u{feff}').split(['\n', '\r']).map(|line| line.trim_matches(blank));
    for line in lines.filter(|line| !line.is_empty()) {
        match line.strip_prefix('#') {
            Some(comment) => read_comment(comment, &mut list.name, &mut next),
            None => list.entries.push(Entry { path: line.to_owned(), ..std::mem::take(&mut next) }),
        }
    }
    list
}

fn read_comment(comment: &str, name: &mut Option<String>, next: &mut Entry) {
    let Some((kind, value)) = comment.split_once(':') else { return };
    let value = value.trim();
    match kind.trim().to_ascii_uppercase().as_str() {
        "PLAYLIST" if !value.is_empty() => *name = Some(value.to_owned()),
        "HEARKEN" => next.track = TrackId::new(value).ok(),
        "EXTINF" => {
            // The seconds may be followed by attributes, the label may have commas.
            let (length, label) = value.split_once(',').unwrap_or((value, ""));
            let digits: String = length.chars().take_while(char::is_ascii_digit).collect();
            next.seconds = digits.parse().ok();
            next.label = Some(label.trim().to_owned()).filter(|label| !label.is_empty());
        }
        _ => {}
    }
}

/// Writes a playlist file.
#[must_use]
pub fn write(list: &M3u8) -> String {
    let mut text = String::from("#EXTM3U\n");
    if let Some(name) = &list.name {
        let _ = writeln!(text, "#PLAYLIST:{}", one_line(name));
    }
    for entry in &list.entries {
        if let Some(track) = &entry.track {
            let _ = writeln!(text, "#HEARKEN:{track}");
        }
        let length = entry.seconds.map_or_else(|| "-1".to_owned(), |seconds| seconds.to_string());
        let _ = writeln!(text, "#EXTINF:{length},{}", one_line(entry.label.as_deref().unwrap_or_default()));
        let path = one_line(&entry.path);
        // A file may be called `#1 hit.mp3`; a line that begins with # is a comment.
        let _ = writeln!(text, "{}{path}", if path.starts_with('#') { "./" } else { "" });
    }
    text
}

/// Names may have line breaks; lines may not.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn files_of_other_players_are_read() {
        let text = "\u{feff}#EXTM3U\r\n#PLAYLIST: Evening\r\n#EXTINF:215 tvg-id=\"x\",Ada, Bo - Håll\r\nMusic\\One\\01.mp3\r\n\
                    \r\n# a remark: nothing\r\n/abs/02.flac\r\n#EXTINF:-1,\r\nhttp://radio/x\r\n#HEARKEN:k3Xa\r\n#EXTINF:7,Last\r\nx";
        let list = parse(text);
        assert_eq!(list.name.as_deref(), Some("Evening"));
        let told: Vec<_> = list.entries.iter().map(|e| (e.path.as_str(), e.label.as_deref(), e.seconds)).collect();
        assert_eq!(
            told,
            [
                ("Music\\One\\01.mp3", Some("Ada, Bo - Håll"), Some(215)),
                ("/abs/02.flac", None, None),
                ("http://radio/x", None, None),
                ("x", Some("Last"), Some(7)),
            ]
        );
        assert_eq!(list.entries[3].track, TrackId::new("k3Xa").ok());
    }

    #[test]
    fn a_list_is_written_as_players_read_it() {
        let entry = Entry {
            path: "#1/a.mp3".into(),
            label: Some("Ada -\nHåll".into()),
            seconds: Some(61),
            track: TrackId::new("k3").ok(),
        };
        let list = M3u8 { name: Some("Evening".into()), entries: vec![entry] };
        assert_eq!(write(&list), "#EXTM3U\n#PLAYLIST:Evening\n#HEARKEN:k3\n#EXTINF:61,Ada - Håll\n./#1/a.mp3\n");
    }

    fn any_entry() -> impl Strategy<Value = Entry> {
        let text = "[A-Za-zäß0-9 _,:./\\\\-]{0,20}[a-z]";
        let track = prop::option::of("[A-Za-z0-9_-]{1,16}".prop_map(|id| TrackId::new(&id).unwrap()));
        (text, prop::option::of(text), prop::option::of(0_u64..100_000), track).prop_map(
            |(path, label, seconds, track)| Entry {
                path: path.trim().into(),
                label: label.map(|label| label.trim().to_owned()),
                seconds,
                track,
            },
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_was_written_is_read_back(
            name in prop::option::of("[A-Za-zäß0-9 :,#]{0,20}[a-z]"),
            entries in prop::collection::vec(any_entry(), 0..20)
        ) {
            let list = M3u8 { name: name.map(|name| name.trim().to_owned()), entries };
            prop_assert_eq!(parse(&write(&list)), list);
        }

        #[test]
        fn any_text_is_read_without_harm(text in ".*", lines in prop::collection::vec("#?[A-Z]{0,8}:?.{0,20}", 0..20)) {
            for text in [text, lines.join("\r\n")] {
                let list = parse(&text);
                prop_assert!(list.entries.len() <= text.split(['\n', '\r']).count());
                prop_assert!(list.entries.iter().all(|entry| !entry.path.is_empty() && !entry.path.starts_with('#')));
                prop_assert_eq!(parse(&write(&list)).entries.len(), list.entries.len());
            }
        }
    }
}
