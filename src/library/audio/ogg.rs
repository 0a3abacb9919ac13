//! Ogg: the header packets of the first stream; the payload begins with the page behind them.

use super::source::{Source, little_endian, milliseconds};
use super::{Audio, NotAudio};
use crate::library::codec::Codec;

/// Pages that header packets may take: enough for a comment packet with a picture of 16 MiB.
const HEADER_PAGES_MAX: usize = 1024;
/// Bytes at the end in which the last page must begin; a page has at most 65,307.
const TAIL_BYTES: u64 = 66 * 1024;
const CUT_SHORT: NotAudio = NotAudio::Malformed("the Ogg file ends within its header");

/// What the first packet of a stream says.
struct Stream {
    codec: Codec,
    headers: usize,
    sample_rate: u64,
    pre_skip: u64,
}

/// One page's header.
struct Page {
    serial: u64,
    packets_ended: usize,
    len: u64,
}

/// Looks at a stream whose first `OggS` stands at `start`.
pub fn examine(source: &Source<'_>, start: u64) -> Result<Audio, NotAudio> {
    let mut at = start;
    let mut stream: Option<(u64, Stream)> = None;
    let mut ended = 0;
    for _ in 0..HEADER_PAGES_MAX {
        let page = page(source, at)?.ok_or(CUT_SHORT)?;
        if stream.is_none() {
            stream = recognise(source, at)?.map(|found| (page.serial, found));
        }
        at += page.len;
        let Some((serial, found)) = &stream else { continue };
        if page.serial == *serial {
            ended += page.packets_ended;
        }
        if ended >= found.headers {
            let duration_ms = duration_ms(source, *serial, found)?;
            return Ok(Audio {
                codec: found.codec,
                start: at,
                end: source.len(),
                checksum: None,
                duration_ms,
                picture: None,
                picture_bytes: 0..0,
            });
        }
    }
    Err(CUT_SHORT)
}

fn page(source: &Source<'_>, at: u64) -> Result<Option<Page>, NotAudio> {
    let Some(head) = source.exact::<27>(at)? else { return Ok(None) };
    if !head.starts_with(b"OggS") {
        return Ok(None);
    }
    let mut lacing = [0; 255];
    let count = usize::from(head[26]);
    let lacing = source.read(at + 27, &mut lacing[..count])?;
    let body: u64 = lacing.iter().map(|&segment| u64::from(segment)).sum();
    let packets_ended = lacing.iter().filter(|&&segment| segment < 255).count();
    Ok(Some(Page { serial: little_endian(&head[14..18]), packets_ended, len: 27 + count as u64 + body }))
}

/// The stream whose first page stands at `at`, if it is one with sound.
fn recognise(source: &Source<'_>, at: u64) -> Result<Option<Stream>, NotAudio> {
    let Some(packet) = source.exact::<48>(at + 28)? else { return Ok(None) };
    let stream = |codec, headers, sample_rate, pre_skip| Some(Stream { codec, headers, sample_rate, pre_skip });
    Ok(match &packet {
        p if p.starts_with(b"OpusHead") => stream(Codec::Opus, 2, 48_000, little_endian(&p[10..12])),
        p if p.starts_with(b"\x01vorbis") => stream(Codec::Vorbis, 3, little_endian(&p[12..16]), 0),
        p if p.starts_with(b"\x7fFLAC") => {
            let rate = super::source::big_endian(&p[27..30]) >> 4;
            stream(Codec::OggFlac, 1 + usize::from(p[8]).max(1), rate, 0)
        }
        p if p.starts_with(b"Speex   ") => stream(Codec::OggOther, 2, little_endian(&p[36..40]), 0),
        _ => None,
    })
}

/// The position of the last page, which is the number of samples.
fn duration_ms(source: &Source<'_>, serial: u64, stream: &Stream) -> Result<Option<u32>, NotAudio> {
    let mut tail = vec![0; usize::try_from(TAIL_BYTES.min(source.len())).unwrap_or_default()];
    let tail = source.read(source.len().saturating_sub(TAIL_BYTES), &mut tail)?;
    let last = tail
        .windows(18)
        .rev()
        .filter(|head| head.starts_with(b"OggS") && little_endian(&head[14..18]) == serial)
        .map(|head| little_endian(&head[6..14]))
        .find(|&granule| granule != u64::MAX);
    Ok(last.and_then(|granule| milliseconds(granule.saturating_sub(stream.pre_skip), stream.sample_rate)))
}
