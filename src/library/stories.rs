//! Whole stories of a library: files come, go, move and break, and what the house sees of it.

use super::samples::{House, Sample, flac, mp3, mp4, opus, png, wav};
use super::{LibraryEvent, ScanReport};
use crate::core::ids::TrackId;
use std::sync::{Arc, Mutex};

fn song(number: u32) -> Vec<u8> {
    mp3(&Sample { number, title: &format!("Song {number}"), artist: "Ada", album: "First", ..Sample::default() })
}

fn scan(house: &House) -> Arc<ScanReport> {
    house.library.scan(false).unwrap()
}

/// added, changed, moved, removed, unchanged
fn counts(report: &ScanReport) -> [usize; 5] {
    [report.added, report.changed, report.moved, report.removed, report.unchanged]
}

#[test]
fn the_index_reads_as_the_contract_says() {
    let house = House::new();
    let sample = Sample {
        title: "Håll",
        artist: "Ada",
        album: "First",
        album_artist: "Ada & Bo",
        track: "3/9",
        year: "1999-05",
        genre: "Folk",
        cover: b"c",
        number: 1,
    };
    house.put("a/3.mp3", &mp3(&sample));
    scan(&house);
    let catalog = house.library.catalog();
    let json = serde_json::to_value(catalog.index(0, 10)).unwrap();
    let (id, album) = (json[0]["trackId"].as_str().unwrap(), json[0]["albumId"].as_str().unwrap());
    let size = mp3(&sample).len();
    let wanted = serde_json::json!([{
        "trackId": id, "fileName": "a/3.mp3", "size": size, "mime": "audio/mpeg", "playable": true,
        "duration": 2.016, "albumId": album, "coverUrl": format!("/cover/{id}"),
        "tags": {"title": "Håll", "artist": "Ada", "album": "First", "albumArtist": "Ada & Bo", "trackNo": 3,
                 "year": 1999, "genre": "Folk"},
    }]);
    assert_eq!(json, wanted);
    assert_eq!(catalog.duration_ms(&TrackId::new(id).unwrap()), Some(2016));
    let detail = serde_json::to_value(catalog.album(album).unwrap()).unwrap();
    assert_eq!(detail["title"], "First");
    assert_eq!(detail["artist"], "Ada & Bo");
    assert_eq!(detail["trackCount"], 1);
    assert_eq!(detail["tracks"][0]["trackId"], id);
}

#[test]
fn every_format_is_listed_with_its_tags() {
    let house = House::new();
    house.put("1.flac", &flac([1; 16], &["TITLE=One", "ARTIST=Ada", "TRACKNUMBER=1"], 0));
    house.put("2.opus", &opus(&[1; 900], &["TITLE=Two", "ARTIST=Ada"]));
    house.put("3.wav", &wav(1));
    house.put("4.m4a", &mp4(b"alac", 0, &[1; 900], true));
    // The name lies: it is FLAC.
    house.put("5.mp3", &flac([5; 16], &["TITLE=Five"], 0));
    let report = scan(&house);
    assert_eq!(counts(&report), [5, 0, 0, 0, 0], "{report:?}");
    let catalog = house.library.catalog();
    let of = |name: &str| serde_json::to_value(catalog.track(&house.id(name)).unwrap()).unwrap();
    assert_eq!(of("1.flac")["tags"]["title"], "One");
    assert_eq!(of("2.opus")["tags"]["title"], "Two");
    assert_eq!(of("3.wav")["tags"], serde_json::Value::Null);
    assert_eq!(of("4.m4a")["playable"], false);
    assert_eq!(of("5.mp3")["mime"], "audio/flac");
}

#[test]
fn a_file_keeps_its_id_when_it_moves_is_tagged_anew_or_comes_back() {
    let house = House::new();
    for number in 0..5 {
        house.put(format!("{number}.mp3"), &song(number));
    }
    scan(&house);
    let (moved, tagged, gone) = (house.id("0.mp3"), house.id("1.mp3"), house.id("2.mp3"));
    house.rename("0.mp3", "far/away/new.mp3");
    house.put("1.mp3", &mp3(&Sample { number: 1, title: "Another title", ..Sample::default() }));
    house.remove("2.mp3");
    assert_eq!(counts(&scan(&house)), [0, 1, 1, 1, 2]);
    assert_eq!(house.id("far/away/new.mp3"), moved);
    assert_eq!(house.id("1.mp3"), tagged);
    assert!(!house.library.catalog().contains(&gone));
    let house = house.restart();
    house.put("back.mp3", &song(2));
    assert_eq!(counts(&scan(&house)), [1, 0, 0, 0, 4]);
    assert_eq!(house.id("back.mp3"), gone);
}

