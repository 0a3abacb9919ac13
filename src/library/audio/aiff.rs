//! AIFF and AIFF-C: big-endian chunks, the payload is `SSND`.

use super::source::{Source, big_endian, milliseconds};
use super::{Audio, NotAudio};
use crate::library::codec::Codec;

const CHUNKS_MAX: usize = 256;

/// Looks at a file whose `FORM` stands at `start`.
pub fn examine(source: &Source<'_>, start: u64) -> Result<Audio, NotAudio> {
    let mut at = start + 12;
    let mut audio = Audio {
        codec: Codec::Aiff,
        start: 0,
        end: 0,
        checksum: None,
        duration_ms: None,
        picture: None,
        picture_bytes: 0..0,
    };
    for _ in 0..CHUNKS_MAX {
        let Some(head) = source.exact::<8>(at)? else { break };
        let size = big_endian(&head[4..]);
        match &head[..4] {
            b"COMM" => {
                if let Some(common) = source.exact::<18>(at + 8)? {
                    audio.duration_ms = milliseconds(big_endian(&common[2..6]), whole_of_extended(&common[8..18]));
                }
            }
            b"SSND" => {
                audio.start = at + 8;
                audio.end = audio.start.saturating_add(size).min(source.len());
            }
            _ => {}
        }
        at = at.saturating_add(8 + size + (size & 1));
    }
    if audio.end == 0 {
        return Err(NotAudio::Malformed("there are no samples in the AIFF file"));
    }
    Ok(audio)
}

/// The whole part of an 80-bit float, as AIFF keeps its sample rate.
fn whole_of_extended(bytes: &[u8]) -> u64 {
    let exponent = (big_endian(&bytes[..2]) & 0x7fff).saturating_sub(16383);
    let mantissa = big_endian(&bytes[2..10]);
    if exponent > 63 { 0 } else { mantissa >> (63 - exponent) }
}
