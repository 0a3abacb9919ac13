//! WAV: RIFF chunks, the payload is `data`.

use super::source::{Source, little_endian, milliseconds};
use super::{Audio, NotAudio};
use crate::library::codec::Codec;

/// Chunks that are looked at before `data` must have come.
const CHUNKS_MAX: usize = 256;
const FORMAT_PCM: u64 = 1;
const FORMAT_FLOAT: u64 = 3;
const FORMAT_EXTENSIBLE: u64 = 0xfffe;

/// Looks at a file whose `RIFF` stands at `start`.
pub fn examine(source: &Source<'_>, start: u64) -> Result<Audio, NotAudio> {
    let mut at = start + 12;
    let mut codec = None;
    let mut bytes_per_second = 0;
    for _ in 0..CHUNKS_MAX {
        let Some(head) = source.exact::<8>(at)? else { break };
        let size = little_endian(&head[4..]);
        match &head[..4] {
            b"fmt " => {
                let Some(format) = source.exact::<26>(at + 8)? else { break };
                codec = Some(codec_of(&format));
                bytes_per_second = little_endian(&format[8..12]);
            }
            b"data" => {
                let codec = codec.ok_or(NotAudio::Malformed("the WAV file does not say how its samples are kept"))?;
                let begin = at + 8;
                // Recorders that cannot seek back leave the size at its maximum: then it reaches to the end.
                let end = begin.saturating_add(size).min(source.len());
                let duration_ms = milliseconds(end.saturating_sub(begin), bytes_per_second);
                return Ok(Audio {
                    codec,
                    start: begin,
                    end,
                    checksum: None,
                    duration_ms,
                    picture: None,
                    picture_bytes: 0..0,
                });
            }
            _ => {}
        }
        at = at.saturating_add(8 + size + (size & 1));
    }
    Err(NotAudio::Malformed("there are no samples in the WAV file"))
}

fn codec_of(format: &[u8; 26]) -> Codec {
    let tag = match little_endian(&format[..2]) {
        FORMAT_EXTENSIBLE => little_endian(&format[24..26]),
        tag => tag,
    };
    if tag == FORMAT_PCM || tag == FORMAT_FLOAT { Codec::Wav } else { Codec::WavOther }
}
