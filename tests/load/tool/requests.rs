//! Plain HTTP: small answers on many connections, a large file on one, and connections that only stay.

use super::Outcome;
use super::args::Args;
use super::board::quantile;
use super::http;
use super::proc::Server;
use rustix::event::{Timespec, epoll};
use serde_json::json;
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// Read at once of a large file.
const READ_BYTES: usize = 256 * 1024;

/// One connection that asks again as soon as it was answered.
struct Asker {
    socket: TcpStream,
    asked: Instant,
    got: usize,
}

/// `get addr= path= connections= secs=`: requests a second and how long each took.
pub fn many(args: &Args) -> Outcome {
    let (to, path, connections) = (args.address()?, args.text("path"), args.or("connections", 8)?);
    let (span, request) = (args.span()?, http::get(to, path, ""));
    let (whole, epoll) = (answer_length(args)?, epoll::create(epoll::CreateFlags::CLOEXEC)?);
    let mut askers = Vec::new();
    for nth in 0..connections {
        let mut socket = http::connect(to, nth)?;
        epoll::add(&epoll, &socket, epoll::EventData::new_u64(nth as u64), epoll::EventFlags::IN)?;
        socket.write_all(&request)?;
        askers.push(Asker { socket, asked: Instant::now(), got: 0 });
    }
    let (begun, mut times, mut part) = (Instant::now(), Vec::new(), vec![0; 64 * 1024]);
    let second = Timespec { tv_sec: 1, tv_nsec: 0 };
    let mut events: Vec<epoll::Event> = Vec::with_capacity(256);
    while begun.elapsed() < span {
        events.clear();
        epoll::wait(&epoll, rustix::buffer::spare_capacity(&mut events), Some(&second))?;
        for event in &events {
            let asker = &mut askers[event.data.u64() as usize];
            if asker.got == 0 {
                asker.got += first(&mut asker.socket, &mut part)?;
            } else {
                asker.got += asker.socket.read(&mut part)?;
            }
            if asker.got >= whole {
                let now = Instant::now();
                times.push(now - asker.asked);
                (asker.got, asker.asked) = (0, now);
                asker.socket.write_all(&request)?;
            }
        }
    }
    let per_second = times.len() as f64 / begun.elapsed().as_secs_f64();
    Ok(json!({
        "perSecond": per_second, "p50Ms": quantile(&mut times, 0.5), "p99Ms": quantile(&mut times, 0.99), "bytes": whole,
    }))
}

/// Reads the beginning of an answer, which must be a good one.
fn first(socket: &mut TcpStream, part: &mut [u8]) -> io::Result<usize> {
    let count = socket.read(part)?;
    if part[..count].starts_with(b"HTTP/1.1 200") {
        return Ok(count);
    }
    Err(io::Error::other(String::from_utf8_lossy(&part[..count.min(200)]).into_owned()))
}

/// Bytes of a whole answer, head and body. They are the same each time.
fn answer_length(args: &Args) -> Result<usize, Box<dyn std::error::Error>> {
    let to = args.address()?;
    let mut socket = http::connect(to, 0)?;
    socket.write_all(&http::get(to, args.text("path"), ""))?;
    let (head, _) = http::head(&mut socket)?;
    Ok(head.len() + http::length(&head).ok_or("the answer has no Content-Length")?)
}

/// `download addr= path= header= times=`: bytes a second of a file, on one connection.
pub fn download(args: &Args) -> Outcome {
    let (to, times) = (args.address()?, args.or("times", 5)?);
    let auth = args.text("token");
    let headers = if auth.is_empty() { String::new() } else { format!("Authorization: Bearer {auth}\r\n") };
    let (mut socket, mut part) = (http::connect(to, 0)?, vec![0; READ_BYTES]);
    let mut rates: Vec<f64> = Vec::new();
    for _ in 0..times {
        let begun = Instant::now();
        socket.write_all(&http::get(to, args.text("path"), &headers))?;
        let (head, rest) = http::head(&mut socket)?;
        let whole = http::length(&head).filter(|_| head.starts_with("HTTP/1.1 200")).ok_or(head)?;
        let mut got = rest.len();
        while got < whole {
            match socket.read(&mut part)? {
                0 => return Err("the file ended early".into()),
                count => got += count,
            }
        }
        rates.push(got as f64 / begun.elapsed().as_secs_f64() / 1e9);
    }
    rates.sort_by(f64::total_cmp);
    Ok(json!({"medianGBs": rates[rates.len() / 2], "bestGBs": rates.last()}))
}

/// `hold addr= path= n= pids=`: connections that were answered once and stay; what they cost the server.
pub fn hold(args: &Args) -> Outcome {
    let (to, count, server) = (args.address()?, args.or("n", 500)?, Server(args.list("pids")?));
    let (before, whole) = (server.picture(), answer_length(args)?);
    let (mut held, mut part) = (Vec::new(), vec![0; 64 * 1024]);
    for nth in 0..count {
        let mut socket = http::connect(to, nth)?;
        socket.write_all(&http::get(to, args.text("path"), ""))?;
        let mut got = first(&mut socket, &mut part)?;
        while got < whole {
            got += socket.read(&mut part)?;
        }
        held.push(socket);
    }
    // The server's threads have to come to rest in their next read.
    std::thread::sleep(Duration::from_millis(500));
    Ok(json!({"before": before, "with": server.picture()}))
}
