//! What the house is told, and what a restart knows.

use super::{scan, song};
use crate::library::samples::House;
use crate::library::{LibraryEvent, Progress};
use std::sync::{Arc, Mutex};

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

#[test]
fn a_new_library_is_shown_while_it_is_scanned() {
    let house = House::new();
    let told = Arc::new(Mutex::new(Vec::new()));
    let listener = Arc::clone(&told);
    house.library.listen(move |event| listener.lock().unwrap().push(event.clone()));
    for number in 0..700 {
        house.put(format!("{number}.mp3"), &song(number));
    }
    assert_eq!(scan(&house).added, 700);
    let told = told.lock().unwrap();
    let counts: Vec<_> = told
        .iter()
        .filter_map(|event| match event {
            LibraryEvent::Changed { count, added, .. } => Some((*count, added.len())),
            _ => None,
        })
        .collect();
    assert_eq!(counts, [(500, 500), (700, 200)]);
    let progress: Vec<_> = told.iter().filter(|event| matches!(event, LibraryEvent::Progress(_))).collect();
    assert_eq!(*progress[0], LibraryEvent::Progress(Progress { done: 0, total: 700 }));
    assert_eq!(*progress[progress.len() - 1], LibraryEvent::Progress(Progress { done: 700, total: 700 }));
}
