//! The bytes of small audio files and pictures, put together by hand; for the tests of this room, and for those that throw
//! broken ones at it (`tests/fuzz`).
#![allow(clippy::unwrap_used, missing_docs, reason = "a test that cannot go on fails")]

/// The text tags of a sample; empty ones are not written.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sample<'a> {
    /// Makes the audio its own: two samples of one number have the same payload.
    pub number: u32,
    pub title: &'a str,
    pub artist: &'a str,
    pub album: &'a str,
    pub album_artist: &'a str,
    pub track: &'a str,
    pub year: &'a str,
    pub genre: &'a str,
    pub cover: &'a [u8],
}

/// Two seconds of silence at 32 kbit/s, with ID3v2.4 tags.
pub fn mp3(sample: &Sample<'_>) -> Vec<u8> {
    let mut file = id3(sample);
    for index in 0..84u32 {
        let mut frame = [0; 96];
        frame[..4].copy_from_slice(&[0xff, 0xfb, 0x14, 0xc4]);
        if index == 1 {
            frame[50..54].copy_from_slice(&sample.number.to_be_bytes());
        }
        file.extend(frame);
    }
    file
}

/// A FLAC header without frames to speak of: `md5` is what its audio would sum up to.
pub fn flac(md5: [u8; 16], comments: &[&str], padding: u8) -> Vec<u8> {
    let mut info = vec![0x10, 0, 0x10, 0, 0, 0, 0, 0, 0, 0];
    // 44,100 Hz, two channels, 16 bits, 88,200 samples.
    info.extend([0x0a, 0xc4, 0x42, 0xf0, 0x00, 0x01, 0x58, 0x88]);
    info.extend(md5);
    let mut file = b"fLaC".to_vec();
    block(&mut file, 0, &info);
    block(&mut file, 4, &vorbis_comments(comments));
    block(&mut file, 0x81, &vec![0; usize::from(padding)]);
    file.extend([0xff, 0xf8, 0xc9, 0x18, 0, 1, 2, 3]);
    file
}

/// One second of Opus, as far as anybody here looks.
pub fn opus(audio: &[u8], comments: &[&str]) -> Vec<u8> {
    let mut tags = b"OpusTags".to_vec();
    tags.extend(vorbis_comments(comments));
    let head = b"OpusHead\x01\x02\x38\x01\x80\xbb\0\0\0\0\0";
    let mut file = Vec::new();
    page(&mut file, 2, 0, 0, head);
    let mut sequence = 1;
    // A packet of comments may take several pages, and then all later pages have other numbers.
    for part in tags.chunks(255 * 200) {
        page(&mut file, u8::from(sequence > 1), 0, sequence, part);
        sequence += 1;
    }
    page(&mut file, 0, 24_312, sequence, audio);
    page(&mut file, 4, 48_312, sequence + 1, audio);
    file
}

/// A second of 8-bit mono at 8 kHz.
pub fn wav(value: u8) -> Vec<u8> {
    let mut file = b"RIFF\x64\x1f\0\0WAVEfmt \x12\0\0\0\x01\0\x01\0\x40\x1f\0\0\x40\x1f\0\0\x01\0\x08\0\0\0".to_vec();
    file.extend(b"data\x40\x1f\0\0");
    file.extend(vec![value; 8000]);
    file
}

/// An MP4 with an index of one sound track, whose sample description begins with `codec`.
pub fn mp4(codec: &[u8; 4], object_type: u8, audio: &[u8], index_first: bool) -> Vec<u8> {
    let mut esds = vec![0, 0, 0, 0, 3, 0x19, 0, 0, 0, 4, 0x11, object_type];
    esds.extend([0; 16]);
    let mut entry = vec![0; 28];
    entry.extend(atom(b"esds", &esds));
    let mut table = vec![0, 0, 0, 0, 0, 0, 0, 1];
    table.extend(atom(codec, &entry));
    let media = [
        atom(b"hdlr", b"\0\0\0\0\0\0\0\0soun\0\0\0\0\0\0\0\0\0\0\0\0\0"),
        atom(b"minf", &atom(b"stbl", &atom(b"stsd", &table))),
    ]
    .concat();
    let mut header = vec![0; 100];
    header[12..20].copy_from_slice(&[0, 0, 0x03, 0xe8, 0, 0, 0x05, 0xdc]);
    let moov = atom(b"moov", &[atom(b"mvhd", &header), atom(b"trak", &atom(b"mdia", &media))].concat());
    let mdat = atom(b"mdat", audio);
    let brand = atom(b"ftyp", b"M4A \0\0\0\0");
    if index_first { [brand, moov, mdat].concat() } else { [brand, mdat, moov].concat() }
}

