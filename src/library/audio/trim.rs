//! Where tags that are glued to the front and the back of a file end: ID3v2 before, APE, Lyrics3 and ID3v1 behind.

use super::source::{Source, big_endian, little_endian};
use std::io;
use std::ops::Range;

/// Tags in a row that are believed, front or back.
const TAGS_MAX: usize = 8;
/// Bytes of an ID3v2 tag that are searched for a picture when its frames cannot be walked.
const SEARCHED_BYTES: usize = 64 * 1024;

/// What is left behind the ID3v2 tags.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Body {
    /// First byte that belongs to no ID3v2 tag.
    pub start: u64,
    /// Whether one of the tags holds a picture.
    pub picture: bool,
    /// Where the first picture's bytes are, as far as that is certain; they need not be read for the text.
    pub picture_bytes: Range<u64>,
}

/// Skips the ID3v2 tags at the front.
pub fn after_id3v2(source: &Source<'_>) -> io::Result<Body> {
    let mut body = Body::default();
    for _ in 0..TAGS_MAX {
        let Some(head) = source.exact::<10>(body.start)? else { break };
        let Some(size) = id3v2_size(&head) else { break };
        if let (false, Some(bytes)) = (body.picture, id3v2_picture(source, body.start, &head, size)?) {
            body.picture = true;
            body.picture_bytes = bytes;
        }
        let footer = if head[5] & 0x10 == 0 { 0 } else { 10 };
        body.start = body.start.saturating_add(10 + size + footer).min(source.len());
    }
    Ok(body)
}

/// Where the tags at the back begin, not before `start`.
pub fn before_trailers(source: &Source<'_>, start: u64) -> io::Result<u64> {
    let mut end = source.len();
    for _ in 0..TAGS_MAX {
        let shorter = one_trailer_less(source, end)?;
        if shorter == end || shorter < start {
            break;
        }
        end = shorter;
    }
    Ok(end)
}

fn one_trailer_less(source: &Source<'_>, end: u64) -> io::Result<u64> {
    if end >= 128 && source.exact::<3>(end - 128)? == Some(*b"TAG") {
        return Ok(end - 128);
    }
    if end >= 32
        && let Some(footer) = source.exact::<32>(end - 32)?
        && footer.starts_with(b"APETAGEX")
    {
        let header = if footer[23] & 0x80 == 0 { 0 } else { 32 };
        return Ok(end.saturating_sub(little_endian(&footer[12..16]) + header));
    }
    if end >= 15
        && let Some(footer) = source.exact::<15>(end - 15)?
        && footer.ends_with(b"LYRICS200")
        && let Some(size) = decimal(&footer[..6])
    {
        return Ok(end.saturating_sub(size + 15));
    }
    Ok(end)
}

fn decimal(digits: &[u8]) -> Option<u64> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}

/// The size behind the ten bytes of an ID3v2 header; `None` when it is none.
fn id3v2_size(head: &[u8; 10]) -> Option<u64> {
    let fits = head.starts_with(b"ID3") && head[3] != 0xff && head[6..].iter().all(|&byte| byte < 0x80);
    fits.then(|| synchsafe(&head[6..]))
}

fn synchsafe(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |sum, &byte| (sum << 7) | u64::from(byte & 0x7f))
}

/// Walks the frames of one tag for a picture, and says where its bytes are.
fn id3v2_picture(source: &Source<'_>, tag: u64, head: &[u8; 10], size: u64) -> io::Result<Option<Range<u64>>> {
    let version = head[3];
    let end = tag + 10 + size;
    if head[5] & 0x80 != 0 && version < 4 {
        return Ok(picture_by_search(source, tag + 10, size)?.then_some(0..0));
    }
    let mut at = tag + 10;
    if head[5] & 0x40 != 0 && version >= 3 {
        let Some(extended) = source.exact::<4>(at)? else { return Ok(None) };
        at += if version == 3 { big_endian(&extended) + 4 } else { synchsafe(&extended) };
    }
    // A tag has a few dozen frames; one that claims more is not worth the time.
    for _ in 0..1000 {
        let Some(frame) = source.exact::<10>(at)? else { break };
        if at + 6 >= end || frame[0] == 0 {
            break;
        }
        let (name, length) = match version {
            2 => (&frame[..3], 6 + big_endian(&frame[3..6])),
            3 => (&frame[..4], 10 + big_endian(&frame[4..8])),
            _ => (&frame[..4], 10 + synchsafe(&frame[4..8])),
        };
        if name == b"APIC" || name == b"PIC" {
            let header = if version == 2 { 6 } else { 10 };
            return Ok(Some(at + header..at.saturating_add(length).min(end).min(source.len())));
        }
        at = at.saturating_add(length);
    }
    Ok(None)
}

/// A tag that was made unsynchronised as a whole has frame sizes that mislead.
fn picture_by_search(source: &Source<'_>, start: u64, size: u64) -> io::Result<bool> {
    let mut buffer = vec![0; SEARCHED_BYTES.min(usize::try_from(size).unwrap_or(SEARCHED_BYTES))];
    let bytes = source.read(start, &mut buffer)?;
    Ok(bytes.windows(4).any(|four| four == b"APIC"))
}
