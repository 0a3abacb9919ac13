//! The bytes of tracks and covers, for the rooms that send them.

use super::audio;
use super::codec::Codec;
use super::cover::{self, Cover, CoverError};
use super::inside::open_inside;
use super::{Library, lock};
use crate::core::ids::TrackId;
use std::fs::File;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::time::SystemTime;

/// A track's file as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrackFile {
    /// Where it really lies, links resolved.
    pub path: PathBuf,
    /// Bytes.
    pub size: u64,
    /// Content type.
    pub mime: &'static str,
    /// Names these bytes; without quotes.
    pub etag: String,
    /// When it was last changed.
    pub modified: SystemTime,
}

/// Where in a track's file the sound is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Payload {
    /// What it is.
    pub codec: Codec,
    /// First byte of it; tags are before.
    pub start: u64,
    /// The byte behind it; tags are behind.
    pub end: u64,
}

impl Payload {
    /// Looks into an open file.
    ///
    /// # Errors
    /// What the disk says; `InvalidData` when there is no sound in it.
    pub fn of(file: &File) -> io::Result<Self> {
        let source = audio::Source::new(file, file.metadata()?.len());
        match audio::examine(&source) {
            Ok(found) => Ok(Self { codec: found.codec, start: found.start, end: found.end }),
            Err(audio::NotAudio::Io(error)) => Err(error),
            Err(malformed) => Err(io::Error::new(io::ErrorKind::InvalidData, malformed.to_string())),
        }
    }
}

impl Library {
    /// The file of a track; `None` when there is no such track.
    ///
    /// # Errors
    /// As [`Library::open_file`].
    pub fn file(&self, id: &TrackId) -> io::Result<Option<TrackFile>> {
        Ok(self.open_file(id)?.map(|(_, file)| file))
    }

    /// Opens the file of a track; `None` when there is no such track.
    ///
    /// # Errors
    /// `NotFound` when the file is gone since the last scan, `PermissionDenied` when it leads out of the music
    /// directory; else what the disk says.
    pub fn open_file(&self, id: &TrackId) -> io::Result<Option<(File, TrackFile)>> {
        let Some(track) = self.catalog().whereabouts(id) else { return Ok(None) };
        let settings = self.settings();
        let (file, path) = open_inside(&settings.audio_dir, &track.path, settings.follow_links)?;
        let metadata = file.metadata()?;
        let etag =
            format!("{:x}-{:x}-{:x}-{:x}", metadata.ino(), metadata.len(), metadata.mtime(), metadata.mtime_nsec());
        let modified = metadata.modified()?;
        let found = TrackFile { path, size: metadata.len(), mime: track.codec.mime(), etag, modified };
        Ok(Some((file, found)))
    }

    /// The etag of a track's cover in a size, without reading the picture; `None` when there is none.
    ///
    /// # Errors
    /// [`CoverError::Io`] when the file is gone or leads outside.
    pub fn cover_etag(&self, id: &TrackId, size: Option<u32>) -> Result<Option<String>, CoverError> {
        let Some(track) = self.catalog().whereabouts(id) else { return Ok(None) };
        let settings = self.settings();
        let found = cover::find(&settings.audio_dir, settings.follow_links, &track, size)?;
        Ok(found.map(|found| found.etag))
    }

    /// The cover of a track, its longer side `size` pixels rounded up to one of `limits::COVER_SIZES`, or as it
    /// is; `None` when there is none.
    ///
    /// # Errors
    /// [`CoverError`] when it is there and cannot be read.
    pub fn cover(&self, id: &TrackId, size: Option<u32>) -> Result<Option<Cover>, CoverError> {
        let Some(mut track) = self.catalog().whereabouts(id) else { return Ok(None) };
        let settings = self.settings();
        let Some(found) = cover::find(&settings.audio_dir, settings.follow_links, &track, size)? else {
            return Ok(None);
        };
        if let Some(cover) = lock(&self.inner.covers).get(&found.etag) {
            return Ok(Some(cover));
        }
        let _one_at_a_time = lock(&self.inner.shrinking);
        // Another thread may have made it while this one waited.
        if let Some(cover) = lock(&self.inner.covers).get(&found.etag) {
            return Ok(Some(cover));
        }
        let etag = found.etag.clone();
        let mut cover = found.read();
        if track.picture && track.art.is_some() && !matches!(cover, Ok(Some(_))) {
            // The embedded one is no picture: the folder's is better than none.
            track.picture = false;
            cover = match cover::find(&settings.audio_dir, settings.follow_links, &track, size)? {
                Some(found) => found.read(),
                None => Ok(None),
            };
        }
        let cover = cover?.map(|cover| Cover { etag, ..cover });
        if let (Some(cover), Some(_)) = (&cover, size) {
            lock(&self.inner.covers).put(cover);
        }
        Ok(cover)
    }
}
