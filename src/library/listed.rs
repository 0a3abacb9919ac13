//! Which tracks the entries of a playlist file mean.
//!
//! In this order: our own id; the path, by as many of its last parts as one track alone has; `Artist - Title`. So a list
//! comes over from a player whose music lies in another folder, or on another machine.

use super::Catalog;
use crate::core::ids::TrackId;
use std::collections::HashMap;

/// What a playlist file says of one entry.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wanted<'a> {
    /// Our own id of it.
    pub track: Option<&'a TrackId>,
    /// A path or address, in the manner of any system.
    pub path: &'a str,
    /// Usually `Artist - Title`.
    pub label: Option<&'a str>,
}

/// The track of each entry; `None` where none or more than one is meant.
#[must_use]
pub fn find<'a>(catalog: &Catalog, wanted: impl Iterator<Item = Wanted<'a>>) -> Vec<Option<TrackId>> {
    let index = Index::new(catalog);
    wanted.map(|wanted| index.find(catalog, wanted)).collect()
}

/// The tracks by what a file may call them.
struct Index {
    by_name: HashMap<String, Vec<(Vec<String>, TrackId)>>,
    by_label: HashMap<String, Vec<TrackId>>,
}

impl Index {
    fn new(catalog: &Catalog) -> Self {
        let mut index = Self { by_name: HashMap::new(), by_label: HashMap::new() };
        for entry in catalog.index(0, usize::MAX).iter() {
            let parts = parts(&entry.file_name);
            if let Some(name) = parts.first() {
                index.by_name.entry(name.clone()).or_default().push((parts, entry.track_id.clone()));
            }
            let tags = entry.tags.unwrap_or_default();
            if let (Some(artist), Some(title)) = (tags.artist, tags.title) {
                let label = format!("{artist} - {title}").to_lowercase();
                index.by_label.entry(label).or_default().push(entry.track_id.clone());
            }
        }
        index
    }

    fn find(&self, catalog: &Catalog, wanted: Wanted<'_>) -> Option<TrackId> {
        let by_id = wanted.track.filter(|track| catalog.contains(track)).cloned();
        by_id.or_else(|| self.by_path(wanted.path)).or_else(|| self.by_label(wanted.label?))
    }

    fn by_path(&self, path: &str) -> Option<TrackId> {
        let path = parts(path);
        let common = |of: &[String]| of.iter().zip(&path).take_while(|(one, other)| one == other).count();
        let candidates = self.by_name.get(path.first()?)?;
        let best = candidates.iter().map(|(parts, _)| common(parts)).max()?;
        let mut found = candidates.iter().filter(|(parts, _)| common(parts) == best);
        let (_, track) = found.next()?;
        found.next().is_none().then(|| track.clone())
    }

    fn by_label(&self, label: &str) -> Option<TrackId> {
        match self.by_label.get(&label.trim().to_lowercase()).map(Vec::as_slice) {
            Some([one]) => Some(one.clone()),
            _ => None,
        }
    }
}

/// The parts of a path from its end, without regard to case, to the system's slash and to how an address writes it.
fn parts(path: &str) -> Vec<String> {
    let path = match path.strip_prefix("file://") {
        Some(address) => percent_encoding::percent_decode_str(address).decode_utf8_lossy().into_owned(),
        None => path.to_owned(),
    };
    let parts = path.rsplit(['/', '\\']).filter(|part| !part.is_empty() && *part != ".");
    parts.map(str::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::samples::{House, Sample, mp3};

    #[test]
    fn entries_are_found_by_id_by_path_and_by_name() {
        let house = House::new();
        for (number, path, title) in
            [(1, "one/01 Håll.mp3", "Håll"), (2, "two/01.mp3", "Bo"), (3, "three/01.mp3", "Bo")]
        {
            let sample = Sample { number, title, artist: "Ada", ..Sample::default() };
            house.put(path, &mp3(&sample));
        }
        house.library.scan(false).unwrap();
        let catalog = house.library.catalog();
        let by_file = |path: &str| {
            let all = catalog.index(0, 9);
            all.iter().find(|entry| entry.file_name == path).map(|entry| entry.track_id.clone())
        };
        let gone = TrackId::new("gone").unwrap();
        let first = by_file("one/01 Håll.mp3");
        for (track, path, label, expected) in [
            (None, "/home/ada/Music/one/01 Håll.mp3", None, "one/01 Håll.mp3"),
            (None, "D:\\Music\\TWO\\01.MP3", None, "two/01.mp3"),
            (None, "file:///m/one/01%20H%C3%A5ll.mp3", None, "one/01 Håll.mp3"),
            (None, "./three/01.mp3", None, "three/01.mp3"),
            (None, "elsewhere/01.mp3", None, ""),
            (None, "elsewhere.mp3", Some("ada - håll"), "one/01 Håll.mp3"),
            (None, "elsewhere.mp3", Some("Ada - Bo"), ""),
            (first.as_ref(), "elsewhere.mp3", None, "one/01 Håll.mp3"),
            (Some(&gone), "two/01.mp3", None, "two/01.mp3"),
            (None, "", None, ""),
        ] {
            let found = find(&catalog, [Wanted { track, path, label }].into_iter());
            assert_eq!(found, [by_file(expected)], "{path} {label:?}");
        }
    }
}