#[test]
fn moving_by_copy_and_swapping_names_keep_the_ids() {
    let house = House::new();
    house.put("a.mp3", &song(1));
    house.put("b.mp3", &song(2));
    house.put("c.mp3", &song(3));
    scan(&house);
    let (a, b, c) = (house.id("a.mp3"), house.id("b.mp3"), house.id("c.mp3"));
    // By content: other inodes, other times.
    house.put("a.mp3", &song(2));
    house.put("b.mp3", &song(1));
    assert_eq!(counts(&scan(&house)), [0, 0, 2, 0, 1]);
    assert_eq!((house.id("a.mp3"), house.id("b.mp3")), (b.clone(), a.clone()));
    // By name: the same inodes.
    house.rename("a.mp3", "x.mp3");
    house.rename("b.mp3", "a.mp3");
    house.rename("x.mp3", "b.mp3");
    assert_eq!(counts(&scan(&house)), [0, 0, 2, 0, 1]);
    assert_eq!((house.id("a.mp3"), house.id("b.mp3")), (a.clone(), b.clone()));
    // One takes another's place, which goes elsewhere.
    house.rename("c.mp3", "d.mp3");
    house.rename("b.mp3", "c.mp3");
    house.put("b.mp3", &song(4));
    assert_eq!(counts(&scan(&house)), [1, 0, 2, 0, 1]);
    assert_eq!((house.id("c.mp3"), house.id("d.mp3"), house.id("a.mp3")), (b, c, a));
}

#[test]
fn identical_files_have_ids_of_their_own_that_stay() {
    let house = House::new();
    house.put("a.mp3", &song(1));
    house.put("b.mp3", &song(1));
    house.put("c.mp3", &song(1));
    scan(&house);
    let ids = [house.id("a.mp3"), house.id("b.mp3"), house.id("c.mp3")];
    assert_eq!(ids[1].as_str(), format!("{}-2", ids[0]));
    assert_eq!(ids[2].as_str(), format!("{}-3", ids[0]));
    house.remove("a.mp3");
    house.put("b.mp3", &mp3(&Sample { number: 1, title: "New", ..Sample::default() }));
    scan(&house);
    assert_eq!([house.id("b.mp3"), house.id("c.mp3")], ids[1..]);
    house.put("new.mp3", &song(1));
    scan(&house);
    assert_eq!(house.id("new.mp3"), ids[0], "the free one is taken again");
}

#[test]
fn a_missing_disk_takes_nothing_with_it() {
    let house = House::new();
    let told = Arc::new(Mutex::new(Vec::new()));
    let listener = Arc::clone(&told);
    house.library.listen(move |event| {
        if !matches!(event, LibraryEvent::Progress(_)) {
            listener.lock().unwrap().push(event.clone());
        }
    });
    for number in 0..30 {
        house.put(format!("usb/{number:02}.mp3"), &song(number));
    }
    scan(&house);
    told.lock().unwrap().clear();
    std::fs::rename(house.music(), house.music().with_extension("away")).unwrap();
    assert_eq!(scan(&house).mass_missing, Some(30));
    std::fs::create_dir(house.music()).unwrap();
    assert_eq!(scan(&house).mass_missing, Some(30));
    assert_eq!(house.library.catalog().count(), 30);
    assert_eq!(*told.lock().unwrap(), [LibraryEvent::MassMissing { missing: 30, known: 30 }], "told once");
    std::fs::remove_dir(house.music()).unwrap();
    std::fs::rename(house.music().with_extension("away"), house.music()).unwrap();
    assert_eq!(counts(&scan(&house)), [0, 0, 0, 0, 30]);
    for number in 0..10 {
        house.remove(&format!("usb/{number:02}.mp3"));
    }
    assert_eq!(scan(&house).mass_missing, Some(10));
    assert_eq!(house.library.catalog().count(), 30);
    let report = house.library.scan(true).unwrap();
    assert_eq!((report.removed, report.mass_missing), (10, None));
    assert_eq!(house.library.catalog().count(), 20);
}

#[test]
fn a_folder_moved_with_everything_in_it_is_no_loss() {
    let house = House::new();
    for number in 0..30 {
        house.put(format!("old/{number:02}.mp3"), &song(number));
    }
    scan(&house);
    let id = house.id("old/07.mp3");
    house.rename("old", "new/name");
    let report = scan(&house);
    assert_eq!((report.moved, report.mass_missing), (30, None));
    assert_eq!(house.id("new/name/07.mp3"), id);
}

