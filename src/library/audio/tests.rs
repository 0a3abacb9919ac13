//! Every container by a hand-made file, and what happens to broken ones.

use super::{Audio, NotAudio, Source, examine};
use crate::library::codec::Codec;
use crate::library::ids::ContentId;
use crate::library::samples::{Sample, flac, mp3, mp4, opus, wav};
use proptest::prelude::*;
use std::io::Write;

fn look(bytes: &[u8]) -> Result<(Audio, ContentId), NotAudio> {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    let source = Source::new(&file, bytes.len() as u64);
    let audio = examine(&source)?;
    let content = ContentId::of(&source, &audio).unwrap();
    Ok((audio, content))
}

#[test]
fn each_container_tells_codec_and_length() {
    let audio = vec![1; 100];
    let table = [
        (mp3(&Sample { title: "t", ..Sample::default() }), Codec::Mp3, 2016),
        (flac([1; 16], &["TITLE=t"], 10), Codec::Flac, 2000),
        (opus(&audio, &["TITLE=t"]), Codec::Opus, 1000),
        (wav(3), Codec::Wav, 1000),
        (mp4(b"mp4a", 0x40, &audio, true), Codec::AacMp4, 1500),
        (mp4(b"mp4a", 0x6b, &audio, false), Codec::Mp4Other, 1500),
        (mp4(b"alac", 0, &audio, false), Codec::Alac, 1500),
    ];
    for (bytes, codec, duration_ms) in table {
        let (audio, _) = look(&bytes).unwrap_or_else(|error| panic!("{codec:?}: {error}"));
        assert_eq!((audio.codec, audio.duration_ms), (codec, Some(duration_ms)));
    }
}

#[test]
fn tags_do_not_change_the_id_and_audio_does() {
    let long = format!("COMMENT={}", "x".repeat(100_000));
    let audio = [5; 3000];
    let (plain, tagged, other): (Vec<_>, Vec<_>, Vec<_>) = (
        vec![
            mp3(&Sample { number: 1, ..Sample::default() }),
            flac([1; 16], &[], 0),
            flac([0; 16], &[], 0),
            opus(&audio, &[]),
            mp4(b"mp4a", 0x40, &audio, true),
        ],
        vec![
            [mp3(&Sample { number: 1, title: "title", cover: b"picture", ..Sample::default() }), id3v1()].concat(),
            flac([1; 16], &["TITLE=a"], 200),
            flac([0; 16], &["TITLE=a"], 200),
            opus(&audio, &["TITLE=a", &long]),
            mp4(b"mp4a", 0x40, &audio, false),
        ],
        vec![
            mp3(&Sample { number: 2, ..Sample::default() }),
            flac([2; 16], &[], 0),
            flac([3; 16], &[], 0),
            opus(&[6; 3000], &[]),
            mp4(b"mp4a", 0x40, &[6; 3000], true),
        ],
    );
    for ((plain, tagged), other) in plain.iter().zip(&tagged).zip(&other) {
        let (audio, id) = look(plain).unwrap();
        assert_eq!(id, look(tagged).unwrap().1, "{:?}", audio.codec);
        assert_ne!(id, look(other).unwrap().1, "{:?}", audio.codec);
    }
}

#[test]
fn pictures_are_seen_without_being_read() {
    let (audio, _) = look(&mp3(&Sample { cover: b"picture", ..Sample::default() })).unwrap();
    assert_eq!(audio.picture, Some(true));
    let (audio, _) = look(&mp3(&Sample { title: "t", ..Sample::default() })).unwrap();
    assert_eq!(audio.picture, Some(false));
}

#[test]
fn what_is_no_audio_is_refused() {
    let nothing: [&[u8]; 7] = [
        b"",
        b"ID3",
        b"just a text that somebody called song.mp3",
        b"fLaC",
        b"OggS",
        b"RIFF\0\0\0\0WAVEdata",
        b"\0\0\0\x08ftyp",
    ];
    for bytes in nothing {
        assert!(matches!(look(bytes), Err(NotAudio::Malformed(_))), "{bytes:?}");
    }
    let mut zeros = mp3(&Sample::default());
    zeros.iter_mut().for_each(|byte| *byte = 0);
    assert!(matches!(look(&zeros), Err(NotAudio::Malformed(_))));
}

#[test]
fn junk_before_the_first_frame_is_survived() {
    let mut bytes = vec![0; 5000];
    bytes.extend(b"junk that is no frame");
    bytes.extend(mp3(&Sample::default()).split_off(10));
    assert_eq!(look(&bytes).unwrap().0.codec, Codec::Mp3);
}

fn id3v1() -> Vec<u8> {
    let mut tag = b"TAG".to_vec();
    tag.resize(128, b'x');
    tag
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Length fields that lie, cut files, flipped bytes: never a panic, never a payload outside the file.
    #[test]
    fn any_damage_is_survived(kind in 0usize..6, cut in 0usize..20_000, at in 0usize..600, with: u8, more: u8) {
        let mut bytes = match kind {
            0 => mp3(&Sample { title: "t", cover: b"c", ..Sample::default() }),
            1 => flac([1; 16], &["TITLE=t"], 10),
            2 => opus(&[1; 500], &["TITLE=t"]),
            3 => wav(1),
            4 => mp4(b"mp4a", 0x40, &[1; 500], true),
            _ => mp4(b"alac", 0, &[1; 500], false),
        };
        bytes.truncate(cut.max(1));
        let len = bytes.len();
        bytes[at % len] = with;
        bytes[(at * 7 + 1) % len] = more;
        if let Ok((audio, _)) = look(&bytes) {
            prop_assert!(audio.start < audio.end);
            prop_assert!(audio.end <= len as u64);
        }
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&bytes).unwrap();
        for codec in [Codec::Mp3, Codec::Flac, Codec::Opus, Codec::Wav, Codec::AacMp4] {
            let needs = crate::library::tags::Needs { picture: true, duration: true, hole: 0..0 };
            let _ = crate::library::tags::read(&file, codec, needs);
        }
    }
}
