//! MPEG audio: the first frame behind the tags, and what its VBR header says of the length.

use super::source::{Source, big_endian, milliseconds};
use super::trim::{Body, before_trailers};
use super::{Audio, NotAudio};
use crate::library::codec::Codec;

/// Junk between the tag and the first frame that is searched through, bytes.
const JUNK_BYTES_MAX: usize = 64 * 1024;

/// Looks for frames behind the ID3v2 tags.
pub fn examine(source: &Source<'_>, body: &Body) -> Result<Audio, NotAudio> {
    let end = before_trailers(source, body.start)?;
    let (start, frame) = first_frame(source, body.start, end)?;
    let codec = if frame.layer == 3 { Codec::Mp3 } else { Codec::Mp2 };
    let duration_ms = match frames_by_vbr_header(source, start, &frame)? {
        Some(frames) => milliseconds(frames.saturating_mul(frame.samples), frame.sample_rate),
        None => milliseconds((end - start).saturating_mul(8), frame.bits_per_second),
    };
    // An APE tag may hold a picture too; it is rare enough to be left to the tag reader.
    Ok(Audio {
        codec,
        start,
        end,
        checksum: None,
        duration_ms,
        picture: Some(body.picture),
        picture_bytes: body.picture_bytes.clone(),
    })
}

/// One frame header, decoded (ISO/IEC 11172-3, 2.4.1.3, and its extension to lower sample rates, 13818-3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame {
    /// 1, 2 or 3.
    pub layer: u8,
    /// Whether it is MPEG-1, not one of the lower sample rates.
    pub mpeg1: bool,
    /// Whether it has one channel.
    pub mono: bool,
    /// Bit rate of this frame.
    pub bits_per_second: u64,
    /// Samples a second.
    pub sample_rate: u64,
    /// Samples in this frame.
    pub samples: u64,
    /// Length of the frame with its header, bytes.
    pub bytes: u64,
}

impl Frame {
    /// Bytes between header and main data in layer III: where encoders put their notes.
    #[must_use]
    pub fn side_info_bytes(&self) -> usize {
        match (self.mpeg1, self.mono) {
            (true, false) => 32,
            (false, true) => 9,
            _ => 17,
        }
    }
}

fn first_frame(source: &Source<'_>, from: u64, end: u64) -> Result<(u64, Frame), NotAudio> {
    let mut offset = from;
    // Padding of zeros may be long; it is skipped without counting as junk.
    let mut buffer = vec![0; 4096];
    loop {
        let bytes = source.read(offset, &mut buffer)?;
        match bytes.iter().position(|&byte| byte != 0) {
            Some(zeros) => break offset += zeros as u64,
            None if bytes.is_empty() => return Err(NotAudio::Malformed("there is no audio in it")),
            None => offset += bytes.len() as u64,
        }
    }
    let bytes = source.read(offset, &mut buffer)?;
    if let Some(found) = search(source, offset, bytes, end)? {
        return Ok(found);
    }
    let mut wide = vec![0; JUNK_BYTES_MAX];
    let bytes = source.read(offset, &mut wide)?;
    search(source, offset, bytes, end)?.ok_or(NotAudio::Malformed("it holds no audio that is known here"))
}

/// The first frame in `bytes` that is followed by another one, or by the end.
fn search(source: &Source<'_>, offset: u64, bytes: &[u8], end: u64) -> Result<Option<(u64, Frame)>, NotAudio> {
    for (index, four) in bytes.windows(4).enumerate() {
        let Some(frame) = parse(four) else { continue };
        let at = offset + index as u64;
        let next = at + frame.bytes;
        let agrees = if next >= end {
            next == end
        } else {
            source
                .exact::<4>(next)?
                .and_then(|four| parse(&four))
                .is_some_and(|other| other.layer == frame.layer && other.sample_rate == frame.sample_rate)
        };
        if agrees {
            return Ok(Some((at, frame)));
        }
    }
    Ok(None)
}

/// Decodes a header; `None` if the four bytes are none, or of free format.
#[must_use]
pub fn parse(four: &[u8]) -> Option<Frame> {
    let word = u32::try_from(big_endian(four)).ok()?;
    if word >> 21 != 0x7ff {
        return None;
    }
    let mpeg1 = (word >> 19) & 3 == 3;
    let half = match (word >> 19) & 3 {
        0 => 4,
        2 => 2,
        3 => 1,
        _ => return None,
    };
    let layer = match (word >> 17) & 3 {
        1 => 3,
        2 => 2,
        3 => 1,
        _ => return None,
    };
    let kbits = kilobits(mpeg1, layer, (word >> 12) as usize & 15)?;
    let sample_rate = *[44100, 48000, 32000].get((word >> 10) as usize & 3)? / half;
    let samples = match (layer, mpeg1) {
        (1, _) => 384,
        (3, false) => 576,
        _ => 1152,
    };
    let padding = u64::from((word >> 9) & 1) * if layer == 1 { 4 } else { 1 };
    let bytes =
        if layer == 1 { 12_000 * kbits / sample_rate * 4 } else { samples * 125 * kbits / sample_rate } + padding;
    Some(Frame { layer, mpeg1, mono: (word >> 6) & 3 == 3, bits_per_second: kbits * 1000, sample_rate, samples, bytes })
}

fn kilobits(mpeg1: bool, layer: u8, index: usize) -> Option<u64> {
    const TABLE: [[u64; 14]; 5] = [
        [32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
        [32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
        [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
        [32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
        [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
    ];
    let row = match (mpeg1, layer) {
        (true, 1) => 0,
        (true, 2) => 1,
        (true, _) => 2,
        (false, 1) => 3,
        (false, _) => 4,
    };
    // Index 0 is "free format", which nobody writes and nothing here could measure.
    TABLE[row].get(index.checked_sub(1)?).copied()
}

/// The number of frames that a Xing, Info or VBRI header in the first frame names.
fn frames_by_vbr_header(source: &Source<'_>, start: u64, frame: &Frame) -> Result<Option<u64>, NotAudio> {
    if frame.layer != 3 {
        return Ok(None);
    }
    let side_info = frame.side_info_bytes() as u64;
    if let Some(xing) = source.exact::<12>(start + 4 + side_info)?
        && (xing.starts_with(b"Xing") || xing.starts_with(b"Info"))
        && xing[7] & 1 != 0
    {
        return Ok(Some(big_endian(&xing[8..])).filter(|&frames| frames > 0));
    }
    if let Some(vbri) = source.exact::<18>(start + 36)?
        && vbri.starts_with(b"VBRI")
    {
        return Ok(Some(big_endian(&vbri[14..])).filter(|&frames| frames > 0));
    }
    Ok(None)
}