#[test]
fn broken_files_are_listed_and_hurt_nobody() {
    use std::os::unix::ffi::OsStrExt;
    let house = House::new();
    house.put("good.mp3", &song(1));
    house.put("empty.mp3", b"");
    house.put("text.mp3", b"this is no music at all, whatever its name says");
    house.put("cut.flac", b"fLaC\0\0\0\x22\0\0");
    // A tag that claims to be longer than the file, before no audio.
    house.put("lying.mp3", b"ID3\x04\0\0\x7f\x7f\x7f\x7fTIT2");
    house.put(std::ffi::OsStr::from_bytes(b"\xff\xfe.mp3"), &song(2));
    let report = scan(&house);
    assert_eq!((report.added, report.unreadable_count), (2, 4), "{report:?}");
    assert_eq!(house.names().len(), 2);
    let again = scan(&house);
    assert_eq!((again.unchanged, again.unreadable_count), (2, 4));
    // The odd name is opened by its real bytes.
    let odd = house.id("\u{fffd}\u{fffd}.mp3");
    assert!(house.library.file(&odd).unwrap().is_some());
    // A good file that breaks is gone; one that heals is back.
    house.put("good.mp3", b"broken now");
    house.put("text.mp3", &song(1));
    let report = scan(&house);
    assert_eq!((report.moved, report.unreadable_count), (1, 4), "{report:?}");
    assert_eq!(house.id("text.mp3"), house.library.catalog().album_order().find(|id| **id != odd).unwrap().clone());
}

#[test]
fn covers_come_from_the_file_or_its_folder_in_any_size() {
    let house = House::new();
    let (small, large) = (png(100, 50), png(600, 300));
    house.put("in/1.mp3", &mp3(&Sample { number: 1, cover: &large, ..Sample::default() }));
    house.put("by/2.mp3", &song(2));
    house.put("by/Folder.PNG", &small);
    house.put("no/3.mp3", &song(3));
    house.put("odd/4.mp3", &mp3(&Sample { number: 4, cover: b"no picture", ..Sample::default() }));
    house.put("odd/cover.png", &small);
    scan(&house);
    let cover = |name: &str, size| house.library.cover(&house.id(name), size).unwrap();
    assert_eq!(&*cover("in/1.mp3", None).unwrap().bytes, large);
    assert_eq!(&*cover("by/2.mp3", None).unwrap().bytes, small);
    assert_eq!(&*cover("odd/4.mp3", None).unwrap().bytes, small);
    assert_eq!(cover("no/3.mp3", None), None);
    let shrunk = cover("in/1.mp3", Some(200)).unwrap();
    assert_eq!(shrunk.mime, "image/jpeg");
    let picture = image::load_from_memory(&shrunk.bytes).unwrap();
    assert_eq!((picture.width(), picture.height()), (256, 128));
    assert_eq!(house.library.cover_etag(&house.id("in/1.mp3"), Some(256)).unwrap(), Some(shrunk.etag.clone()));
    assert_ne!(cover("in/1.mp3", None).unwrap().etag, shrunk.etag);
    // New art in a folder is a new catalogue.
    let version = house.library.catalog().version();
    house.put("no/front.jpg", &small);
    scan(&house);
    assert!(house.library.catalog().version() > version);
    assert!(cover("no/3.mp3", Some(64)).is_some());
}

#[test]
fn albums_artists_and_genres_are_grouped_as_people_would() {
    let house = House::new();
    let put = |name: &str, number, artist, album, album_artist, year, genre| {
        let sample = Sample { number, artist, album, album_artist, year, genre, title: name, ..Sample::default() };
        house.put(name, &mp3(&sample));
    };
    put("z/CD1/1.mp3", 1, "Ada", "Twice", "", "2001", "Jazz");
    put("z/CD2/1.mp3", 2, "Ada", "Twice", "", "2001", "jazz");
    put("mix/1.mp3", 3, "Bo", "Summer", "", "1990", "Jazz");
    put("mix/2.mp3", 4, "Cy", "Summer", "", "1990", "Pop");
    put("bo/1.mp3", 5, "Bo feat. Ada", "Alone", "Bo", "1980", "");
    put("untagged/1.mp3", 6, "", "", "", "", "");
    put("root.mp3", 7, "", "", "", "", "");
    scan(&house);
    let catalog = house.library.catalog();
    let albums: Vec<_> = catalog
        .albums(0, 99)
        .map(|album| format!("{} / {} / {}", album.artist, album.title, album.track_count))
        .collect();
    let wanted = ["Ada / Twice / 2", "Bo / Alone / 1", "Unknown Artist / untagged / 1", "Various Artists / Summer / 2"];
    assert_eq!(albums, wanted);
    let artists: Vec<_> = catalog
        .artists(0, 99)
        .map(|artist| format!("{} {} {}", artist.name, artist.album_count, artist.track_count))
        .collect();
    assert_eq!(artists, ["Ada 1 2", "Bo 2 2", "Bo feat. Ada 1 1", "Cy 1 1"]);
    let genres: Vec<_> = catalog.genres().iter().map(|genre| format!("{} {}", genre.name, genre.track_count)).collect();
    assert_eq!(genres, ["Jazz 3", "Pop 1"]);
    let bo = catalog.artists(1, 1).next().unwrap().id;
    assert_eq!(catalog.artist(&bo).unwrap().albums.len(), 2);
    assert!(catalog.album("nonsense").is_none());
    let last = house.names().pop().unwrap();
    assert_eq!(last, "root.mp3", "tracks of no album come last");
}

