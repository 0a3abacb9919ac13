//! An appliance is upgraded, or goes back: what earlier versions stored is there, and what a newer one stored is left alone.
//!
//! tests/fixtures/stores holds a store of each schema that a household may have, as SQL text, each lived in a little. What
//! a step from one schema to the next must keep is tested where the steps are, in `log/schema.rs`.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::house::http::Ask;
use crate::house::{House, Phone, Setup, until};
use rusqlite::Connection;
use serde_json::{Value, json};
use std::path::Path;

/// The device that is paired in the fixtures.
const KITCHEN: (&str, &str) = ("652AE65DBE968D7D", "ac64a35b7cac38f9fb30c3d6162a4b3faf018043a9d9028894d3dfc599635a22");

/// A store of every schema that there was; a test below misses the newest if it is not here.
const STORES: [(i64, &str); 2] =
    [(1, include_str!("../fixtures/stores/schema-1.sql")), (2, include_str!("../fixtures/stores/schema-2.sql"))];

/// A house that was lived in with another version, not open yet.
fn inherited(sql: &str, and: &str) -> House {
    let house = House::closed(Setup::default().tracks(0));
    let db = Connection::open(house.state_dir().join("hearken.db")).unwrap();
    db.execute_batch(sql).unwrap();
    db.execute_batch(and).unwrap();
    drop(db);
    house
}

fn schema(store: &Path) -> i64 {
    Connection::open(store).unwrap().query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap()
}

fn as_it_was(phone: &Phone) {
    let of = |target: &str| phone.get(target).ok();
    let snapshot = of("/snapshot");
    assert_eq!(snapshot["queue"], json!(["40cjs9tgnp95", "kjem9387kcab", "3r4qvztbzryg"]));
    assert_eq!((&snapshot["playState"]["mode"], &snapshot["eventCount"]), (&json!("paused"), &json!(7)));
    let stars = of("/stars");
    assert_eq!((&stars["tracks"][0]["id"], &stars["albums"][0]["id"]), (&json!("kjem9387kcab"), &json!("al-1")));
    assert_eq!(of("/playlists")["playlists"][0]["count"], 2);
    assert_eq!(of("/radio")["stations"][0]["name"], "Jazz");
    let names = |list: &Value| list.as_array().unwrap().iter().map(|it| it["name"].clone()).collect::<Vec<_>>();
    assert_eq!(names(&of("/rooms")["rooms"]), ["Attic", "House"]);
    assert_eq!(names(&of("/profiles")["profiles"]), ["Home", "Anna"]);
    assert_eq!(of("/comparison")["progress"]["answered"], 2);
    assert_eq!(of("/plays")["counts"]["kjem9387kcab"], 1);
    assert_eq!(of("/clients")["clients"][0]["name"], "kitchen");
}

#[test]
fn what_earlier_versions_stored_is_there_and_goes_on() {
    let newest = i64::try_from(hearken::log::schema::STEPS.len()).unwrap();
    assert_eq!(
        STORES.last().unwrap().0,
        newest,
        "keep a store of the new schema too, see tests/fixtures/store_as_sql.py"
    );
    for (number, sql) in STORES {
        // From the stored state, and from the entries alone: both say the same.
        for and in ["", "DELETE FROM snapshots"] {
            let mut house = inherited(sql, and);
            house.start();
            let phone = Phone::new(house.door(), &json!({ "clientId": KITCHEN.0, "token": KITCHEN.1 }));
            as_it_was(&phone);
            assert_eq!(house.snapshot()["seq"], 21, "opening alone adds nothing");
            assert_eq!(phone.post("/rooms", &json!({ "name": "Cellar" })).status, 201);
            assert_eq!(house.local(Ask::get("/doctor")).ok()["findings"][1]["grade"], "ok");
            assert_eq!(house.stop(), Some(0));
            let store = house.state_dir().join("hearken.db");
            let copy = store.with_extension(format!("db.schema-{number}"));
            assert_eq!(schema(&store), newest);
            assert_eq!(copy.exists(), number < newest, "a copy as it was, where something had to be changed");
            house.start();
            assert_eq!(phone.get("/rooms").ok()["rooms"].as_array().unwrap().len(), 3);
        }
    }
}

#[test]
fn a_store_of_a_newer_version_is_told_of_and_not_touched() {
    let mut house = inherited(STORES[0].1, "PRAGMA user_version = 99");
    let store = house.state_dir().join("hearken.db");
    let before = std::fs::read(&store).unwrap();
    house.start();
    until("it says so", || {
        let log = house.log();
        log.lines().any(|line| line.starts_with("SCREAM") && line.contains("install the newer version")).then_some(())
    });
    let problem = house.local(Ask::post("/next").field("If-Match-Event", "0")).problem(500);
    assert!(problem["detail"].as_str().unwrap().contains("install the newer version"), "{problem}");
    assert_eq!(house.local(Ask::get("/index")).status, 200, "the music plays");
    let found = house.local(Ask::get("/doctor")).ok()["findings"].clone();
    let store_found = found.as_array().unwrap().iter().find(|finding| finding["check"] == "store").unwrap();
    assert!(store_found["detail"].as_str().unwrap().contains("schema 99"), "{store_found}");
    let advice = store_found["advice"].as_str().unwrap();
    assert!(!advice.contains("--restore"), "an older backup is not the remedy for a newer store: {advice}");
    assert_eq!(house.stop(), Some(0));
    assert!(std::fs::read(&store).unwrap() == before, "it was touched");
}
