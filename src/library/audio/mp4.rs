//! MP4: nested boxes; `moov` says what is in it, the payload is the largest `mdat`.

use super::source::{Source, big_endian, milliseconds};
use super::{Audio, NotAudio};
use crate::library::codec::Codec;

/// Boxes that are looked at on one level.
const BOXES_MAX: usize = 4096;
/// Bytes of a sample description that are searched for the AAC header.
const DESCRIPTION_BYTES: usize = 512;

/// A box's content, without its header.
#[derive(Clone, Copy, Debug)]
struct Span {
    start: u64,
    end: u64,
}

/// Looks at a file that begins with `ftyp`.
pub fn examine(source: &Source<'_>) -> Result<Audio, NotAudio> {
    let whole = Span { start: 0, end: source.len() };
    let mut moov = None;
    let mut mdat: Option<Span> = None;
    each(source, whole, |name, span| {
        match name {
            b"moov" => moov = Some(span),
            b"mdat" if mdat.is_none_or(|old| span.end - span.start > old.end - old.start) => mdat = Some(span),
            _ => {}
        }
        Ok(())
    })?;
    let moov = moov.ok_or(NotAudio::Malformed("the MP4 file has no index (moov); it may be cut short"))?;
    let mdat = mdat.ok_or(NotAudio::Malformed("there is no audio in the MP4 file"))?;
    let Some(sound) = sound_track(source, moov)? else {
        return Err(NotAudio::Malformed("the MP4 file has no sound track"));
    };
    let length = match child(source, moov, b"mvhd")? {
        Some(header) => duration_ms(source, header)?,
        None => None,
    };
    let length = match (length, child(source, sound, b"mdhd")?) {
        (None, Some(header)) => duration_ms(source, header)?,
        (length, _) => length,
    };
    Ok(Audio {
        codec: codec(source, sound)?,
        start: mdat.start,
        end: mdat.end,
        checksum: None,
        duration_ms: length,
        picture: Some(has_picture(source, moov)?),
        picture_bytes: 0..0,
    })
}

/// Calls `visit` with the name and content of each box in `within`.
fn each(
    source: &Source<'_>,
    within: Span,
    mut visit: impl FnMut(&[u8], Span) -> Result<(), NotAudio>,
) -> Result<(), NotAudio> {
    let mut at = within.start;
    for _ in 0..BOXES_MAX {
        if at.saturating_add(8) > within.end {
            break;
        }
        let Some(head) = source.exact::<8>(at)? else { break };
        let (header, size) = match big_endian(&head[..4]) {
            0 => (8, within.end - at),
            1 => (16, source.exact::<8>(at + 8)?.map_or(0, |long| big_endian(&long))),
            size => (8, size),
        };
        if size < header {
            break;
        }
        let end = at.saturating_add(size).min(within.end);
        visit(&head[4..], Span { start: at + header, end })?;
        at = end;
    }
    Ok(())
}

fn child(source: &Source<'_>, within: Span, wanted: &[u8; 4]) -> Result<Option<Span>, NotAudio> {
    let mut found = None;
    each(source, within, |name, span| {
        if name == wanted && found.is_none() {
            found = Some(span);
        }
        Ok(())
    })?;
    Ok(found)
}

fn descend(source: &Source<'_>, from: Span, path: &[&[u8; 4]]) -> Result<Option<Span>, NotAudio> {
    let mut span = from;
    for name in path {
        match child(source, span, name)? {
            Some(inner) => span = inner,
            None => return Ok(None),
        }
    }
    Ok(Some(span))
}

/// The media of the first sound track.
fn sound_track(source: &Source<'_>, moov: Span) -> Result<Option<Span>, NotAudio> {
    let mut sound = None;
    each(source, moov, |name, track| {
        if name != b"trak" {
            return Ok(());
        }
        let Some(media) = child(source, track, b"mdia")? else { return Ok(()) };
        let Some(handler) = child(source, media, b"hdlr")? else { return Ok(()) };
        if sound.is_none() && source.exact::<4>(handler.start + 8)?.as_ref() == Some(b"soun") {
            sound = Some(media);
        }
        Ok(())
    })?;
    Ok(sound)
}

/// The duration in an `mvhd` or `mdhd`, whose first fields agree.
fn duration_ms(source: &Source<'_>, header: Span) -> Result<Option<u32>, NotAudio> {
    let Some(bytes) = source.exact::<32>(header.start)? else { return Ok(None) };
    let (per_second, count) = if bytes[0] == 1 {
        (big_endian(&bytes[20..24]), big_endian(&bytes[24..32]))
    } else {
        (big_endian(&bytes[12..16]), big_endian(&bytes[16..20]))
    };
    Ok(milliseconds(count, per_second))
}

fn codec(source: &Source<'_>, media: Span) -> Result<Codec, NotAudio> {
    let Some(table) = descend(source, media, &[b"minf", b"stbl", b"stsd"])? else { return Ok(Codec::Mp4Other) };
    let mut buffer = [0; DESCRIPTION_BYTES];
    let entry = source.read(table.start + 8, &mut buffer)?;
    Ok(match entry.get(4..8) {
        Some(b"alac") => Codec::Alac,
        Some(b"mp4a") if object_type(entry).is_none_or(is_aac) => Codec::AacMp4,
        _ => Codec::Mp4Other,
    })
}

fn is_aac(object_type: u8) -> bool {
    matches!(object_type, 0x40 | 0x66..=0x68)
}

/// What an `mp4a` description says it really holds.
fn object_type(entry: &[u8]) -> Option<u8> {
    let esds = entry.windows(4).position(|four| four == b"esds")?;
    let mut rest = entry.get(esds + 8..)?;
    rest = descriptor(rest, 3)?;
    let flags = *rest.get(2)?;
    let mut skip = 3;
    if flags & 0x80 != 0 {
        skip += 2;
    }
    if flags & 0x40 != 0 {
        skip += 1 + usize::from(*rest.get(skip)?);
    }
    if flags & 0x20 != 0 {
        skip += 2;
    }
    descriptor(rest.get(skip..)?, 4)?.first().copied()
}

/// What follows a descriptor's tag and its length of one to four bytes.
fn descriptor(bytes: &[u8], tag: u8) -> Option<&[u8]> {
    let rest = bytes.strip_prefix(&[tag])?;
    let length_bytes = rest.iter().take(4).position(|byte| byte & 0x80 == 0)? + 1;
    rest.get(length_bytes..)
}

fn has_picture(source: &Source<'_>, moov: Span) -> Result<bool, NotAudio> {
    let Some(meta) = descend(source, moov, &[b"udta", b"meta"])? else { return Ok(false) };
    // A version field stands before the boxes, except in files of old QuickTime.
    for skip in [4, 0] {
        let inner = Span { start: meta.start + skip, end: meta.end };
        if let Some(list) = child(source, inner, b"ilst")? {
            return Ok(child(source, list, b"covr")?.is_some());
        }
    }
    Ok(false)
}
