//! FLAC: the metadata blocks before the first frame.

use super::source::{Source, big_endian, milliseconds};
use super::{Audio, NotAudio};
use crate::library::codec::Codec;

const STREAMINFO: u8 = 0;
const PICTURE: u8 = 6;
/// Metadata blocks that are believed; encoders write fewer than ten.
const BLOCKS_MAX: usize = 512;

/// Looks at a stream whose `fLaC` stands at `start`.
pub fn examine(source: &Source<'_>, start: u64) -> Result<Audio, NotAudio> {
    let mut audio = Audio {
        codec: Codec::Flac,
        start: start + 4,
        end: super::trim::before_trailers(source, start)?,
        checksum: None,
        duration_ms: None,
        picture: Some(false),
        picture_bytes: 0..0,
    };
    for _ in 0..BLOCKS_MAX {
        let Some(head) = source.exact::<4>(audio.start)? else {
            return Err(NotAudio::Malformed("the FLAC file ends within its header"));
        };
        match head[0] & 0x7f {
            STREAMINFO => read_streaminfo(source, &mut audio)?,
            PICTURE => audio.picture = Some(true),
            _ => {}
        }
        audio.start += 4 + big_endian(&head[1..]);
        if head[0] & 0x80 != 0 {
            return Ok(audio);
        }
    }
    Err(NotAudio::Malformed("the FLAC file has no end to its header"))
}

fn read_streaminfo(source: &Source<'_>, audio: &mut Audio) -> Result<(), NotAudio> {
    let Some(info) = source.exact::<34>(audio.start + 4)? else {
        return Err(NotAudio::Malformed("the FLAC file ends within its header"));
    };
    let sample_rate = big_endian(&info[10..13]) >> 4;
    let samples = big_endian(&info[13..18]) & 0x0f_ffff_ffff;
    audio.duration_ms = milliseconds(samples, sample_rate);
    let mut md5 = [0; 16];
    md5.copy_from_slice(&info[18..34]);
    // Some encoders leave it zero: then the frames are hashed as in every other format.
    audio.checksum = (md5 != [0; 16]).then_some(md5);
    Ok(())
}
