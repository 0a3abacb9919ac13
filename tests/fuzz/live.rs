//! What a client says: WebSocket frames, the JSON in them, the bodies of REST commands; and what a client makes of an answer.

use super::engine::pieces;
use hearken::client::{Message, Target};
use hearken::core::ids::{DeviceId, RoomId};
use hearken::core::topic::Topic;
use hearken::limits::{HAVE_DECLARED_MAX, WS_MESSAGE_BYTES_MAX};
use hearken::net::live::inbound::{Up, understand};
use hearken::net::live::ws;
use hearken::wire::args::Args;
use hearken::wire::{command, comparing, playback, playlists, plays, stars};
use serde_json::Value;
use std::collections::VecDeque;
use std::io::{ErrorKind, Read, Write};
use tungstenite::protocol::{Role, WebSocket};
use tungstenite::{Error, Message as Frame};

pub const WORDS: &[&str] = &[
    "\"",
    ",",
    ":",
    "{",
    "}",
    "[",
    "]",
    "null",
    "true",
    "-1",
    "1e999",
    "0.5",
    "\\u0000",
    "\\ud800",
    "\"type\":",
    "\"id\":\"k\"",
    "\"args\":",
    "\"trackId\":\"a\"",
    "\"trackIds\":[\"a\"]",
    "\"room\":\"house\"",
    "18446744073709551616",
    "\"name\":\"next\"",
];

/// Beside those of the session: what else has a name of its own, and one that has none.
const OTHERS: [&str; 19] = [
    "stars",
    "stars/undo",
    "playback",
    "playback/transfer",
    "playback/claim",
    "playback/merge",
    "playback/undo",
    "comparison/start",
    "comparison/verdict",
    "comparison/skip",
    "comparison/undo",
    "comparison/select",
    "plays",
    "playlists/add",
    "playlists/remove",
    "playlists/move",
    "playlists/create",
    "playlists/change",
    "x",
];

pub fn text_seeds() -> Vec<Vec<u8>> {
    [
        r#"{"type":"command","id":"k1","name":"queue/add","args":{"trackIds":["a","b"],"at":3},"ifMatchEvent":3}"#,
        r#"{"type":"time","t0":1.5}"#,
        r#"{"type":"join","room":"house"}"#,
        r#"{"type":"have","trackIds":["a","b-2"]}"#,
        r#"{"type":"progress","trackId":"a","fraction":0.5}"#,
        r#"{"type":"clock","offsetMs":-3.5,"rttMs":2,"errorMs":1}"#,
        r#"{"type":"position","trackId":"a","positionSec":12.5,"eventCount":3}"#,
        r#"{"type":"command","id":"k2","name":"stars","args":{"sentTs":1.5,"events":[{"mutationId":"m","ts":1,"eventType":"star_track","id":"a"}]}}"#,
    ]
    .map(Into::into)
    .into()
}

pub fn text(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    match understand(&text) {
        Err(wrong) => {
            assert!(
                wrong.detail.len() > 5 && wrong.detail.chars().count() < 2_000,
                "{} characters",
                wrong.detail.len()
            );
            assert!(wrong.id.is_none_or(|id| id.chars().count() <= 64));
        }
        Ok(Up::Command { id, name, args, .. }) => {
            assert!((1..=64).contains(&id.as_str().chars().count()));
            let plain: Value = serde_json::from_str(&text).expect("what was understood is JSON");
            assert_eq!(args, plain.get("args").cloned().unwrap_or_default(), "another reading of the arguments");
            commanded(&name, &args);
        }
        Ok(Up::Have { track_ids } | Up::Dropped { track_ids }) => assert!(track_ids.len() <= HAVE_DECLARED_MAX),
        Ok(Up::Time { t0 }) => assert!(t0.is_finite()),
        Ok(_) => {}
    }
}

/// Every command's reader gets them, whatever the name says.
fn commanded(name: &str, args: &Value) {
    for name in command::SESSION_COMMANDS.into_iter().chain(OTHERS).chain([name]) {
        let refused = [
            command::session(name, args, &RoomId::house(), 1).err(),
            stars::command(name, args).err(),
            playback::command(name, args, &DeviceId::local()).err(),
            comparing::command(name, args).err(),
            playlists::command(name, args).err(),
            plays::command(name, args).err(),
        ];
        for why in refused.into_iter().flatten() {
            assert!(why.to_string().chars().count() < 2_000, "a refusal is a sentence");
        }
    }
}

pub fn body_seeds() -> Vec<Vec<u8>> {
    [
        r#"{"positionSec":1.5}"#,
        r#"{"trackId":"a","to":3,"room":"house"}"#,
        r#"{"trackIds":["a","b"],"at":0}"#,
        r#"{"sentTs":1.5,"events":[{"mutationId":"m","ts":1.0,"eventType":"unstar_album","id":"a"}]}"#,
        r#"{"mode":"playing","trackId":"a","positionSec":3,"queue":["a"],"queueIndex":0}"#,
        r#"{"pairId":"p","winner":"tie"}"#,
        r#"{"source":{"type":"playlist","id":"x"},"mode":"top10"}"#,
        r#"{"name":"Mine","trackIds":["a"],"trackId":"a","playedMs":3000,"to":"D"}"#,
    ]
    .map(Into::into)
    .into()
}

