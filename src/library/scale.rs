//! Measuring a large library, by hand: `tests/fixtures/many_tracks.py` makes one, and
//! `HEARKEN_MANY_TRACKS=DIR cargo test --release --lib library::scale -- --ignored --nocapture` tells the figures.
//! `library.db` is put beside DIR, so that a second run tells what a start costs that knows the tracks already.

use super::{Library, LibrarySettings};
use crate::clock;
use std::path::PathBuf;
use std::time::Instant;

/// Kilobytes from `/proc/self/status`.
fn memory(field: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with(field)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

fn tell(what: &str, began: Instant) {
    let ms = began.elapsed().as_secs_f64() * 1000.0;
    println!("{what:<40} {ms:>9.1} ms   rss {:>6} kB   peak {:>6} kB", memory("VmRSS"), memory("VmHWM"));
}

#[test]
#[ignore = "a measurement; needs HEARKEN_MANY_TRACKS"]
fn figures() {
    let Some(audio_dir) = std::env::var_os("HEARKEN_MANY_TRACKS").map(PathBuf::from) else { return };
    let settings = LibrarySettings { db_path: audio_dir.with_extension("db"), audio_dir, follow_links: false };
    let began = clock::instant();
    tell("before", began);
    let library = Library::open(settings.clone()).unwrap();
    tell(&format!("open, {} tracks known", library.catalog().count()), began);
    let began = clock::instant();
    let report = library.scan(false).unwrap();
    tell(&format!("scan, {} added", report.added), began);
    let began = clock::instant();
    library.scan(false).unwrap();
    tell("rescan, unchanged", began);
    drop(library);
    let library = Library::open(settings).unwrap();
    let catalog = library.catalog();
    for query in ["r", "ri", "riv", "river", "blue river", "silver s", "eclair", "zzz", "a b c d"] {
        library.search(&catalog, query, 50).unwrap();
        let began = clock::instant();
        let found = library.search(&catalog, query, 50).unwrap();
        tell(
            &format!("search {query:?}: {} {} {}", found.tracks.len(), found.albums.len(), found.artists.len()),
            began,
        );
    }
    let began = clock::instant();
    let bytes = serde_json::to_vec(&catalog.index(0, usize::MAX)).unwrap().len();
    tell(&format!("index, {bytes} bytes"), began);
    let database = std::fs::metadata(&library.settings().db_path).unwrap().len();
    let began = clock::instant();
    let watch = super::Watch::start(&library).unwrap();
    clock::pause(std::time::Duration::from_secs(2));
    tell("watched for two seconds", began);
    drop(watch);
    println!("library.db {} kB, {} albums, {} artists", database / 1024, catalog.album_count(), catalog.artist_count());
}
