//! What may be wrong with a shelf of music: it is told, it costs nobody else anything, and nothing is forgotten because of it.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::house::disks::Disk;
use crate::house::http::Ask;
use crate::house::ws::Socket;
use crate::house::{House, Phone, Setup, music, until};
use serde_json::{Value, json};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::Command;
use std::time::Duration;

/// The index, once `fits` of it is so.
fn index(phone: &Phone, what: &str, fits: impl Fn(&[Value]) -> bool) -> Vec<Value> {
    until(what, || {
        let index = phone.get("/index").ok();
        index.as_array().filter(|index| fits(index)).cloned()
    })
}

fn song(number: u32) -> Vec<u8> {
    music::wav(number, 5)
}

/// An MP3 tag that holds a picture of so many bytes, and then no music.
fn tag_with_picture(bytes: usize) -> Vec<u8> {
    let synchsafe = |size: usize| [21, 14, 7, 0].map(|shift| u8::try_from(size >> shift & 0x7f).unwrap());
    let picture = [b"\0image/png\0\x03\0".to_vec(), vec![0x89; bytes]].concat();
    let frame = [b"APIC".to_vec(), synchsafe(picture.len()).to_vec(), vec![0, 0], picture].concat();
    [b"ID3\x04\0\0".to_vec(), synchsafe(frame.len()).to_vec(), frame].concat()
}

