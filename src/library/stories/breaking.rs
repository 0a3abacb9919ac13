//! Disks that go, files that break or lie, links that lead out.

use super::{counts, scan, song};
use crate::core::ids::TrackId;
use crate::library::samples::{House, Sample, mp3};
use crate::library::{Catalog, LibraryEvent};
use std::sync::{Arc, Mutex};

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
    let back = LibraryEvent::MassMissing { missing: 0, known: 30 };
    assert_eq!(told.lock().unwrap().pop(), Some(back), "whoever was asked is told that it is well again");
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
fn an_embedded_picture_beyond_all_bounds_costs_only_itself() {
    let house = House::new();
    let huge = vec![0xff; crate::limits::COVER_BYTES_MAX + 1000];
    house.put("1.mp3", &mp3(&Sample { number: 1, title: "Huge", cover: &huge, ..Sample::default() }));
    let report = scan(&house);
    assert_eq!((report.added, report.unreadable_count), (1, 0));
    let id = house.id("1.mp3");
    assert_eq!(house.library.catalog().track(&id).unwrap().tags.unwrap().title.as_deref(), Some("Huge"));
    assert!(!matches!(house.library.cover(&id, None), Ok(Some(_))));
}

#[test]
fn files_are_opened_by_id_and_only_inside() {
    use std::io::Read;
    let house = House::new();
    house.put("1.mp3", &song(1));
    scan(&house);
    let id = house.id("1.mp3");
    let (mut file, known) = house.library.open_file(&id).unwrap().unwrap();
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).unwrap();
    assert_eq!((bytes.len() as u64, known.mime), (known.size, "audio/mpeg"));
    assert!(house.library.file(&TrackId::new("nobody").unwrap()).unwrap().is_none());
    // Between two scans somebody puts a link in its place.
    let secret = house.music().with_extension("secret");
    std::fs::write(&secret, "secret").unwrap();
    house.remove("1.mp3");
    std::os::unix::fs::symlink(&secret, house.music().join("1.mp3")).unwrap();
    assert_eq!(house.library.file(&id).unwrap_err().kind(), std::io::ErrorKind::PermissionDenied);
    house.remove("1.mp3");
    assert_eq!(house.library.file(&id).unwrap_err().kind(), std::io::ErrorKind::NotFound);
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
fn a_number_beyond_all_bounds_takes_no_room() {
    let house = House::new();
    house.put("a/1.mp3", &song(1));
    scan(&house);
    let id = house.id("a/1.mp3");
    let db = rusqlite::Connection::open(&house.library.settings().db_path).unwrap();
    db.pragma_update(None, "foreign_keys", false).unwrap();
    let loaded = || crate::library::store::load::catalog(&db).unwrap();
    let told = |catalog: &Catalog| {
        let entry = catalog.track(&id).unwrap();
        let tags = entry.tags.unwrap();
        format!("{} {} {:?}", entry.file_name, tags.artist.unwrap_or_default(), tags.album)
    };
    let before = told(&loaded());
    for number in [-7, 1 << 28, u32::MAX.into(), 1 << 40, i64::MAX] {
        let everywhere = [
            ("row", "UPDATE tracks SET row = ?1"),
            ("text", "UPDATE tracks SET artist = ?1; UPDATE texts SET text_id = ?1 WHERE text = 'Ada'"),
            ("folder", "UPDATE tracks SET folder = ?1; UPDATE folders SET folder = ?1 WHERE path = CAST('a' AS BLOB)"),
        ];
        for (of, sql) in everywhere {
            db.execute_batch(&sql.replace("?1", &number.to_string())).unwrap();
            let catalog = loaded();
            assert_eq!(told(&catalog), before, "{of} {number}");
        }
        // A scan knows it again, and gives numbers to what is new.
        assert_eq!(counts(&scan(&house)), [0, 0, 0, 0, 1], "{number}");
    }
}

#[test]
fn what_speaks_of_a_number_that_is_not_there_is_left_out_or_has_no_name() {
    let house = House::new();
    house.put("a/1.mp3", &song(1));
    house.put("b/2.mp3", &song(2));
    scan(&house);
    let db = rusqlite::Connection::open(&house.library.settings().db_path).unwrap();
    db.execute_batch(
        "PRAGMA foreign_keys = OFF;
         UPDATE texts SET text_id = 4000000000 WHERE text = 'Ada'",
    )
    .unwrap();
    let catalog = crate::library::store::load::catalog(&db).unwrap();
    let artists: Vec<_> = catalog.index(0, 9).iter().map(|entry| entry.tags.unwrap().artist).collect();
    assert_eq!(artists, [None, None]);
    db.execute_batch("UPDATE folders SET folder = 4000000000 WHERE path = CAST('a' AS BLOB)").unwrap();
    let catalog = crate::library::store::load::catalog(&db).unwrap();
    let names: Vec<_> = catalog.index(0, 9).iter().map(|entry| entry.file_name).collect();
    assert_eq!(names, ["b/2.mp3"]);
}
