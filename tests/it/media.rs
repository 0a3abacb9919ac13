//! The music itself: whole files and parts of them, covers, and nothing else of the disk.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::house::http::Ask;
use crate::house::music::wav;
use crate::house::{House, Phone};
use serde_json::json;

/// A house, a phone, and the address and bytes of its first file.
fn at_home() -> (House, Phone, String, Vec<u8>) {
    let house = House::open();
    let phone = house.pair("phone");
    let index = phone.get("/index").ok();
    let first = index.as_array().unwrap().iter().find(|track| track["fileName"] == "00000.wav").unwrap().clone();
    let target = format!("/file/{}", first["trackId"].as_str().unwrap());
    (house, phone, target, wav(0, 60))
}

#[test]
fn a_file_is_sent_whole_with_its_description() {
    let (_house, phone, target, bytes) = at_home();
    let answer = phone.get(&target);
    assert_eq!((answer.status, answer.body.len()), (200, bytes.len()));
    assert!(answer.body == bytes);
    assert_eq!(answer.field("content-type"), Some("audio/wav"));
    assert_eq!(answer.field("accept-ranges"), Some("bytes"));
    assert!(answer.field("etag").is_some_and(|tag| tag.starts_with('"')));
    assert!(answer.field("last-modified").is_some_and(|date| date.ends_with("GMT")));
    assert_eq!(answer.field("content-encoding"), None);
    let head = phone.ask(Ask::head(&target));
    assert_eq!((head.status, head.field("content-length")), (200, Some(bytes.len().to_string().as_str())));
    assert_eq!((head.field("etag"), head.body.len()), (answer.field("etag"), 0));
}

#[test]
fn parts_are_sent_as_asked() {
    let (_house, phone, target, bytes) = at_home();
    let size = bytes.len();
    for (range, status, part) in [
        ("bytes=0-0", 206, Some(0..1)),
        ("bytes=0-99", 206, Some(0..100)),
        ("bytes=100-", 206, Some(100..size)),
        ("bytes=-7", 206, Some(size - 7..size)),
        ("bytes=5-99999999999999999999", 206, Some(5..size)),
        ("bytes=-99999999999999999999", 206, Some(0..size)),
        ("bytes=99999999-", 416, None),
        ("bytes=-0", 416, None),
        ("bytes=7-3", 200, Some(0..size)),
        ("bytes=0-1,5-6", 200, Some(0..size)),
        ("bytes=a-b", 200, Some(0..size)),
        ("lines=1-2", 200, Some(0..size)),
        ("", 200, Some(0..size)),
    ] {
        let answer = phone.ask(Ask::get(&target).field("Range", range));
        assert_eq!(answer.status, status, "{range}");
        match part {
            Some(part) => {
                assert!(answer.body == bytes[part.clone()], "{range}");
                let told = format!("bytes {}-{}/{size}", part.start, part.end - 1);
                assert_eq!(answer.field("content-range"), (status == 206).then_some(told.as_str()), "{range}");
            }
            None => {
                answer.problem(416);
                assert_eq!(answer.field("content-range"), Some(format!("bytes */{size}").as_str()));
            }
        }
    }
}

#[test]
fn a_part_of_another_state_is_not_sent() {
    let (_house, phone, target, bytes) = at_home();
    let whole = phone.get(&target);
    let (tag, date) = (whole.field("etag").unwrap(), whole.field("last-modified").unwrap());
    for (condition, status) in [
        (tag, 206),
        (date, 206),
        ("\"other\"", 200),
        (&format!("W/{tag}"), 200),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 200),
        ("nonsense", 200),
    ] {
        let answer = phone.ask(Ask::get(&target).field("Range", "bytes=0-3").field("If-Range", condition));
        assert_eq!(answer.status, status, "{condition}");
        assert_eq!(answer.body.len(), if status == 206 { 4 } else { bytes.len() });
    }
}

#[test]
fn a_copy_that_is_still_good_is_not_sent_again() {
    let (_house, phone, target, _) = at_home();
    let whole = phone.get(&target);
    let tag = whole.field("etag").unwrap();
    for (name, value, status) in [
        ("If-None-Match", tag, 304),
        ("If-None-Match", "*", 304),
        ("If-None-Match", &format!("\"x\", W/{tag}"), 304),
        ("If-None-Match", "\"x\"", 200),
        ("If-Modified-Since", whole.field("last-modified").unwrap(), 304),
        ("If-Modified-Since", "Thu, 01 Jan 1970 00:00:00 GMT", 200),
    ] {
        let answer = phone.ask(Ask::get(&target).field(name, value));
        assert_eq!(answer.status, status, "{name}: {value}");
        assert_eq!(answer.body.is_empty(), status == 304);
        assert_eq!(answer.field("etag"), Some(tag));
    }
    let index = phone.get("/index");
    let tag = index.field("etag").unwrap();
    assert_eq!(phone.ask(Ask::get("/index").field("If-None-Match", tag)).status, 304);
    std::fs::write(_house.music_dir().join("more.wav"), wav(99, 1)).unwrap();
    phone.post("/scan", &json!({}));
    crate::house::until("it is another list", || {
        (phone.ask(Ask::get("/index").field("If-None-Match", tag)).status == 200).then_some(())
    });
}

#[test]
fn what_is_not_there_is_said_so() {
    let (house, phone, target, _) = at_home();
    phone.get("/file/nosuchtrack").problem(404);
    phone.get("/cover/nosuchtrack").problem(404);
    phone.get(&target.replace("file", "cover")).problem(404);
    phone.get("/albums/nosuch").problem(404);
    phone.get("/artists/nosuch").problem(404);
    for size in ["x", "-1", "1.5", ""] {
        phone.get(&format!("{}?size={size}", target.replace("file", "cover"))).problem(422);
    }
    std::fs::remove_file(house.music_dir().join("00000.wav")).unwrap();
    phone.get(&target).problem(404);
}

