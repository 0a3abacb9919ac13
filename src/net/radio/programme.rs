//! From a track to its frames: read from the file if that is MP3, made by ffmpeg if it is not.

use super::ffmpeg::Run;
use super::frames::{Frames, Sound};
use super::ring::Ring;
use crate::core::ids::TrackId;
use crate::library::codec::Codec;
use crate::library::{Catalog, Library, Payload, TrackFile};
use std::fs::File;
use std::io::{self, ErrorKind, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;

/// Why there is no sound.
#[derive(Debug, thiserror::Error)]
pub enum NoSound {
    /// This file cannot be played; others may.
    #[error("{0}")]
    Unplayable(String),
    /// It is no MP3, and there is no ffmpeg.
    #[error("it is not MP3, and ffmpeg is not installed: `sudo apt install ffmpeg`")]
    NeedsFfmpeg,
    /// The music as a whole cannot be read: no file is to blame.
    #[error("the music cannot be read: {0}")]
    NoMusic(io::Error),
}

/// A track that is being read.
pub struct Item {
    frames: Frames<Box<dyn Read + Send>>,
    /// Whether a frame was ever found in it.
    pub sounds: bool,
}

/// What items are opened with.
#[derive(Clone, Copy)]
pub struct Opener<'a> {
    /// The music.
    pub library: &'a Library,
    /// The program, if there is one.
    pub ffmpeg: Option<&'a Path>,
}

impl Opener<'_> {
    /// Opens a track at a position.
    ///
    /// # Errors
    /// [`NoSound`].
    pub fn open(self, track: &TrackId, position_ms: u64, ring: &Arc<Ring>) -> Result<Item, NoSound> {
        let (mut file, found, payload) = self.look(track)?;
        let from: Box<dyn Read + Send> = match (payload.codec, self.ffmpeg) {
            (Codec::Mp3, _) => {
                file.seek(SeekFrom::Start(payload.start)).map_err(|error| self.blame(error))?;
                Box::new(file.take(payload.end - payload.start))
            }
            (_, None) => return Err(NoSound::NeedsFfmpeg),
            (_, Some(program)) => {
                let run = Run::start(program, &found.path, position_ms, ring);
                Box::new(run.map_err(|error| NoSound::Unplayable(format!("ffmpeg does not start: {error}")))?)
            }
        };
        let mut item = Item { frames: Frames::new(from), sounds: false };
        if payload.codec == Codec::Mp3 && position_ms > 0 {
            item.skip(position_ms);
        }
        Ok(item)
    }

    /// Whether the track could be opened when its time comes.
    ///
    /// # Errors
    /// [`NoSound`].
    pub fn judge(self, track: &TrackId) -> Result<(), NoSound> {
        let (_, _, payload) = self.look(track)?;
        if payload.codec == Codec::Mp3 || self.ffmpeg.is_some() { Ok(()) } else { Err(NoSound::NeedsFfmpeg) }
    }

    fn look(self, track: &TrackId) -> Result<(File, TrackFile, Payload), NoSound> {
        let gone = || NoSound::Unplayable("the library has it no more".into());
        let (file, found) = self.library.open_file(track).map_err(|error| self.blame(error))?.ok_or_else(gone)?;
        let payload = Payload::of(&file).map_err(|error| self.blame(error))?;
        Ok((file, found, payload))
    }

    /// Whether an error is the file's own, or the disk's: a disk that is gone must not cost a station all its tracks.
    fn blame(self, error: io::Error) -> NoSound {
        let own = matches!(error.kind(), ErrorKind::NotFound | ErrorKind::PermissionDenied | ErrorKind::InvalidData);
        let is_there = || {
            let entries = std::fs::read_dir(&self.library.settings().audio_dir);
            entries.is_ok_and(|mut entries| entries.next().is_some_and(|entry| entry.is_ok()))
        };
        if own && is_there() { NoSound::Unplayable(error.to_string()) } else { NoSound::NoMusic(error) }
    }
}

impl Item {
    /// Leaves out what sounds before `ms`. Returns how much was left out, nanoseconds; an error is met again by the
    /// next reading.
    pub fn skip(&mut self, ms: u64) -> u64 {
        let left_out = self.frames.skip(ms).unwrap_or(0);
        self.sounds |= left_out > 0;
        left_out
    }

    /// The next frame; `None` at the end.
    ///
    /// # Errors
    /// What the disk or the pipe says.
    pub fn next(&mut self) -> io::Result<Option<Sound>> {
        let sound = self.frames.next_sound()?;
        self.sounds |= sound.is_some();
        Ok(sound)
    }
}

/// What a track is called in a stream: `Artist - Title`, or the name of its file.
#[must_use]
pub fn title(catalog: &Catalog, track: &TrackId) -> Arc<str> {
    let Some(entry) = catalog.track(track) else { return "".into() };
    let file = entry.file_name.rsplit('/').next().unwrap_or_default();
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let tags = entry.tags.as_ref();
    let title = tags.and_then(|tags| tags.title.as_deref()).unwrap_or(stem);
    match tags.and_then(|tags| tags.artist.as_deref().or(tags.album_artist.as_deref())) {
        Some(artist) => format!("{artist} - {title}").into(),
        None => title.into(),
    }
}

/// Those of `tracks` that are no MP3.
#[must_use]
pub fn not_mp3<'a>(catalog: &Catalog, tracks: impl Iterator<Item = &'a TrackId>) -> Vec<TrackId> {
    let other = |id: &&TrackId| catalog.whereabouts(id).is_some_and(|track| track.codec != Codec::Mp3);
    tracks.filter(other).cloned().collect()
}