/// A picture of `width` by `height` pixels.
pub fn png(width: u32, height: u32) -> Vec<u8> {
    let mut out = Vec::new();
    let picture = image::DynamicImage::new_rgb8(width, height);
    picture.write_to(&mut std::io::Cursor::new(&mut out), image::ImageFormat::Png).unwrap();
    out
}

fn id3(sample: &Sample<'_>) -> Vec<u8> {
    let texts = [
        (b"TIT2", sample.title),
        (b"TPE1", sample.artist),
        (b"TALB", sample.album),
        (b"TPE2", sample.album_artist),
        (b"TRCK", sample.track),
        (b"TDRC", sample.year),
        (b"TCON", sample.genre),
    ];
    let mut frames = Vec::new();
    for (name, text) in texts.iter().filter(|(_, text)| !text.is_empty()) {
        frame(&mut frames, name, &[b"\x03", text.as_bytes()].concat());
    }
    if !sample.cover.is_empty() {
        frame(&mut frames, b"APIC", &[b"\x03image/png\0\x03\0", sample.cover].concat());
    }
    [b"ID3\x04\0\0".as_slice(), &synchsafe(frames.len()), &frames].concat()
}

fn frame(out: &mut Vec<u8>, name: &[u8; 4], content: &[u8]) {
    out.extend(name);
    out.extend(synchsafe(content.len()));
    out.extend([0, 0]);
    out.extend(content);
}

fn synchsafe(number: usize) -> [u8; 4] {
    [21, 14, 7, 0].map(|shift| u8::try_from((number >> shift) & 0x7f).unwrap())
}

fn vorbis_comments(comments: &[&str]) -> Vec<u8> {
    let mut out = b"\x04\0\0\0test".to_vec();
    out.extend(u32::try_from(comments.len()).unwrap().to_le_bytes());
    for comment in comments {
        out.extend(u32::try_from(comment.len()).unwrap().to_le_bytes());
        out.extend(comment.as_bytes());
    }
    out
}

fn block(out: &mut Vec<u8>, kind: u8, content: &[u8]) {
    out.push(kind);
    out.extend(&u32::try_from(content.len()).unwrap().to_be_bytes()[1..]);
    out.extend(content);
}

fn page(out: &mut Vec<u8>, flags: u8, granule: u64, sequence: u32, body: &[u8]) {
    let mut lacing = vec![255u8; body.len() / 255];
    if !body.len().is_multiple_of(255) || body.is_empty() {
        lacing.push(u8::try_from(body.len() % 255).unwrap());
    }
    let start = out.len();
    out.extend(b"OggS\0");
    out.push(flags);
    out.extend(granule.to_le_bytes());
    out.extend([7, 0, 0, 0]);
    out.extend(sequence.to_le_bytes());
    out.extend([0; 4]);
    out.push(u8::try_from(lacing.len()).unwrap());
    out.extend(lacing);
    out.extend(body);
    let crc = ogg_crc(&out[start..]);
    out[start + 22..start + 26].copy_from_slice(&crc.to_le_bytes());
}

fn ogg_crc(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0, |crc, &byte| {
        (0..8).fold(
            crc ^ (u32::from(byte) << 24),
            |crc, _| if crc >> 31 == 0 { crc << 1 } else { (crc << 1) ^ 0x04c1_1db7 },
        )
    })
}

fn atom(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let size = u32::try_from(content.len() + 8).unwrap().to_be_bytes();
    [size.as_slice(), name, content].concat()
}
