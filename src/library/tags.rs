//! What people wrote into a file: artist, title and the rest, read by the tag library `lofty`.
//!
//! A tag reader is fed by whoever made the file. It is therefore asked for text only (no cover is kept), its
//! allocations are bounded by `limits::COVER_BYTES_MAX`, and a panic in it costs the tags of one file. What can
//! be known without it (codec, duration, payload) comes from `audio`.

use super::codec::Codec;
use crate::limits::COVER_BYTES_MAX;
use lofty::config::{GlobalOptions, ParseOptions, apply_global_options};
use lofty::file::{AudioFile, FileType, TaggedFile, TaggedFileExt};
use lofty::picture::{Picture, PictureType};
use lofty::probe::Probe;
use lofty::tag::{ItemKey, Tag};
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Longest tag value that is kept, bytes; some files carry a novel in their title.
const TEXT_BYTES_MAX: usize = 500;

/// The text tags of one file. Absent and empty are the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tags {
    /// Title of the track.
    pub title: Option<String>,
    /// Who plays; several are joined by `, `.
    pub artist: Option<String>,
    /// Title of the album.
    pub album: Option<String>,
    /// Whose album it is, where that differs from the artist.
    pub album_artist: Option<String>,
    /// Number on the disc, from 1; 0: not known.
    pub track_no: u16,
    /// Number of the disc, from 1; 0: not known.
    pub disc_no: u16,
    /// Year of release; 0: not known.
    pub year: u16,
    /// Genre; several are joined by `, `.
    pub genre: Option<String>,
}

/// What [`read`] found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// The text.
    pub tags: Tags,
    /// Whether a picture was among it; only told for the formats that `audio` leaves to the tag reader.
    pub picture: bool,
    /// Playing time, milliseconds; only read where `audio` does not know it.
    pub duration_ms: Option<u32>,
}

/// Tags could not be read; the track is kept, under its file name.
#[derive(Debug, thiserror::Error)]
pub enum TagsError {
    /// The tag reader refused them.
    #[error("the tags are broken ({0}); write them anew with a tag editor")]
    Broken(String),
    /// The tag reader panicked.
    #[error("the tags made the tag reader fail; write them anew with a tag editor")]
    Panicked,
}

/// Reads the tags of an open file; `needs` says what `audio` left open.
///
/// # Errors
/// [`TagsError`] when there are tags that cannot be read; no tags at all is an empty [`Reading`].
pub fn read(file: &File, codec: Codec, needs: Needs) -> Result<Reading, TagsError> {
    let options = ParseOptions::new().read_properties(needs.duration).read_cover_art(needs.picture);
    let Some(tagged) = parse(Holed { file, at: 0, hole: needs.hole }, codec, options)? else {
        return Ok(Reading::default());
    };
    let duration = tagged.properties().duration().as_millis();
    Ok(Reading {
        tags: collect(&tagged),
        picture: tagged.tags().iter().any(|tag| tag.picture_count() > 0),
        duration_ms: u32::try_from(duration).ok().filter(|&ms| ms > 0),
    })
}

/// What the tag reader has to find beside the text.
#[derive(Clone, Debug, Default)]
pub struct Needs {
    /// Whether there is a picture.
    pub picture: bool,
    /// How long it plays.
    pub duration: bool,
    /// Bytes that hold no text: they are not taken from the disk.
    pub hole: Range<u64>,
}

/// The embedded front cover, or else the first picture, with its bytes.
///
/// # Errors
/// [`TagsError`] when there are tags that cannot be read.
pub fn read_picture(file: &File, codec: Codec) -> Result<Option<Picture>, TagsError> {
    let options = ParseOptions::new().read_properties(false).read_cover_art(true);
    let Some(tagged) = parse(Holed { file, at: 0, hole: 0..0 }, codec, options)? else { return Ok(None) };
    let pictures = || tagged.tags().iter().flat_map(Tag::pictures);
    let front = pictures().find(|picture| picture.pic_type() == PictureType::CoverFront);
    Ok(front.or_else(|| pictures().next()).cloned())
}

/// A file read from its start, with zeros where its picture is: on a cold disk the picture would take longer than
/// everything else, only to be skipped.
struct Holed<'a> {
    file: &'a File,
    at: u64,
    hole: Range<u64>,
}

impl Read for Holed<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let room = |bytes: u64| buffer.len().min(usize::try_from(bytes).unwrap_or(usize::MAX));
        let count = if self.hole.contains(&self.at) {
            let count = room(self.hole.end - self.at);
            buffer[..count].fill(0);
            count
        } else {
            let before = if self.at < self.hole.start { room(self.hole.start - self.at) } else { buffer.len() };
            self.file.read_at(&mut buffer[..before], self.at)?
        };
        self.at += count as u64;
        Ok(count)
    }
}

impl Seek for Holed<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let (base, offset) = match to {
            SeekFrom::Start(offset) => (offset, 0),
            SeekFrom::End(offset) => (self.file.metadata()?.len(), offset),
            SeekFrom::Current(offset) => (self.at, offset),
        };
        self.at = base.checked_add_signed(offset).ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