#[test]
fn a_shelf_with_everything_that_can_be_wrong_plays_what_is_right() {
    let house = House::open();
    let (phone, dir) = (house.pair("phone"), house.music_dir());
    std::fs::create_dir_all(dir.join("a/b")).unwrap();
    std::fs::create_dir(dir.join("folder.mp3")).unwrap();
    for (name, bytes) in [
        ("a/good.wav", song(50)),
        ("a/empty.mp3", vec![]),
        ("a/text.flac", b"no music at all".repeat(100)),
        ("a/cut.wav", song(51)[..30].to_vec()),
        ("a/lying.mp3", b"ID3\x04\0\0\x7f\x7f\x7f\x7fTIT2".to_vec()),
        ("a/huge-art.mp3", tag_with_picture(20 << 20)),
        ("a/zeros.ogg", vec![0; 100_000]),
    ] {
        std::fs::write(dir.join(name), bytes).unwrap();
    }
    let odd = dir.join("a").join(OsStr::from_bytes(b"caf\xe9 \xff.wav"));
    std::fs::write(&odd, song(52)).unwrap();
    symlink("..", dir.join("a/b/up")).unwrap();
    symlink(&dir, dir.join("a/b/all")).unwrap();
    symlink("me.mp3", dir.join("a/me.mp3")).unwrap();
    symlink("/dev/zero", dir.join("a/zero.mp3")).unwrap();
    symlink("/etc/passwd", dir.join("a/passwd.mp3")).unwrap();
    rustix::fs::mknodat(rustix::fs::CWD, dir.join("a/pipe.mp3"), rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
    std::fs::write(dir.join("a/forbidden.wav"), song(53)).unwrap();
    std::fs::set_permissions(dir.join("a/forbidden.wav"), PermissionsExt::from_mode(0o000)).unwrap();
    phone.post("/scan", &json!({}));

    let is_there = |index: &[Value], name: &str| {
        index.iter().any(|track| track["fileName"].as_str().is_some_and(|file| file.ends_with(name)))
    };
    let found = index(&phone, "what is right is found", |index| is_there(index, "good.wav") && index.len() >= 6);
    // Who may read everything, as root does, gets the forbidden one too.
    let names: Vec<&str> = found.iter().map(|track| track["fileName"].as_str().unwrap()).collect();
    let right = ["a/good.wav", "a/forbidden.wav", "a/caf\u{fffd} \u{fffd}.wav"];
    assert!(names.iter().all(|name| name.starts_with('0') || right.contains(name)), "{names:?}");
    for track in &found {
        let target = format!("/file/{}", track["trackId"].as_str().unwrap());
        assert_eq!(phone.get(&target).body.len() as u64, track["size"].as_u64().unwrap(), "{track}");
    }
    let odd_one = found.iter().find(|track| track["fileName"].as_str().unwrap().starts_with("a/caf")).unwrap();
    assert_eq!(phone.get(&format!("/file/{}", odd_one["trackId"].as_str().unwrap())).body, song(52));
    assert_eq!(phone.get("/search?q=caf").status, 200);
    until("commands go on", || (phone.command("/next", &json!({})).status == 200).then_some(()));
    assert!(!house.log().contains("panicked"));
}

#[test]
fn a_file_that_may_not_be_read_costs_only_itself() {
    let run = Command::new("setpriv").args(["--bounding-set=-dac_override,-dac_read_search", "true"]).status();
    if !run.is_ok_and(|status| status.success()) {
        println!("skipped: this needs root and setpriv");
        return;
    }
    let house = House::with(Setup::default().under(&["setpriv", "--bounding-set=-dac_override,-dac_read_search"]));
    let phone = house.pair("phone");
    let known = index(&phone, "all are known", |index| index.len() == 4);
    let (lost, kept) = (known[0]["trackId"].as_str().unwrap(), known[1]["trackId"].as_str().unwrap());
    let path = house.music_dir().join(known[0]["fileName"].as_str().unwrap());
    let hidden = house.music_dir().join("hidden");
    std::fs::create_dir(&hidden).unwrap();
    std::fs::write(hidden.join("1.wav"), song(60)).unwrap();
    index(&phone, "the new one is known", |index| index.len() == 5);
    for path in [&path, &hidden] {
        std::fs::set_permissions(path, PermissionsExt::from_mode(0o000)).unwrap();
    }
    let refused = phone.get(&format!("/file/{lost}"));
    assert!((400..600).contains(&refused.status), "{}", refused.status);
    refused.problem(refused.status);
    assert_eq!(phone.get(&format!("/file/{kept}")).status, 200);
    phone.post("/scan", &json!({}));
    std::fs::write(house.music_dir().join("new.wav"), song(61)).unwrap();
    let now = index(&phone, "the scan went on", |index| index.iter().any(|track| track["fileName"] == "new.wav"));
    assert_eq!(now.len(), 6, "what cannot be read for now is not gone: {now:?}");
    std::fs::set_permissions(&hidden, PermissionsExt::from_mode(0o755)).unwrap();
}

/// A house where somebody waits for a track, so that a scan of all its music creeps: a file in two seconds and reader.
fn creeping(house: &House, phone: &Phone) -> Socket {
    let ears = phone.listens(&[]);
    phone.does("/play", &json!({}));
    until("the scan waits", || {
        let touched = Command::new("sh").args(["-c", "touch *.wav"]).current_dir(house.music_dir()).status().unwrap();
        assert!(touched.success());
        phone.post("/scan", &json!({}));
        let is_reading = |_| {
            std::thread::sleep(Duration::from_millis(50));
            !niceness(house.process().id(), "library-read-").is_empty()
        };
        (0..12).all(is_reading).then_some(())
    });
    ears
}

#[test]
fn a_disk_pulled_out_in_the_middle_of_a_scan_takes_nothing_along() {
    let mut house = House::closed(Setup::default().tracks(0));
    let dir = house.music_dir();
    let Some(disk) = Disk::in_memory_at(64, &dir) else { return };
    let fill = || {
        (0..300).for_each(|number| std::fs::write(dir.join(format!("{number:05}.wav")), song(number)).unwrap());
    };
    fill();
    house.start();
    let phone = house.pair("phone");
    let known = index(&phone, "all are known", |index| index.len() == 300);
    until("they stand in the queue", || (house.queue().len() == 300).then_some(()));
    let two = [known[7]["trackId"].clone(), known[8]["trackId"].clone()];
    phone.does("/queue/set", &json!({ "trackIds": two }));
    let mut ears = creeping(&house, &phone);
    disk.pull();
    ears.say(&json!({ "type": "have", "trackIds": two }));
    ears.wait("barrier.release");
    let missing = until("the page is told, and asks", || {
        phone.post("/scan", &json!({}));
        std::thread::sleep(Duration::from_millis(100));
        ears.say(&json!({ "type": "time", "t0": 1 }));
        ears.wait("time");
        ears.told.iter().find(|message| message["type"] == "library:missing").cloned()
    });
    assert_eq!(missing["data"], json!({ "missing": 300, "known": 300 }));
    let warned = until("the doctor warns", || {
        phone.post("/scan", &json!({}));
        let findings = house.local(Ask::get("/doctor")).ok()["findings"].clone();
        let music = findings.as_array()?.iter().find(|finding| finding["check"] == "music")?.clone();
        (music["grade"] != "ok").then_some(music)
    });
    println!("{warned}");
    let said = house.type_here(&["scan"]);
    assert!(String::from_utf8_lossy(&said.stdout).contains("hearken scan --forget-missing"), "{said:?}");
    assert!(house.log().contains("hearken scan --forget-missing"));
    assert_eq!(phone.get("/index").ok().as_array().unwrap().len(), 300, "all are kept");
    let gone = phone.get(&format!("/file/{}", known[7]["trackId"].as_str().unwrap()));
    gone.problem(gone.status);
    assert_eq!(house.queue().len(), 2, "the queue is kept too");
    // It is put in again: the same music, the same ids.
    let Some(_again) = Disk::in_memory_at(64, &dir) else { return };
    fill();
    let said = house.type_here(&["scan"]);
    let said = String::from_utf8_lossy(&said.stdout).into_owned() + &String::from_utf8_lossy(&said.stderr);
    assert!(!said.contains("--forget-missing"), "{said}");
    until("it plays again", || {
        (phone.get(&format!("/file/{}", known[7]["trackId"].as_str()?)).status == 200).then_some(())
    });
    let back = index(&phone, "all are there", |index| index.len() == 300);
    let ids = |index: &[Value]| index.iter().map(|track| track["trackId"].clone()).collect::<Vec<_>>();
    assert_eq!(ids(&back), ids(&known));
    // Most of it is thrown away in earnest: kept until somebody says so.
    (0..200).for_each(|number| std::fs::remove_file(dir.join(format!("{number:05}.wav"))).unwrap());
    let said = house.type_here(&["scan"]);
    assert!(String::from_utf8_lossy(&said.stdout).contains("200 tracks are missing"), "{said:?}");
    assert_eq!(phone.get("/index").ok().as_array().unwrap().len(), 300);
    assert!(house.type_here(&["scan", "--forget-missing"]).status.success());
    index(&phone, "they are taken out", |index| index.len() == 100);
    drop(house);
}

#[test]
fn a_file_that_changes_under_a_download_costs_that_download_at_most() {
    let house = House::open();
    let phone = house.pair("phone");
    let path = house.music_dir().join("long.wav");
    let long = music::wav(77, 30_000);
    std::fs::write(&path, &long).unwrap();
    let found = index(&phone, "it is found", |index| index.len() == 5);
    let track = found.iter().find(|track| track["fileName"] == "long.wav").unwrap().clone();
    let ask =
        phone.sign(Ask::get(&format!("/file/{}", track["trackId"].as_str().unwrap()))).field("Connection", "close");
    let begun = || {
        let mut line = house.door().knock();
        line.say(ask.bytes("localhost"));
        assert_eq!(line.answer_head().unwrap().0, 200);
        line
    };
    // Replaced, as a well-behaved tagger does: who has begun gets to the end what was begun.
    let mut line = begun();
    let other = house.music_dir().join(".part");
    std::fs::write(&other, music::wav(78, 10)).unwrap();
    std::fs::rename(&other, &path).unwrap();
    assert!(line.rest() == long, "the bytes of before, to the last");
    // Cut short in place: the connection ends, so that nobody takes the part for the whole.
    std::fs::write(&path, &long).unwrap();
    let mut line = begun();
    std::fs::OpenOptions::new().write(true).open(&path).unwrap().set_len(1_000_000).unwrap();
    assert!(line.rest().len() < long.len());
    // Deleted: whoever has it open gets it, whoever comes is told.
    std::fs::write(&path, &long).unwrap();
    let mut line = begun();
    std::fs::remove_file(&path).unwrap();
    assert!(line.rest() == long);
    let gone = phone.ask(ask);
    gone.problem(gone.status);
    assert_eq!(phone.get(&format!("/file/{}", house.queue()[0])).status, 200);
}

/// The niceness of each thread whose name begins like this.
fn niceness(id: u32, name: &str) -> Vec<i64> {
    let tasks = std::fs::read_dir(format!("/proc/{id}/task")).unwrap().flatten();
    let stats = tasks.filter_map(|task| std::fs::read_to_string(task.path().join("stat")).ok());
    let named = stats.filter(|stat| stat.contains(&format!("({name}")));
    named.map(|stat| stat.rsplit(") ").next().unwrap().split(' ').nth(16).unwrap().parse().unwrap()).collect()
}

#[test]
fn a_scan_gives_way_to_the_music() {
    let house = House::with(Setup::default().tracks(300));
    let phone = house.pair("phone");
    let track = house.queue()[0].clone();
    let mut ears = creeping(&house, &phone);
    let nice = niceness(house.process().id(), "library-read-");
    assert!(nice.iter().all(|nice| *nice == 19), "{nice:?}");
    std::fs::write(house.music_dir().join("new.wav"), song(1_000)).unwrap();
    // Whoever waits for the disk gets it, and all else of the house goes on.
    assert_eq!(phone.get(&format!("/file/{track}")).status, 200);
    assert!(!niceness(house.process().id(), "library-read-").is_empty(), "the scan did not wait");
    ears.say(&json!({ "type": "have", "trackIds": [track] }));
    ears.wait("barrier.release");
    index(&phone, "then it goes on", |index| index.len() == 301);
}
