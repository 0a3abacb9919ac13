//! Files that move, are copied, swapped, tagged anew: which id they have afterwards.

use super::{counts, scan, song};
use crate::library::samples::{House, Sample, mp3};

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
