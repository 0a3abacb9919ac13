//! Reading the files of a scan: two threads at idle priority, results in the order of the files.
//!
//! The order matters: of two identical files the first one gets the plain id, whichever thread was faster.

use super::compare::Candidate;
use super::gate::Gate;
use crate::library::audio::{NotAudio, Source, examine};
use crate::library::ids::ContentId;
use crate::library::inside::open_inside;
use crate::library::store::Facts;
use crate::library::tags;
use crate::library::walk::Stamp;
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

/// Threads that read. One waits for the disk while the other computes; more only take from the players.
const READERS: usize = 2;
/// Results that a reader may be ahead.
const AHEAD_MAX: usize = 64;

/// What reading one file gave.
#[derive(Debug)]
pub enum Reading {
    /// It is a track.
    Track(ContentId, Box<Facts>),
    /// It is none, until it changes.
    Refused(String),
    /// The disk could not give it; what is known of it stays.
    Failed(String),
    /// It changed while it was read.
    Unsettled,
}

/// Reads `files` and calls `take` with each and what it gave, in their order. Ends early when the gate closes or
/// `take` fails.
///
/// # Errors
/// The first error of `take`.
pub fn read_all<E>(
    audio_dir: &Path,
    follow_links: bool,
    gate: &Gate,
    files: &[Candidate],
    mut take: impl FnMut(&Candidate, Reading) -> Result<(), E>,
) -> Result<(), E> {
    std::thread::scope(|scope| {
        let mut results: Vec<Receiver<Reading>> = Vec::new();
        for reader in 0..READERS.min(files.len()) {
            let (sender, receiver) = sync_channel(AHEAD_MAX);
            results.push(receiver);
            let work = move || read_every(audio_dir, follow_links, gate, files, reader, &sender);
            let thread = std::thread::Builder::new().name(format!("library-read-{reader}"));
            if let Err(error) = thread.spawn_scoped(scope, work) {
                log::warn!("library: cannot start a thread to read files ({error}); this scan ends here");
            }
        }
        for (index, file) in files.iter().enumerate() {
            // A sender that is gone means that the scan is to end.
            let Ok(reading) = results[index % READERS].recv() else { break };
            take(file, reading)?;
        }
        Ok(())
    })
}

/// Lets this thread run only when nobody else wants to; the kernel takes its disk priority from that too.
pub fn become_idle() {
    if let Err(error) = rustix::process::setpriority_process(None, 19) {
        log::debug!("library: the scan runs at normal priority ({error})");
    }
}

fn read_every(
    audio_dir: &Path,
    follow_links: bool,
    gate: &Gate,
    files: &[Candidate],
    reader: usize,
    sender: &SyncSender<Reading>,
) {
    become_idle();
    for file in files.iter().skip(reader).step_by(READERS) {
        if !gate.pass() || sender.send(read(audio_dir, follow_links, file)).is_err() {
            return;
        }
    }
}

fn read(audio_dir: &Path, follow_links: bool, candidate: &Candidate) -> Reading {
    match try_read(audio_dir, follow_links, candidate) {
        Ok(reading) => reading,
        Err(NotAudio::Io(error)) if error.kind() == std::io::ErrorKind::NotFound => Reading::Unsettled,
        Err(NotAudio::Io(error)) => Reading::Failed(NotAudio::Io(error).to_string()),
        Err(reason) => Reading::Refused(reason.to_string()),
    }
}

fn try_read(audio_dir: &Path, follow_links: bool, candidate: &Candidate) -> Result<Reading, NotAudio> {
    let (file, _) = open_inside(audio_dir, &candidate.place.path(), follow_links)?;
    let source = Source::new(&file, candidate.stamp.size);
    let audio = examine(&source)?;
    let content = ContentId::of(&source, &audio)?;
    let needs = tags::Needs {
        picture: audio.picture.is_none(),
        // Where `audio` knows the format it also knows the length, if the file says one at all.
        duration: audio.duration_ms.is_none() && audio.picture.is_none(),
        hole: audio.picture_bytes.clone(),
    };
    let reading = tags::read(&file, audio.codec, needs).unwrap_or_else(|error| {
        log::info!("library: {}: {error}", candidate.place.shown());
        tags::Reading::default()
    });
    if Stamp::of(&file.metadata()?) != candidate.stamp {
        return Ok(Reading::Unsettled);
    }
    let facts = Facts {
        codec: audio.codec,
        duration_ms: audio.duration_ms.or(reading.duration_ms),
        tags: reading.tags,
        picture: audio.picture.unwrap_or(reading.picture),
    };
    Ok(Reading::Track(content, Box::new(facts)))
}
