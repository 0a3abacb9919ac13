//! Cover pictures: the one embedded in a track, or the one in its folder, in the size a client asks for.
//!
//! Pictures are found at a scan and read when somebody asks. Shrunk ones are kept in a small cache in memory; the
//! originals are not. How a picture is shrunk within bounds stands in `shrink`.

mod cache;
pub mod shrink;

pub use cache::Cache;

use super::catalog::Whereabouts;
use super::inside::open_inside;
use super::tags;
use crate::limits::{COVER_BYTES_MAX, COVER_SIZES};
use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::Arc;

/// A picture, ready to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cover {
    /// The whole file.
    pub bytes: Arc<[u8]>,
    /// Its content type.
    pub mime: &'static str,
    /// Names this picture in this size; without quotes.
    pub etag: String,
}

/// A picture that is there could not be read.
#[derive(Debug, thiserror::Error)]
pub enum CoverError {
    /// The disk failed, or the file is gone or leads outside.
    #[error("the cover cannot be read: {0}; scan again, or check the disk")]
    Io(#[from] io::Error),
    /// The tags that hold it are broken.
    #[error("the cover cannot be read: {0}")]
    Tags(#[from] tags::TagsError),
}

/// An open file that holds a cover.
#[derive(Debug)]
pub struct Found {
    file: File,
    embedded: Option<super::codec::Codec>,
    size: Option<u32>,
    /// Names the picture in this size; without quotes.
    pub etag: String,
}

const ART_STEMS: [&str; 4] = ["cover", "folder", "front", "album"];
const ART_EXTENSIONS: [&str; 3] = ["jpg", "jpeg", "png"];

/// How good a name is for folder art: 0 is best, `None` is none.
#[must_use]
pub fn art_rank(name: &[u8]) -> Option<usize> {
    let (stem, extension) = std::str::from_utf8(name).ok()?.rsplit_once('.')?;
    let stem = ART_STEMS.iter().position(|known| known.eq_ignore_ascii_case(stem))?;
    let extension = ART_EXTENSIONS.iter().position(|known| known.eq_ignore_ascii_case(extension))?;
    Some(stem * ART_EXTENSIONS.len() + extension)
}

/// The size that is made for one that was asked for, pixels of the longer side: the next larger, or the largest.
#[must_use]
pub fn round_up(size: u32) -> u32 {
    let largest = COVER_SIZES[COVER_SIZES.len() - 1];
    COVER_SIZES.into_iter().find(|&known| known >= size).unwrap_or(largest)
}

/// Opens what holds the cover of a track and names it, without reading it: a client that has it needs no more.
///
/// # Errors
/// [`CoverError::Io`] when it is not there any more or leads outside.
pub fn find(
    audio_dir: &Path,
    follow_links: bool,
    track: &Whereabouts,
    size: Option<u32>,
) -> Result<Option<Found>, CoverError> {
    let size = size.map(round_up);
    let (path, embedded) = match &track.art {
        _ if track.picture => (&track.path, Some(track.codec)),
        Some(art) => (art, None),
        None => return Ok(None),
    };
    let (file, _) = open_inside(audio_dir, path, follow_links)?;
    let metadata = file.metadata()?;
    let changed = metadata.mtime().wrapping_mul(1_000_000_000).wrapping_add(metadata.mtime_nsec());
    let etag = format!("{:x}-{changed:x}-{:x}-{}", metadata.ino(), metadata.len(), size.unwrap_or(0));
    Ok(Some(Found { file, embedded, size, etag }))
}

impl Found {
    /// Reads the picture, shrunk if it was asked for in a size; `None` when it is no picture after all.
    ///
    /// # Errors
    /// [`CoverError`] when it cannot be read.
    pub fn read(self) -> Result<Option<Cover>, CoverError> {
        let Some(bytes) = self.original()? else { return Ok(None) };
        let Some(mime) = mime_of(&bytes) else { return Ok(None) };
        let shrunk = self.size.and_then(|size| shrink::shrink(&bytes, size));
        let (bytes, mime) = shrunk.unwrap_or((bytes, mime));
        Ok(Some(Cover { bytes: bytes.into(), mime, etag: self.etag }))
    }

    fn original(&self) -> Result<Option<Vec<u8>>, CoverError> {
        if let Some(codec) = self.embedded {
            return Ok(tags::read_picture(&self.file, codec)?.map(lofty::picture::Picture::into_data));
        }
        let mut bytes = Vec::new();
        (&self.file).take(COVER_BYTES_MAX as u64 + 1).read_to_end(&mut bytes)?;
        Ok((bytes.len() <= COVER_BYTES_MAX).then_some(bytes))
    }
}

/// The content type, from the first bytes: tags lie.
fn mime_of(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [0x89, b'P', b'N', b'G', ..] => Some("image/png"),
        [b'G', b'I', b'F', b'8', ..] => Some("image/gif"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        [b'B', b'M', ..] => Some("image/bmp"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folder_art_is_known_by_its_name() {
        assert_eq!(art_rank(b"cover.jpg"), Some(0));
        assert_eq!(art_rank(b"Cover.JPG"), Some(0));
        assert!(art_rank(b"front.png") > art_rank(b"FOLDER.jpeg"));
        for none in [b"back.jpg".as_slice(), b"cover.gif", b"cover", b"\xff.jpg", b"covers.jpg"] {
            assert_eq!(art_rank(none), None);
        }
    }

    #[test]
    fn sizes_are_rounded_up() {
        assert_eq!(round_up(0), 64);
        assert_eq!(round_up(64), 64);
        assert_eq!(round_up(65), 128);
        assert_eq!(round_up(u32::MAX), 1024);
    }
}
