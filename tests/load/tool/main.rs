//! The load tool of `make bench`: what it does to hearken it does to its peers, byte for byte where the protocols allow.
//!
//! One subcommand per kind of load, arguments as `key=value`, one line of JSON as the answer. It decides nothing about
//! what is fast: tests/load/bench starts the servers, alternates them, and compares. A load that costs more than the
//! server it measures tells nothing, so one thread reads all sockets and looks for a marker instead of parsing.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a load that cannot run has failed

mod args;
mod board;
mod crowd;
mod door;
mod durable;
mod fanout;
mod frames;
mod http;
mod jsonfile;
mod proc;
mod requests;
mod tiny;

use args::Args;
use std::error::Error;

/// Whatever went wrong, to be told.
type Outcome = Result<serde_json::Value, Box<dyn Error>>;

const USAGE: &str =
    "load fanout|idle|durable|echo|jsonfile|get|download|hold|tiny-http key=value... (see tests/load/tool)";

fn main() -> Result<(), Box<dyn Error>> {
    let mut words = std::env::args().skip(1);
    let what = words.next().unwrap_or_default();
    let args = Args::read(words)?;
    let answer = match what.as_str() {
        "fanout" => fanout::run(&args),
        "idle" => fanout::idle(&args),
        "durable" => durable::many(&args),
        "echo" => durable::echo(&args),
        "jsonfile" => jsonfile::run(&args),
        "get" => requests::many(&args),
        "download" => requests::download(&args),
        "hold" => requests::hold(&args),
        "tiny-http" => tiny::serve(&args),
        _ => Err(USAGE.into()),
    }?;
    println!("{answer}");
    Ok(())
}
