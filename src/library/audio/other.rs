//! Formats that no browser plays: they are listed, so their codec, payload and tags matter, their insides do not.

use super::source::Source;
use super::trim::{Body, before_trailers};
use super::{Audio, NotAudio};
use crate::library::codec::Codec;

const ASF: [u8; 4] = [0x30, 0x26, 0xb2, 0x75];

/// The codec that a file's first bytes name.
pub fn recognise(head: &[u8]) -> Option<Codec> {
    match head {
        [b'w', b'v', b'p', b'k', ..] => Some(Codec::WavPack),
        [b'M', b'A', b'C', b' ', ..] => Some(Codec::Ape),
        [b'M', b'P', b'+' | b'C', _, ..] => Some(Codec::Musepack),
        // ADTS: twelve sync bits, then layer 0, which MPEG audio never has.
        [0xff, second, ..] if second & 0xf6 == 0xf0 => Some(Codec::AacAdts),
        [a, b, c, d, ..] if [*a, *b, *c, *d] == ASF => Some(Codec::Wma),
        _ => None,
    }
}

/// Takes everything between the tags for payload.
pub fn examine(source: &Source<'_>, body: &Body, codec: Codec) -> Result<Audio, NotAudio> {
    let end = before_trailers(source, body.start)?;
    Ok(Audio { codec, start: body.start, end, checksum: None, duration_ms: None, picture: None, picture_bytes: 0..0 })
}
