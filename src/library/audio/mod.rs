//! What is in an audio file: its codec, how long it plays, and where the audio itself lies.
//!
//! Each container has a file here that walks its outermost structure and reads a few hundred bytes. Nothing is
//! decoded. Artist and title are read elsewhere (`tags`); what the payload means for identity stands in `ids`.
//! Every length field is taken as a claim: it is clamped to the file, and every walk is bounded.

mod aiff;
mod flac;
mod mp4;
pub mod mpeg;
mod ogg;
mod other;
mod source;
#[cfg(test)]
mod tests;
mod trim;
mod wav;

pub use source::Source;

use crate::library::codec::Codec;
use std::io;
use std::ops::Range;

/// What [`examine`] found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Audio {
    /// Container and codec.
    pub codec: Codec,
    /// Where the audio payload begins, bytes from the start of the file; tags are outside.
    pub start: u64,
    /// Where the audio payload ends.
    pub end: u64,
    /// The container's own checksum of the decoded audio, where it has one (FLAC).
    pub checksum: Option<[u8; 16]>,
    /// How long it plays, milliseconds; `None` when the file does not say.
    pub duration_ms: Option<u32>,
    /// Whether a picture is embedded; `None` where only the tag reader can say.
    pub picture: Option<bool>,
    /// Bytes of a picture that need not be read to read the text; empty where that is not known.
    pub picture_bytes: Range<u64>,
}

/// Why a file is no track.
#[derive(Debug, thiserror::Error)]
pub enum NotAudio {
    /// The disk could not give the bytes; worth another try.
    #[error("cannot be read: {0}; check the disk and the file's permissions")]
    Io(#[from] io::Error),
    /// The bytes are not what the name promises; stays so until the file changes.
    #[error("{0}; it is left out until it changes")]
    Malformed(&'static str),
}

/// Looks into a file that is named like audio.
///
/// # Errors
/// [`NotAudio`] when the disk fails or there is no audio in it.
pub fn examine(source: &Source<'_>) -> Result<Audio, NotAudio> {
    if source.is_empty() {
        return Err(NotAudio::Malformed("the file is empty"));
    }
    let body = trim::after_id3v2(source)?;
    let mut head = [0; 16];
    let head = source.read(body.start, &mut head)?;
    let audio = match head {
        [b'f', b'L', b'a', b'C', ..] => flac::examine(source, body.start)?,
        [b'O', b'g', b'g', b'S', ..] => ogg::examine(source, body.start)?,
        [b'R', b'I' | b'F', b'F' | b'6', b'F' | b'4', _, _, _, _, b'W', b'A', b'V', b'E', ..] => {
            wav::examine(source, body.start)?
        }
        [b'F', b'O', b'R', b'M', _, _, _, _, b'A', b'I', b'F', b'F' | b'C', ..] => aiff::examine(source, body.start)?,
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => mp4::examine(source)?,
        _ => match other::recognise(head) {
            Some(codec) => other::examine(source, &body, codec)?,
            None => mpeg::examine(source, &body)?,
        },
    };
    if audio.end <= audio.start {
        return Err(NotAudio::Malformed("there is no audio in it"));
    }
    Ok(audio)
}
