//! Radio over the real binary: what the page is told, and what a player hears.
//!
//! Music that is MP3 is made by ffmpeg; without it, those stories say so and pass.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::house::http::Ask;
use crate::house::{House, Phone, Setup, until};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// A player: it asked for titles, and keeps what it gets apart.
struct Player {
    socket: TcpStream,
    began: Instant,
    received: Vec<u8>,
    /// Each title, and how much sound came before it, bytes.
    titles: Vec<(String, usize)>,
    sound: Vec<u8>,
}

const METAINT: usize = 16_000;

impl Player {
    fn tune(house: &House, address: &str) -> Self {
        let mut socket = TcpStream::connect(house.door().address()).unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        socket.write_all(&Ask::get(address).field("Icy-MetaData", "1").bytes("127.0.0.1")).unwrap();
        let mut player =
            Self { socket, began: Instant::now(), received: Vec::new(), titles: Vec::new(), sound: Vec::new() };
        let end = loop {
            player.receive();
            if let Some(at) = player.received.windows(4).position(|four| four == b"\r\n\r\n") {
                break at + 4;
            }
        };
        let head: Vec<u8> = player.received.drain(..end).collect();
        let head = String::from_utf8(head).unwrap();
        assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
        assert!(head.contains("icy-metaint: 16000\r\n") && head.contains("Content-Type: audio/mpeg\r\n"), "{head}");
        player
    }

    fn receive(&mut self) {
        let mut piece = [0; 16 * 1024];
        let count = self.socket.read(&mut piece).unwrap();
        assert!(count > 0, "the stream ended after {:?}", self.began.elapsed());
        self.received.extend_from_slice(&piece[..count]);
    }

    fn need(&mut self, count: usize) -> Vec<u8> {
        while self.received.len() < count {
            self.receive();
        }
        self.received.drain(..count).collect()
    }

    /// The sound up to the next title's place, and the title if there is a new one.
    fn hear(&mut self) -> Option<String> {
        let sound = self.need(METAINT);
        self.sound.extend(sound);
        let length = usize::from(self.need(1)[0]) * 16;
        let text = String::from_utf8(self.need(length)).unwrap();
        let title = text.strip_prefix("StreamTitle='")?.split("';").next()?.to_owned();
        self.titles.push((title.clone(), self.sound.len()));
        Some(title)
    }
}

/// One second at 128 kbit/s.
const SECOND: usize = 16_000;

