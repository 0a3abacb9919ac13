//! Identity: which bytes make a track the same track.
//!
//! A `trackId` comes from the audio payload alone, so a file that is renamed, moved or tagged anew keeps its
//! stars, ratings and place in the queue. Twelve characters of base 32 hold 60 bits: in a library of 100,000
//! tracks two different ones share an id with a chance of one in 200 million. Files with the same payload share
//! the first twelve characters and differ by a suffix, which `scan::settle` gives and the store remembers.

use super::audio::{Audio, Source};
use super::codec::Codec;
use sha2::{Digest, Sha256};
use std::io;

/// Bytes hashed at the head, in the middle and at the tail of a payload.
const SAMPLE_BYTES: usize = 16 * 1024;
const PAGE_HEADER_BYTES_MAX: usize = 27 + 255;
const ID_CHARS: usize = 12;
/// Lower case without `l`, `o`, `u`, `i`: an id can be read out over a table.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// Copies of one payload that get ids: three characters of base 36.
pub const COPIES_MAX: u32 = 36 * 36 * 36 - 1;

/// The part of an id that comes from the audio: what all copies of a payload share.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContentId(String);

impl ContentId {
    /// Reads as much of the payload as identifies it: at most 48 KiB, nothing for FLAC that knows its checksum.
    ///
    /// # Errors
    /// What the disk says.
    pub fn of(source: &Source<'_>, audio: &Audio) -> io::Result<Self> {
        let mut hash = Sha256::new();
        match audio.checksum {
            Some(md5) => hash.update(md5),
            None => hash_payload(source, audio, &mut hash)?,
        }
        Ok(Self(base32(&hash.finalize())))
    }

    /// The id of the `copy`-th file with this payload, counted from 1.
    #[must_use]
    pub fn copy(&self, copy: u32) -> String {
        if copy <= 1 { self.0.clone() } else { format!("{}-{}", self.0, base36(copy)) }
    }

    /// Whether `id` is one of this payload's.
    #[must_use]
    pub fn covers(&self, id: &str) -> bool {
        id.strip_prefix(self.0.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    }

    /// The twelve characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The stable number of an album or artist, from what names it, without regard to case.
#[must_use]
pub fn name_id(parts: &[&str]) -> u64 {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.to_lowercase());
        hash.update([0]);
    }
    // 60 bits, as many as its text holds.
    first_bits(&hash.finalize()) & !0xf
}

/// A [`name_id`] as it stands on the wire.
#[must_use]
pub fn name_id_text(id: u64) -> String {
    base32(&id.to_be_bytes())
}

/// The [`name_id`] that a text from the wire stands for.
#[must_use]
pub fn name_id_from(text: &str) -> Option<u64> {
    let digit = |byte| ALPHABET.iter().position(|&known| known == byte).map(|digit| digit as u64);
    let fits = text.len() == ID_CHARS;
    let bits = text.bytes().try_fold(0u64, |sum, byte| Some((sum << 5) | digit(byte)?))?;
    fits.then_some(bits << 4)
}

fn hash_payload(source: &Source<'_>, audio: &Audio, hash: &mut Sha256) -> io::Result<()> {
    let length = audio.end.saturating_sub(audio.start);
    hash.update(length.to_be_bytes());
    let mut buffer = vec![0; 3 * SAMPLE_BYTES];
    let whole = usize::try_from(length).ok().filter(|&length| length <= buffer.len());
    if let Some(length) = whole {
        hash_sample(audio.codec, source.read(audio.start, &mut buffer[..length])?, hash);
        return Ok(());
    }
    let sample = &mut buffer[..SAMPLE_BYTES];
    for at in [audio.start, audio.start + length / 2, audio.end - SAMPLE_BYTES as u64] {
        hash_sample(audio.codec, source.read(at, sample)?, hash);
    }
    Ok(())
}

/// Longer comments in an Ogg file renumber the pages behind them, and each page header has a checksum over that:
/// there, only what is between the headers counts.
fn hash_sample(codec: Codec, bytes: &[u8], hash: &mut Sha256) {
    let paged = matches!(codec, Codec::Opus | Codec::Vorbis | Codec::OggFlac | Codec::OggOther);
    if !paged {
        hash.update(bytes);
        return;
    }
    // What stands before the first page may be the rest of a header that the sample's edge cut.
    let Some(first) = next_page(bytes) else {
        hash.update(bytes.get(PAGE_HEADER_BYTES_MAX..).unwrap_or_default());
        return;
    };
    let mut rest = &bytes[first..];
    while !rest.is_empty() {
        let header = rest.get(26).map_or(rest.len(), |&segments| 27 + usize::from(segments));
        let body = rest.get(header..).unwrap_or_default();
        let length = next_page(body).unwrap_or(body.len());
        hash.update(&body[..length]);
        rest = &body[length..];
    }
}

fn next_page(bytes: &[u8]) -> Option<usize> {
    bytes.windows(4).position(|four| four == b"OggS")
}

fn base32(digest: &[u8]) -> String {
    let bits = first_bits(digest);
    (0..ID_CHARS).map(|index| char::from(ALPHABET[(bits >> (59 - 5 * index)) as usize & 31])).collect()
}

fn first_bits(digest: &[u8]) -> u64 {
    digest.iter().take(8).fold(0, |sum, &byte| (sum << 8) | u64::from(byte))
}

fn base36(mut number: u32) -> String {
    let mut digits = Vec::new();
    while number > 0 {
        digits.push(char::from_digit(number % 36, 36).unwrap_or('0'));
        number /= 36;
    }
    digits.into_iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::ids::TrackId;

    #[test]
    fn every_copy_has_an_id_that_fits() {
        let content = ContentId(base32(&[7; 32]));
        for copy in [1, 2, 36, 1000, COPIES_MAX] {
            let id = content.copy(copy);
            assert!(TrackId::new(&id).is_ok(), "{id}");
            assert!(content.covers(&id));
        }
        assert_eq!(content.copy(2), format!("{}-2", content.as_str()));
        assert!(!content.covers("0123456789ab"));
        assert!(!content.covers(&format!("{}x", content.as_str())));
    }

    #[test]
    fn names_are_the_same_in_any_case() {
        assert_eq!(name_id(&["Björk", "Debut"]), name_id(&["BJÖRK", "debut"]));
        assert_ne!(name_id(&["a", "bc"]), name_id(&["ab", "c"]));
        let id = name_id(&["a"]);
        assert_eq!(name_id_from(&name_id_text(id)), Some(id));
        for bad in ["", "a", "iiiiiiiiiiii", "00000000000000000000000", "ü"] {
            assert_eq!(name_id_from(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn a_page_header_does_not_count() {
        let page = |serial: u8, body: &[u8]| {
            let mut page = b"OggS".to_vec();
            page.extend([0; 18]);
            page.extend([serial, 0, 0, 0, 1, u8::try_from(body.len()).unwrap()]);
            page.extend(body);
            page
        };
        let digest = |bytes: &[u8], codec| {
            let mut hash = Sha256::new();
            hash_sample(codec, bytes, &mut hash);
            hash.finalize()
        };
        let (one, two) = (page(1, b"abc"), page(2, b"abc"));
        assert_eq!(digest(&one, Codec::Opus), digest(&two, Codec::Opus));
        assert_ne!(digest(&one, Codec::Mp3), digest(&two, Codec::Mp3));
    }
}