pub fn body(bytes: &[u8]) {
    let Ok(Args(args)) = serde_json::from_slice::<Args>(bytes) else { return };
    assert_eq!(args, serde_json::from_slice::<Value>(bytes).expect("JSON"), "another reading");
    let printed = args.to_string();
    let Args(again) = serde_json::from_str(&printed).unwrap();
    assert!(is_alike(&again, &args), "written down it reads differently: {again}");
    commanded("x", &args);
}

/// The same, but for the last bit of a fraction: serde_json reads fast, not to the bit. No fraction decides anything that
/// must come out alike twice; times and places are whole milliseconds from here on.
fn is_alike(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) if one.is_f64() => {
            let (Some(one), Some(other)) = (one.as_f64(), other.as_f64()) else { return false };
            (one - other).abs() <= one.abs() * 1e-15 + f64::MIN_POSITIVE
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| is_alike(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            let is_in_other = |(key, one)| other.get(key).is_some_and(|other| is_alike(one, other));
            one.len() == other.len() && one.iter().all(is_in_other)
        }
        _ => one == other,
    }
}

pub fn frame_seeds() -> Vec<Vec<u8>> {
    let masked = |opcode: u8, payload: &[u8]| {
        let mut frame = vec![opcode];
        match payload.len() {
            length @ 0..126 => frame.push(0x80 | length as u8),
            length => frame.extend([&[0xfe][..], &(length as u16).to_be_bytes()].concat()),
        }
        frame.extend([1, 2, 3, 4]);
        frame.extend(payload.iter().zip([1, 2, 3, 4].into_iter().cycle()).map(|(byte, mask)| byte ^ mask));
        frame
    };
    let text = masked(0x81, br#"{"type":"leave"}"#);
    let (first, rest) = (masked(0x01, b"{\"type\":"), masked(0x80, b"\"leave\"}"));
    vec![
        [text.clone(), masked(0x89, b"ping"), text.clone()].concat(),
        [first, masked(0x8a, b""), rest, masked(0x88, &[3, 0xe8])].concat(),
        masked(0x82, &[0; 300]),
        masked(0x81, &vec![b' '; 60_000]),
        [text, vec![0x81, 0xff, 0, 0, 0, 0, 0, 1, 0, 1, 1, 2, 3, 4]].concat(),
    ]
}

pub fn frames(bytes: &[u8]) {
    let at_once = heard(vec![bytes]);
    assert_eq!(at_once, heard(pieces(bytes, 40)), "in pieces it is heard differently");
    for text in at_once.iter().filter_map(|one| one.strip_prefix("text ")) {
        super::live::text(text.as_bytes());
    }
}

/// What a server's socket hears, until it has enough or nothing more comes.
fn heard(sent: Vec<&[u8]>) -> Vec<String> {
    let wire = Canned(sent.into_iter().filter(|piece| !piece.is_empty()).map(<[u8]>::to_vec).collect());
    let mut socket = WebSocket::from_partially_read(wire, Vec::new(), Role::Server, Some(ws::bounds()));
    let mut heard = Vec::new();
    loop {
        match socket.read() {
            Ok(Frame::Text(text)) => {
                assert!(text.len() <= WS_MESSAGE_BYTES_MAX);
                heard.push(format!("text {text}"));
            }
            Ok(message) => {
                assert!(message.len() <= WS_MESSAGE_BYTES_MAX);
                heard.push(format!("{message:?}"));
            }
            Err(Error::Io(error)) if error.kind() == ErrorKind::WouldBlock => return heard,
            Err(error) => {
                heard.push(format!("{error:?}"));
                return heard;
            }
        }
    }
}

struct Canned(VecDeque<Vec<u8>>);

impl Read for Canned {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let Some(piece) = self.0.front_mut() else { return Err(ErrorKind::WouldBlock.into()) };
        let count = piece.len().min(into.len());
        into[..count].copy_from_slice(&piece[..count]);
        piece.drain(..count);
        if piece.is_empty() {
            self.0.pop_front();
        }
        Ok(count)
    }
}

impl Write for Canned {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

pub fn downward_seeds() -> Vec<Vec<u8>> {
    [
        r#"{"type":"ack","id":"k","eventCount":3,"seq":9,"result":{"data":{}}}"#,
        r#"{"type":"session:paused","data":{"positionSec":1},"ts":1.5,"seq":3,"topic":"session:house","eventCount":3,"origin":{"clientId":"D"}}"#,
        "http://[::1]:8642",
        "pi.local:80",
        "session:house",
    ]
    .map(Into::into)
    .into()
}

pub fn downward(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Ok(value) = serde_json::from_str(&text) {
        let message = Message(value);
        let _ =
            (message.kind(), message.topic(), message.seq(), message.event_count(), message.data(), message.origin());
    }
    if let Ok(target) = text.parse::<Target>() {
        assert_eq!(target.to_string().parse::<Target>().map(|again| again.to_string()), Ok(target.to_string()));
    }
    if let Ok(topic) = text.parse::<Topic>() {
        assert_eq!(topic.to_string().parse::<Topic>().unwrap(), topic);
    }
}
