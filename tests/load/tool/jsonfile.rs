//! The peer of many small projects: the whole state in one JSON file, written anew for each event, synced and renamed.
//!
//! It is measured without a network and without encoding anything: what it could do at best.

use super::Outcome;
use super::args::Args;
use serde_json::json;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// `jsonfile dir= size= (secs= | count=)`: how many events a second.
pub fn run(args: &Args) -> Outcome {
    let (dir, size) = (PathBuf::from(args.text("dir")), args.or("size", 4096)?);
    let (count, span) = (args.or("count", u64::MAX)?, args.span()?);
    let mut state = vec![b' '; size];
    let (begun, mut done) = (Instant::now(), 0_u64);
    while done < count && (count < u64::MAX || begun.elapsed() < span) {
        done += 1;
        let event = format!("{{\"events\":{done}}}");
        state[..event.len()].copy_from_slice(event.as_bytes());
        rewrite(&dir, &state)?;
    }
    Ok(json!({"commands": done, "perSecond": done as f64 / begun.elapsed().as_secs_f64()}))
}

fn rewrite(dir: &Path, state: &[u8]) -> std::io::Result<()> {
    let (new, old) = (dir.join("state.json.new"), dir.join("state.json"));
    let mut file = File::create(&new)?;
    file.write_all(state)?;
    file.sync_all()?;
    fs::rename(&new, &old)?;
    // Without this the rename itself may be lost.
    File::open(dir)?.sync_all()
}