#[test]
fn a_cover_beside_the_music_is_shown() {
    let (house, phone, target, _) = at_home();
    let dir = house.music_dir().join("album");
    std::fs::create_dir(&dir).unwrap();
    std::fs::write(dir.join("song.wav"), wav(500, 2)).unwrap();
    std::fs::write(dir.join("cover.png"), TINY_PNG).unwrap();
    phone.post("/scan", &json!({}));
    let track = crate::house::until("it is found", || {
        let index = phone.get("/index").ok();
        index.as_array()?.iter().find(|track| track["fileName"].as_str().unwrap().ends_with("song.wav")).cloned()
    });
    let cover = format!("/cover/{}", track["trackId"].as_str().unwrap());
    let answer = phone.get(&cover);
    assert_eq!((answer.status, answer.field("content-type")), (200, Some("image/png")));
    let tag = answer.field("etag").unwrap();
    assert_eq!(phone.ask(Ask::get(&cover).field("If-None-Match", tag)).status, 304);
    for size in ["64", "0", "1", "99999999"] {
        let status = phone.get(&format!("{cover}?size={size}")).status;
        assert_eq!(status, 200, "{size}");
    }
    phone.get(&target.replace("file", "cover")).problem(404);
}

#[test]
fn no_path_leads_out_of_the_music() {
    let (house, phone, _, _) = at_home();
    let outside = house.state_dir().join("hearken.db");
    assert!(outside.exists());
    for target in [
        "/file/../state/hearken.db",
        "/file/..%2fstate%2fhearken.db",
        "/file/%2e%2e%2fstate%2fhearken.db",
        "/file/..%5cstate",
        "/file/%00",
        "/file/00000.wav",
        "/file//etc/passwd",
        "/file/",
        "/file/a/b",
        "/../../../../etc/passwd",
        "/..%2f..%2f..%2fetc%2fpasswd",
        "/static/../../etc/passwd",
        "//etc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/cover/..%2f..%2fx",
    ] {
        let answer = phone.get(target);
        assert!([400, 404].contains(&answer.status), "{target}: {} {}", answer.status, answer.text());
        answer.problem(answer.status);
    }
}

#[test]
fn links_that_lead_out_of_the_music_are_not_followed() {
    let (house, phone, _, _) = at_home();
    let secret = house.state_dir().join("secret.wav");
    std::fs::write(&secret, wav(9000, 3)).unwrap();
    std::os::unix::fs::symlink(&secret, house.music_dir().join("link.wav")).unwrap();
    std::os::unix::fs::symlink(house.state_dir(), house.music_dir().join("dir")).unwrap();
    std::os::unix::fs::symlink(house.music_dir(), house.music_dir().join("loop")).unwrap();
    std::fs::write(house.music_dir().join("marker.wav"), wav(9001, 1)).unwrap();
    phone.post("/scan", &json!({}));
    let index = crate::house::until("the scan is through", || {
        let index = phone.get("/index").ok();
        index.to_string().contains("marker.wav").then_some(index)
    });
    assert!(!index.to_string().contains("link.wav") && !index.to_string().contains("secret.wav"), "{index}");
    assert_eq!(index.as_array().unwrap().len(), 5);
}

#[test]
fn lists_are_cut_as_asked() {
    let (_house, phone, _, _) = at_home();
    let count = |query: &str| phone.get(&format!("/index?{query}")).ok().as_array().unwrap().len();
    let most = u64::MAX;
    for (query, expected) in [
        ("limit=2".to_owned(), 2),
        ("offset=3".into(), 1),
        ("offset=1&limit=2".into(), 2),
        ("offset=4".into(), 0),
        ("limit=0".into(), 0),
        (format!("offset={most}&limit={most}"), 0),
        (format!("offset=1&limit={most}"), 3),
    ] {
        assert_eq!(count(&query), expected, "{query}");
    }
    for list in ["albums", "artists"] {
        assert_eq!(phone.get(&format!("/{list}?offset={most}&limit={most}")).ok(), json!([]));
    }
    for query in ["offset=x", "limit=-1", "limit=99999999999999999999"] {
        phone.get(&format!("/index?{query}")).problem(422);
    }
}

#[test]
fn a_search_takes_anything_and_finds_what_there_is() {
    let (_house, phone, _, _) = at_home();
    for (query, tracks) in [
        ("", 0),
        ("00002", 1),
        ("%22", 0),
        ("a%20OR%20b", 0),
        ("%2A", 0),
        ("(", 0),
        ("NEAR(", 0),
        ("%00", 0),
        ("'", 0),
        ("-", 0),
    ] {
        let answer = phone.get(&format!("/search?q={query}"));
        let found = answer.ok();
        assert_eq!(found["tracks"].as_array().unwrap().len(), tracks, "{query}: {found}");
    }
    phone.get(&format!("/search?q={}", "x".repeat(5000))).ok();
    phone.get("/search?q=a&limit=x").problem(422);
}

/// One transparent pixel.
const TINY_PNG: &[u8] = &[
    0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, b'I', b'H', b'D', b'R', 0, 0, 0, 1, 0, 0, 0, 1, 8, 6,
    0, 0, 0, 0x1f, 0x15, 0xc4, 0x89, 0, 0, 0, 13, b'I', b'D', b'A', b'T', 0x78, 0x9c, 0x63, 0, 1, 0, 0, 5, 0, 1, 0x0d,
    0x0a, 0x2d, 0xb4, 0, 0, 0, 0, b'I', b'E', b'N', b'D', 0xae, 0x42, 0x60, 0x82,
];