#[test]
fn search_finds_words_prefixes_and_survives_anything() {
    let house = House::new();
    let put = |number, title, artist, album| {
        house.put(format!("{number}.mp3"), &mp3(&Sample { number, title, artist, album, ..Sample::default() }));
    };
    put(1, "Jóga", "Björk", "Homogenic");
    put(2, "Bachelorette", "Björk", "Homogenic");
    put(3, "Thunderstruck", "AC/DC", "The Razors Edge");
    scan(&house);
    let catalog = house.library.catalog();
    let found = |query: &str| {
        let found = house.library.search(&catalog, query, 10).unwrap();
        (found.tracks.len(), found.albums.len(), found.artists.len())
    };
    assert_eq!(found("joga"), (1, 0, 0));
    assert_eq!(found("BJORK"), (2, 1, 1));
    assert_eq!(found("bjork bach"), (1, 0, 0));
    assert_eq!(found("ac/dc thun"), (1, 0, 0));
    assert_eq!(found("homo"), (2, 1, 0));
    assert_eq!(found("b"), (2, 1, 1));
    assert_eq!(found("nothing like it"), (0, 0, 0));
    for odd in
        ["", "\"", "a\"b*", "NEAR(", "title:", "^", "-a", "{", "a AND", "OR", "\0", "'; --", "\u{301}", "(((", "*"]
    {
        let _ = found(odd);
    }
    house.remove("1.mp3");
    scan(&house);
    let catalog = house.library.catalog();
    assert!(house.library.search(&catalog, "joga", 10).unwrap().tracks.is_empty());
}

#[test]
fn a_restart_knows_everything_before_any_scan() {
    let house = House::new();
    house.put("a/1.mp3", &song(1));
    scan(&house);
    let before = house.library.catalog();
    let house = house.restart();
    let after = house.library.catalog();
    assert_eq!(before.etag(), after.etag());
    assert_eq!(serde_json::to_string(&before.index(0, 9)).unwrap(), serde_json::to_string(&after.index(0, 9)).unwrap());
}

#[test]
fn a_database_that_breaks_is_made_anew_with_the_same_ids() {
    let house = House::new();
    house.put("a/1.mp3", &song(1));
    scan(&house);
    let id = house.id("a/1.mp3");
    let db = house.library.settings().db_path.clone();
    let house = house.restart();
    drop(house.library.scan(false));
    std::fs::write(&db, vec![7; 8192]).unwrap();
    let house = house.restart();
    assert!(house.library.catalog().is_empty());
    scan(&house);
    assert_eq!(house.id("a/1.mp3"), id);
}

#[test]
fn changes_are_told_with_what_came_and_went() {
    let house = House::new();
    let told = Arc::new(Mutex::new(Vec::new()));
    let listener = Arc::clone(&told);
    house.library.listen(move |event| listener.lock().unwrap().push(event.clone()));
    house.put("1.mp3", &song(1));
    scan(&house);
    let one = house.id("1.mp3");
    house.remove("1.mp3");
    house.put("2.mp3", &song(2));
    scan(&house);
    scan(&house);
    let two = house.id("2.mp3");
    let told = told.lock().unwrap();
    let changes: Vec<_> = told.iter().filter(|event| !matches!(event, LibraryEvent::Progress(_))).collect();
    let wanted = [
        LibraryEvent::Changed { version: 1, count: 1, added: vec![one.clone()], removed: vec![] },
        LibraryEvent::Changed { version: 2, count: 1, added: vec![two], removed: vec![one] },
    ];
    assert_eq!(changes, wanted.iter().collect::<Vec<_>>());
}