fn parse(file: Holed<'_>, codec: Codec, options: ParseOptions) -> Result<Option<TaggedFile>, TagsError> {
    let Some(kind) = file_type(codec) else { return Ok(None) };
    let parsed = catch_unwind(AssertUnwindSafe(|| {
        // Per thread, and cheap: so it does not matter which thread asks.
        apply_global_options(
            GlobalOptions::new().allocation_limit(COVER_BYTES_MAX).preserve_format_specific_items(false),
        );
        Probe::with_file_type(BufReader::new(file), kind).options(options).read().map_err(|error| error.to_string())
    }));
    match parsed {
        Ok(Ok(tagged)) => Ok(Some(tagged)),
        Ok(Err(reason)) => Err(TagsError::Broken(reason)),
        Err(_) => Err(TagsError::Panicked),
    }
}

fn file_type(codec: Codec) -> Option<FileType> {
    Some(match codec {
        Codec::Mp3 | Codec::Mp2 => FileType::Mpeg,
        Codec::Flac => FileType::Flac,
        Codec::Opus => FileType::Opus,
        Codec::Vorbis => FileType::Vorbis,
        Codec::AacMp4 | Codec::Alac | Codec::Mp4Other => FileType::Mp4,
        Codec::Wav | Codec::WavOther => FileType::Wav,
        Codec::Aiff => FileType::Aiff,
        Codec::AacAdts => FileType::Aac,
        Codec::WavPack => FileType::WavPack,
        Codec::Ape => FileType::Ape,
        Codec::Musepack => FileType::Mpc,
        Codec::OggFlac | Codec::OggOther | Codec::Wma => return None,
    })
}

/// Takes each value from the first tag that has it; `lofty` lists a format's own kind of tag first.
fn collect(tagged: &TaggedFile) -> Tags {
    let mut ordered: Vec<&Tag> = tagged.primary_tag().into_iter().collect();
    ordered.extend(tagged.tags().iter().filter(|tag| tag.tag_type() != tagged.primary_tag_type()));
    let text = |key: ItemKey| ordered.iter().find_map(|tag| joined(tag, key));
    let number = |key: ItemKey| text(key).map_or(0, |text| leading_number(&text));
    Tags {
        title: text(ItemKey::TrackTitle),
        artist: text(ItemKey::TrackArtist).or_else(|| text(ItemKey::TrackArtists)),
        album: text(ItemKey::AlbumTitle),
        album_artist: text(ItemKey::AlbumArtist),
        track_no: number(ItemKey::TrackNumber),
        disc_no: number(ItemKey::DiscNumber),
        year: [ItemKey::RecordingDate, ItemKey::Year, ItemKey::ReleaseDate, ItemKey::OriginalReleaseDate]
            .into_iter()
            .map(number)
            .find(|&year| year != 0)
            .unwrap_or(0),
        genre: text(ItemKey::Genre),
    }
}

fn joined(tag: &Tag, key: ItemKey) -> Option<String> {
    let mut joined = String::new();
    for value in tag.get_strings(key) {
        let value = value.trim_matches(|c: char| c.is_whitespace() || c.is_control());
        if value.is_empty() || joined.len() + value.len() > TEXT_BYTES_MAX && !joined.is_empty() {
            continue;
        }
        if !joined.is_empty() {
            joined.push_str(", ");
        }
        joined.push_str(cut(value));
    }
    // A NUL would end the text in half of the programs that see it.
    joined.retain(|c| c != '\0');
    (!joined.is_empty()).then_some(joined)
}

fn cut(text: &str) -> &str {
    &text[..text.floor_char_boundary(TEXT_BYTES_MAX)]
}

/// `3` of `3/12`, `1999` of `1999-05-01`.
fn leading_number(text: &str) -> u16 {
    let digits: String = text.trim_start().chars().take_while(char::is_ascii_digit).take(9).collect();
    digits.parse::<u32>().ok().and_then(|number| u16::try_from(number).ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_from_how_people_write_them() {
        assert_eq!(leading_number("3/12"), 3);
        assert_eq!(leading_number(" 07"), 7);
        assert_eq!(leading_number("1999-05-01T00:00"), 1999);
        assert_eq!(leading_number("A1"), 0);
        assert_eq!(leading_number("99999999999"), 0);
    }

    #[test]
    fn a_hole_reads_as_zeros_and_nothing_else_changes() {
        let mut file = tempfile::tempfile().unwrap();
        io::Write::write_all(&mut file, &[7; 100]).unwrap();
        let mut holed = Holed { file: &file, at: 0, hole: 10..90 };
        let mut all = Vec::new();
        holed.read_to_end(&mut all).unwrap();
        assert_eq!(all, [vec![7; 10], vec![0; 80], vec![7; 10]].concat());
        assert_eq!(holed.seek(SeekFrom::End(-20)).unwrap(), 80);
        assert!(holed.seek(SeekFrom::Current(-81)).is_err());
    }

    #[test]
    fn long_values_are_cut_at_a_character() {
        let long = "ü".repeat(TEXT_BYTES_MAX);
        assert_eq!(cut(&long).len(), TEXT_BYTES_MAX);
        let odd = format!("a{long}");
        assert_eq!(cut(&odd).len(), TEXT_BYTES_MAX - 1);
    }
}
