//! Commands that must be on the disk before anybody sees them; hearken's alone.

use super::Outcome;
use super::args::Args;
use super::board::{Board, quantile};
use super::crowd::Crowd;
use super::frames::{TEXT, frame};
use super::http;
use super::proc::Server;
use rustix::fs::fdatasync;
use serde_json::json;
use std::error::Error;
use std::fs::File;
use std::net::SocketAddr;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::time::{Duration, Instant};

/// An answer may take this long.
const PATIENCE: Duration = Duration::from_secs(10);
/// Bytes of the write that stands for "one fsync": a page of the log.
const PROBE_BYTES: usize = 1024;

/// `durable addr= tokens=A,B,... window= (secs= | count=)`: each device plays for itself and seeks; `window` commands of all
/// of them together are under way.
pub fn many(args: &Args) -> Outcome {
    let (to, tokens, window) = (args.address()?, args.list::<String>("tokens")?, args.or("window", 8)?);
    let (count, span, server) = (args.or("count", u64::MAX)?, args.span()?, Server(args.list("pids")?));
    let (mut crowd, mut board) = (Crowd::new()?, Board::new(1));
    for (nth, token) in tokens.iter().enumerate() {
        let (socket, heard) = watch(to, nth, token, &format!("d{nth}"), "playback")?;
        crowd.add(socket, heard, false)?;
    }
    crowd.settle(&mut board, Duration::from_millis(300))?;
    crowd.looked_for = b"\"type\":\"ack\"".to_vec();
    let run = crowd.now().as_nanos();
    for nth in 0..tokens.len() {
        let queue = "[\"t1\",\"t2\",\"t3\",\"t4\"]";
        let args = format!("{{\"mode\":\"playing\",\"trackId\":\"t1\",\"positionSec\":0,\"queue\":{queue}}}");
        crowd.say(nth, &command(&format!("{run:x}-first-{nth}"), "playback", &args, None))?;
    }
    wait(&mut crowd, &mut board, |crowd, _| crowd.found >= tokens.len() as u64)?;
    let (first, cpu, begun) = (crowd.found, server.cpu_ms(), crowd.now());
    let mut said = 0;
    while crowd.found - first < count && (count < u64::MAX || crowd.now() < begun + span) {
        while said < count && said - (crowd.found - first) < window {
            let args = format!("{{\"positionSec\":{}}}", said + 1);
            // As pages name their commands: a prefix for the tab, and a counter.
            let id = format!("{run:x}-{said}");
            crowd.say(said as usize % tokens.len(), &command(&id, "playback", &args, None))?;
            said += 1;
        }
        crowd.turn(&mut board, PATIENCE)?;
    }
    let (done, took) = (crowd.found - first, crowd.now() - begun);
    wait(&mut crowd, &mut board, |crowd, _| crowd.found - first >= said)?;
    let cpu = server.cpu_ms() - cpu;
    Ok(json!({"commands": done, "perSecond": done as f64 / took.as_secs_f64(), "cpuMs": cpu}))
}

/// `echo addr= token= (other= guard=) n= count= dir= pause=`: one command after the other, until all `n` receivers have its
/// event. Without `other` the receivers are tabs of the same device and it is about what that plays for itself; with it,
/// they are another device's and it is the room's session, which must be paused at version `guard`.
/// Between the commands, one write and sync of its own in `dir`.
pub fn echo(args: &Args) -> Outcome {
    let (to, token, other) = (args.address()?, args.text("token"), args.text("other"));
    let (receivers, count, mut guard) = (args.or("n", 1)?, args.or("count", 200)?, args.or("guard", 0)?);
    let pause = Duration::from_millis(args.or("pause", 0)?);
    let is_session = !other.is_empty();
    let (mut crowd, mut board) = (Crowd::new()?, Board::new(receivers));
    crowd.looked_for = b"\"type\":\"ack\"".to_vec();
    let topics = if is_session { "session" } else { "playback" };
    let (socket, heard) = watch(to, 0, token, "sender", topics)?;
    let sender = crowd.add(socket, heard, false)?;
    for nth in 0..receivers {
        let (socket, heard) = watch(to, nth, if is_session { other } else { token }, &format!("r{nth}"), topics)?;
        crowd.add(socket, heard, true)?;
    }
    crowd.settle(&mut board, Duration::from_millis(500))?;
    let run = crowd.now().as_nanos();
    if !is_session {
        let args = "{\"mode\":\"playing\",\"trackId\":\"t1\",\"positionSec\":0,\"queue\":[\"t1\",\"t2\"]}";
        crowd.say(sender, &command(&format!("{run:x}"), "playback", args, None))?;
        wait(&mut crowd, &mut board, |crowd, _| crowd.found == 1)?;
    }
    let name = if is_session { "seek" } else { "playback" };
    let (probe, mut syncs, mut acks) = (probe(args.text("dir"))?, Vec::new(), Vec::new());
    for nth in 0..count {
        let (number, found) = (board.next(), crowd.found);
        let args = format!("{{\"positionSec\":{number}}}");
        board.sent(crowd.now());
        let begun = Instant::now();
        crowd.say(sender, &command(&format!("{run:x}-{nth}"), name, &args, is_session.then_some(guard)))?;
        wait(&mut crowd, &mut board, |crowd, _| crowd.found > found)?;
        acks.push(begun.elapsed());
        wait(&mut crowd, &mut board, |_, board| board.under_way() == 0)?;
        guard = crowd.version;
        syncs.push(sync(&probe)?);
        crowd.settle(&mut board, pause)?;
    }
    let mut told = board.tell(count / 10);
    told["syncP50Ms"] = json!(quantile(&mut syncs, 0.5));
    told["ackP50Ms"] = json!(quantile(&mut acks, 0.5));
    Ok(told)
}

fn watch(
    to: SocketAddr,
    nth: usize,
    token: &str,
    tab: &str,
    topics: &str,
) -> std::io::Result<(std::net::TcpStream, Vec<u8>)> {
    let path = format!("/ws/sync?tab={tab}&topics={topics}");
    http::websocket(to, nth, &path, &format!("Authorization: Bearer {token}\r\n"))
}

fn command(id: &str, name: &str, args: &str, guard: Option<usize>) -> Vec<u8> {
    let guard = guard.map(|guard| format!(",\"ifMatchEvent\":{guard}")).unwrap_or_default();
    let text = format!("{{\"type\":\"command\",\"id\":\"{id}\",\"name\":\"{name}\",\"args\":{args}{guard}}}");
    frame(TEXT, text.as_bytes())
}

fn wait(crowd: &mut Crowd, board: &mut Board, until: impl Fn(&Crowd, &Board) -> bool) -> Result<(), Box<dyn Error>> {
    let patience = crowd.now() + PATIENCE;
    while !until(crowd, board) {
        if crowd.now() > patience {
            return Err("a command was not answered in time, or refused".into());
        }
        crowd.turn(board, Duration::from_millis(500))?;
    }
    Ok(())
}

/// A file whose size does not change, as that of a log that is kept.
fn probe(dir: &str) -> std::io::Result<File> {
    let path = Path::new(if dir.is_empty() { "." } else { dir }).join("probe");
    let file = File::options().create(true).truncate(false).write(true).open(path)?;
    file.write_all_at(&[1; PROBE_BYTES], 0)?;
    file.sync_all()?;
    Ok(file)
}

fn sync(probe: &File) -> std::io::Result<Duration> {
    let begun = Instant::now();
    probe.write_all_at(&[2; PROBE_BYTES], 0)?;
    fdatasync(probe)?;
    Ok(begun.elapsed())
}
