//! What stands on the disk with the music: the files' own formats, their tags, pictures, playlists.

use super::sounds::{Sample, flac, mp3, mp4, opus, png, wav};
use hearken::library::audio::{Source, examine};
use hearken::library::cover::shrink::shrink;
use hearken::library::ids::ContentId;
use hearken::library::tags::{self, Needs};
use hearken::net::radio::frames::Frames;
use hearken::wire::m3u8;
use std::fs::File;
use std::io::{Cursor, Read, Write};

pub const PLAYLIST_WORDS: &[&str] =
    &["\n", "\r", "#", "#EXTM3U", "#EXTINF:", "#PLAYLIST:", "#HEARKEN:", ",", "\u{feff}", "\u{0}", "\u{2028}", "./"];
pub const FILE_WORDS: &[&str] = &[
    "ID3",
    "TAG",
    "APETAGEX",
    "APIC",
    "TIT2",
    "fLaC",
    "OggS",
    "OpusHead",
    "OpusTags",
    "RIFF",
    "WAVE",
    "data",
    "fmt ",
    "FORM",
    "AIFF",
    "COMM",
    "SSND",
    "ftyp",
    "moov",
    "trak",
    "mdia",
    "stsd",
    "mdat",
    "esds",
    "ilst",
    "LIST",
    "Xing",
    "LYRICSBEGIN",
];

pub fn playlist_seeds() -> Vec<Vec<u8>> {
    [
        "#EXTM3U\n#PLAYLIST:Mine\n#HEARKEN:a-2\n#EXTINF:180,Artist - Title, too\nmusic/a.mp3\n",
        "\u{feff}#EXTINF:-1 tvg-id=\"x\",\r\n./#1 hit.mp3\r\n\r\nhttp://example/b.flac\r\n",
        "a\rb\rc",
    ]
    .map(Into::into)
    .into()
}

pub fn playlist(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let read = m3u8::parse(&text);
    assert!(read.entries.len() <= text.matches(['\n', '\r']).count() + 1);
    let written = m3u8::parse(&m3u8::write(&read));
    assert_eq!(written.entries.len(), read.entries.len(), "entries come or go when it is written");
    for (before, after) in read.entries.iter().zip(&written.entries) {
        assert_eq!((&before.track, before.seconds), (&after.track, after.seconds));
    }
    assert_eq!(m3u8::parse(&m3u8::write(&written)), written, "written twice it is another list");
}

pub fn file_seeds() -> Vec<Vec<u8>> {
    let cover = png(8, 8);
    let sample =
        Sample { number: 7, title: "Title", artist: "Artist", album: "Album", cover: &cover, ..Sample::default() };
    let comments = ["TITLE=t", "ARTIST=a", "TRACKNUMBER=3/9", "DATE=1999-01-02"];
    let aiff = b"FORM\0\0\0\x3aAIFFCOMM\0\0\0\x12\0\x01\0\0\0\x04\0\x08\x40\x0b\xfa\0\0\0\0\0\0\0SSND\0\0\0\x0c\0\0\0\0\0\0\0\0\x01\x02\x03\x04";
    vec![
        mp3(&sample)[..1500].to_vec(),
        flac([9; 16], &comments, 40),
        opus(b"audio", &comments),
        [&wav(3)[..400], b"LIST\x10\0\0\0INFOINAM\x04\0\0\0name"].concat(),
        mp4(b"mp4a", 0x40, b"audio", true),
        mp4(b"alac", 0, b"audio", false),
        aiff.to_vec(),
        [b"\xff\xf1\x50\x80\x02\x1f\xfc", &[0; 60][..]].concat(),
    ]
}

/// The path that a file takes through a scan, and its cover to a phone.
pub fn file(bytes: &[u8]) {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    let source = Source::new(&file, bytes.len() as u64);
    let Ok(audio) = examine(&source) else { return };
    assert!(audio.start <= audio.end && audio.end <= bytes.len() as u64, "{audio:?} of {}", bytes.len());
    assert!(audio.picture_bytes.end <= bytes.len() as u64, "{audio:?} of {}", bytes.len());
    let id = ContentId::of(&source, &audio).unwrap();
    assert!(id.as_str().len() == 12 && id.covers(&id.copy(2)));
    read_tags(&file, &audio, bytes.len());
}

fn read_tags(file: &File, audio: &hearken::library::audio::Audio, length: usize) {
    let needs = Needs {
        picture: audio.picture.is_none(),
        duration: audio.duration_ms.is_none(),
        hole: audio.picture_bytes.clone(),
    };
    if let Ok(reading) = tags::read(file, audio.codec, needs) {
        let title = reading.tags.title.unwrap_or_default();
        // Compressed tags may grow; a title of a book's length is none.
        assert!(title.len() <= 16 * length + 1_000_000, "a title of {} bytes out of {length}", title.len());
    }
    if let Ok(Some(picture)) = tags::read_picture(file, audio.codec) {
        let _ = shrink(picture.data(), 64);
    }
}

pub fn frame_seeds() -> Vec<Vec<u8>> {
    let sample = Sample { number: 7, title: "Title", ..Sample::default() };
    vec![mp3(&sample), mp3(&Sample::default())[..300].to_vec(), [b"junk", &mp3(&sample)[..2000]].concat()]
}

pub fn frames(bytes: &[u8]) {
    let at_once = sounding(Cursor::new(bytes));
    assert_eq!(at_once, sounding(Sips(bytes)), "in pieces it sounds differently");
    assert!(at_once.iter().map(Vec::len).sum::<usize>() <= bytes.len(), "more sounds than there is");
}

fn sounding(from: impl Read) -> Vec<Vec<u8>> {
    let (mut frames, mut sounds) = (Frames::new(from), Vec::new());
    while let Some(sound) = frames.next_sound().unwrap() {
        assert!(sound.nanos > 0 && sound.nanos < 1_000_000_000, "{} ns", sound.nanos);
        sounds.push(sound.bytes);
    }
    sounds
}

/// Read in sips.
struct Sips<'a>(&'a [u8]);

impl Read for Sips<'_> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let count = into.len().min(999);
        self.0.read(&mut into[..count])
    }
}

pub fn picture_seeds() -> Vec<Vec<u8>> {
    let mut jpeg = Vec::new();
    image::DynamicImage::new_rgb8(70, 20).write_to(&mut Cursor::new(&mut jpeg), image::ImageFormat::Jpeg).unwrap();
    vec![png(80, 10), png(3, 70), jpeg, b"GIF89a".to_vec()]
}

pub fn picture(bytes: &[u8]) {
    let Some((small, _)) = shrink(bytes, 64) else { return };
    let small = image::load_from_memory(&small).expect("what is shown is a picture");
    assert!((1..=64).contains(&small.width()) && (1..=64).contains(&small.height()));
}