/// Makes a tone of `seconds` with a title; `false` without ffmpeg.
fn tone(file: &Path, seconds: u32, title: &str, pitch: u32) -> bool {
    let sound = format!("sine=frequency={pitch}:duration={seconds}:sample_rate=44100");
    let title = format!("title={title}");
    let mut command = Command::new("ffmpeg");
    command.args(["-v", "error", "-f", "lavfi", "-i", &sound, "-b:a", "128k"]);
    command.args(["-metadata", &title, "-metadata", "artist=Ada"]).arg(file);
    command.stdin(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// A house with MP3s of `seconds` and a FLAC as long; `None` without ffmpeg.
fn house(setup: Setup, seconds: u32, names: &[&str]) -> Option<House> {
    let mut house = House::closed(setup.tracks(0));
    for (pitch, name) in (3..).zip(names) {
        let stem = name.split('.').next().unwrap();
        if !tone(&house.music_dir().join(name), seconds, stem, 100 * pitch) {
            eprintln!("skipped: there is no ffmpeg to make music with");
            return None;
        }
    }
    house.start();
    until("the music is known", || {
        let index = house.local(Ask::get("/index")).json();
        (index.as_array()?.len() == names.len()).then_some(())
    });
    Some(house)
}

fn station(phone: &Phone, mode: &str) -> String {
    let made = phone.post("/radio/stations", &json!({"name": "Tower", "source": {"type": "all"}, "mode": mode})).ok();
    made["station"]["stationId"].as_str().unwrap().to_owned()
}

fn shown(phone: &Phone) -> Value {
    phone.get("/radio").ok()["stations"][0].clone()
}

/// How many threads of this name the server has.
fn threads(house: &House, name: &str) -> usize {
    let tasks = std::fs::read_dir(format!("/proc/{}/task", house.process().id())).unwrap();
    let named = tasks.filter_map(|task| std::fs::read_to_string(task.unwrap().path().join("comm")).ok());
    named.filter(|comm| comm.trim() == name).count()
}

#[test]
fn players_hear_what_the_page_shows_and_share_one_reader() {
    let Some(house) = house(Setup::default(), 5, &["one.mp3", "two.mp3", "three.flac"]) else { return };
    let phone = house.pair("phone");
    station(&phone, "queue");
    let address = shown(&phone)["stream"].as_str().unwrap().to_owned();
    let (mut one, mut other) = (Player::tune(&house, &address), Player::tune(&house, &address));
    let mut told = Vec::new();
    while one.began.elapsed() < Duration::from_secs(11) {
        if let Some(title) = one.hear() {
            let now = shown(&phone)["now"].clone();
            let named = |track: &Value| format!("{} - {}", track["artist"], track["title"]).replace('"', "");
            // Titles come with the sound, which is up to three seconds ahead.
            assert!([named(&now["track"]), named(&now["next"])].contains(&title), "{title}: {now}");
            told.push(title);
        }
    }
    let heard = one.sound.len() as f64 / SECOND as f64;
    assert!((10.0..20.0).contains(&heard), "11 s and three ahead, part of it at 192 kbit/s: {heard}");
    assert!(told.len() >= 3 && told.iter().any(|title| title == "Ada - three"), "the FLAC too: {told:?}");
    assert_eq!(one.sound[..2], [0xff, 0xfb], "it begins with a frame");
    assert_eq!((&shown(&phone)["listeners"]["streams"], threads(&house, "radio")), (&json!(2), 1));
    while other.titles.len() < 2 {
        other.hear();
    }
    assert!(told.contains(&other.titles[0].0) && other.sound.len() > SECOND, "{:?}", other.titles);
    drop((one, other));
    until("the reader goes with its last listener", || (threads(&house, "radio") == 0).then_some(()));
    assert_eq!(shown(&phone)["listeners"]["streams"], 0);
}

#[test]
fn without_ffmpeg_what_cannot_be_streamed_leaves_the_station_for_everybody() {
    let setup = Setup::default().path("/nowhere");
    let Some(house) = house(setup, 30, &["one.flac", "two.mp3", "three.flac"]) else { return };
    let phone = house.pair("phone");
    let id = station(&phone, "queue");
    let mut page = phone.socket("topics=radio");
    page.wait("sync:full");
    page.asks("t1", "radio/tune", &json!({"stationId": id}), None);
    assert_eq!(page.wait("radio:track_started")["data"]["now"]["track"]["title"], "one");
    let mut player = Player::tune(&house, shown(&phone)["stream"].as_str().unwrap());
    let dropped = page.wait("radio:dropped");
    assert_eq!(dropped["data"]["dropped"]["reason"], "needs-ffmpeg");
    assert_eq!(
        (&dropped["data"]["dropped"]["count"], &dropped["data"]["now"]["track"]["title"]),
        (&json!(2), &json!("two"))
    );
    assert_eq!(page.wait("radio:track_started")["data"]["now"]["track"]["title"], "two");
    assert_eq!(player.hear().unwrap(), "Ada - two");
    assert_eq!(shown(&phone)["dropped"], json!({"needsFfmpeg": 2, "unreadable": 0}));
    // A station of nothing else is left as it is, and the player is told why.
    let flacs =
        phone.post("/playlists", &json!({"name": "F", "trackIds": dropped["data"]["dropped"]["trackIds"]})).ok();
    let source = json!({"type": "playlist", "id": flacs["playlist"]["playlistId"]});
    phone.post("/radio/stations", &json!({"name": "F", "source": source, "mode": "queue"})).ok();
    let stations = phone.get("/radio").ok()["stations"].clone();
    let of_flacs = stations.as_array().unwrap().iter().find(|station| station["name"] == "F").unwrap();
    let refused = house.ask(Ask::get(of_flacs["stream"].as_str().unwrap()));
    assert!(refused.status == 503 && refused.text().contains("apt install ffmpeg"), "{}", refused.text());
    assert_eq!(of_flacs["trackCount"], 2);
}

#[test]
fn a_key_opens_one_station_until_another_is_made() {
    let house = House::open();
    let phone = house.pair("phone");
    let id = station(&phone, "shuffle");
    let (old, list) = (shown(&phone)["stream"].clone(), shown(&phone)["playlist"].clone());
    let (old, list) = (old.as_str().unwrap(), list.as_str().unwrap());
    for (target, status) in [
        (format!("/radio/{id}/stream"), 403),
        (format!("/radio/{id}/stream?key=0123"), 403),
        ("/radio/none/stream?key=0123".to_owned(), 403),
        (format!("/radio/{id}.m3u"), 401),
        (format!("/radio/{id}.m3u?key=0123"), 401),
    ] {
        house.ask(Ask::get(&target)).problem(status);
        assert_eq!(house.ask(Ask::head(&target)).status, status, "{target}");
    }
    let m3u = house.ask(Ask::get(list));
    assert_eq!((m3u.status, m3u.field("content-type")), (200, Some("audio/x-mpegurl; charset=utf-8")));
    assert!(m3u.text().starts_with("#EXTM3U\n#EXTINF:-1,Tower\nhttp://127.0.0.1:"), "{}", m3u.text());
    assert!(m3u.text().trim_end().ends_with(old), "{}", m3u.text());
    let pls = phone.get(&format!("/radio/{id}.pls"));
    assert!(pls.text().contains(&format!("{old}\nTitle1=Tower\n")), "{}", pls.text());
    let head = house.ask(Ask::head(old));
    assert_eq!((head.status, head.field("icy-name")), (200, Some("Tower")));
    let new = phone.post(&format!("/radio/{id}/key"), &json!({})).ok()["stream"].clone();
    house.ask(Ask::get(old)).problem(403);
    assert_eq!(house.ask(Ask::head(new.as_str().unwrap())).status, 200);
    let key = |address: &str| address.split("key=").nth(1).unwrap().to_owned();
    let remembered = [house.log(), house.export().to_string(), phone.get("/clients").text()].concat();
    assert!(!remembered.contains(&key(old)) && !remembered.contains(&key(new.as_str().unwrap())), "a key leaked");
}

#[test]
fn a_station_is_made_changed_skipped_and_survives_a_restart() {
    let mut house = House::open();
    let (phone, laptop) = (house.pair("phone"), house.pair("laptop"));
    let (mut one, mut other) = (phone.tab("p").socket(""), laptop.tab("l").socket(""));
    assert_eq!(one.wait("sync:full")["data"]["radio"], json!({"stations": []}));
    other.wait("sync:full");
    let definition = json!({"name": "Night", "source": {"type": "all"}, "mode": "shuffle",
                            "schedule": [{"from": "00:00", "to": "24:00"}]});
    let made = one.asks("c1", "radio/stations", &definition, None);
    assert_eq!(made["type"], "ack", "{made}");
    assert_eq!(one.asks("c1", "radio/stations", &definition, None)["seq"], made["seq"], "a retry makes no second one");
    let created = other.wait("radio:created")["data"]["station"].clone();
    let id = created["stationId"].as_str().unwrap();
    assert_eq!((&created["trackCount"], &created["lengthMs"]), (&json!(4), &json!(240_000)));
    other.asks("c1", "radio/change", &json!({"stationId": id, "name": "Nights", "schedule": null}), None);
    assert_eq!(one.wait("radio:changed")["data"]["station"]["name"], "Nights");
    let playing = created["now"]["track"]["trackId"].clone();
    let skip = |track: &Value| laptop.post(&format!("/radio/{id}/skip"), &json!({ "trackId": track }));
    let next = skip(&playing).ok()["now"].clone();
    assert_eq!(next["track"], created["now"]["next"]);
    skip(&playing).problem(409);
    assert_eq!(one.wait("radio:skipped")["data"]["skipped"], playing);
    let before = phone.get(&format!("/radio/{id}/now")).ok();
    house.restart();
    let after = phone.get(&format!("/radio/{id}/now")).ok();
    assert_eq!((&after["track"], &after["startedAt"]), (&before["track"], &before["startedAt"]));
    assert!(after["positionMs"].as_u64() > before["positionMs"].as_u64());
    let stream = shown(&phone)["stream"].clone();
    assert_eq!(house.ask(Ask::head(stream.as_str().unwrap())).status, 200, "the key is remembered");
    phone.ask(Ask::new("DELETE", &format!("/radio/stations/{id}"))).ok();
    phone.get(&format!("/radio/{id}/now")).problem(404);
    house.ask(Ask::get(stream.as_str().unwrap())).problem(403);
    for (definition, status) in [
        (json!({"name": "x", "source": {"type": "starred"}}), 422),
        (json!({"name": "x", "source": {"type": "album", "id": "none"}}), 422),
        (json!({"name": "", "source": {"type": "all"}}), 422),
        (json!({"name": "x", "source": {"type": "all"}, "schedule": [{"from": "1", "to": "2"}]}), 422),
        (json!({"name": "x"}), 422),
    ] {
        phone.post("/radio/stations", &definition).problem(status);
    }
}

#[test]
fn a_station_follows_its_source() {
    let house = House::open();
    let phone = house.pair("phone");
    let queue = house.queue();
    let list = phone.post("/playlists", &json!({"name": "Two", "trackIds": [queue[0], queue[1]]})).ok();
    let source = json!({"type": "playlist", "id": list["playlist"]["playlistId"]});
    let made = phone.post("/radio/stations", &json!({"name": "List", "source": source, "mode": "queue"})).ok();
    assert_eq!(made["station"]["trackCount"], 2);
    phone.post("/radio/stations", &json!({"name": "All", "source": {"type": "all"}, "mode": "queue"})).ok();
    let mut page = phone.socket("topics=radio");
    page.wait("sync:full");
    std::fs::write(house.music_dir().join("new.wav"), crate::house::music::wav(77, 30)).unwrap();
    phone.post("/scan", &json!({}));
    let changed = page.wait("radio:changed");
    let station = &changed["data"]["station"];
    assert_eq!((&station["name"], &station["trackCount"]), (&json!("All"), &json!(5)), "{changed}");
    assert_eq!(changed["origin"], Value::Null);
}
