//! Titles between the sound, as SHOUTcast players expect them.
//!
//! Nullsoft never wrote it down; this follows "SHOUTcast Metadata Protocol" (smackfu, 2001–2009) and what mpv, VLC and
//! ffmpeg read: a client that sent `Icy-MetaData: 1` is told `icy-metaint: N`, and after each N bytes of sound comes one
//! byte, the length of the metadata in units of 16 bytes, and then that much text, padded with zeros. Length 0 means that
//! nothing has changed.

/// Bytes of sound between two titles: less than a second of them, so that a title is late by no more than that.
pub const METAINT: usize = 16_000;
/// Longest title, bytes; the length byte would allow 4,080.
const TITLE_BYTES_MAX: usize = 500;

/// The metadata of one listener's stream.
#[derive(Debug)]
pub struct Icy {
    until_next: usize,
    told: Option<String>,
}

impl Icy {
    /// Nothing has been told yet.
    #[must_use]
    pub fn new() -> Self {
        Self { until_next: METAINT, told: None }
    }

    /// Writes `sound` to `out`, with `title` where its place is.
    pub fn weave(&mut self, mut sound: &[u8], title: &str, out: &mut Vec<u8>) {
        while sound.len() >= self.until_next {
            let (before, behind) = sound.split_at(self.until_next);
            out.extend_from_slice(before);
            if self.told.as_deref() == Some(title) {
                out.push(0);
            } else {
                out.extend_from_slice(&block(title));
                self.told = Some(title.to_owned());
            }
            (sound, self.until_next) = (behind, METAINT);
        }
        out.extend_from_slice(sound);
        self.until_next -= sound.len();
    }
}

/// A title as metadata, with its length byte.
fn block(title: &str) -> Vec<u8> {
    // Players look for the first `';`, and have no way to write it: an apostrophe of another kind does not end it.
    let title: String = title.chars().filter(|c| !c.is_control()).map(|c| if c == '\'' { '’' } else { c }).collect();
    let cut = title.floor_char_boundary(TITLE_BYTES_MAX);
    let mut text = format!("StreamTitle='{}';", &title[..cut]).into_bytes();
    let units = text.len().div_ceil(16);
    text.resize(units * 16, 0);
    let mut block = vec![u8::try_from(units).unwrap_or(u8::MAX)];
    block.append(&mut text);
    block
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What a player makes of a stream: the sound, and each title with where it came.
    fn played(mut stream: &[u8]) -> (Vec<u8>, Vec<String>) {
        let (mut sound, mut titles) = (Vec::new(), Vec::new());
        while stream.len() > METAINT {
            sound.extend_from_slice(&stream[..METAINT]);
            let length = usize::from(stream[METAINT]) * 16;
            let text = String::from_utf8(stream[METAINT + 1..METAINT + 1 + length].to_vec()).unwrap();
            if let Some(title) = text.strip_prefix("StreamTitle='") {
                titles.push(title[..title.find("';").unwrap()].to_owned());
            }
            stream = &stream[METAINT + 1 + length..];
        }
        sound.extend_from_slice(stream);
        (sound, titles)
    }

    #[test]
    fn a_title_is_told_once_and_cannot_end_itself() {
        let (mut icy, mut out) = (Icy::new(), Vec::new());
        for title in ["It's '; on\n", "It's '; on\n", "Björk – Jóga"] {
            icy.weave(&[7; METAINT], title, &mut out);
        }
        let (sound, titles) = played(&out);
        assert_eq!((sound.len(), titles), (3 * METAINT, vec!["It’s ’; on".to_owned(), "Björk – Jóga".to_owned()]));
        assert_eq!(out.len(), 3 * METAINT + 1 + 32 + 1 + 1 + 32);
        assert!(block(&"ü".repeat(4000)).len() < 600);
    }

    proptest! {
        #[test]
        fn the_sound_comes_through_whatever_its_pieces(pieces in prop::collection::vec((0_usize..40_000, 0_u8..3), 0..12)) {
            let (mut icy, mut out, mut expected) = (Icy::new(), Vec::new(), Vec::new());
            for (length, title) in pieces {
                let piece: Vec<u8> = (0..length).map(|at| (at % 251) as u8).collect();
                icy.weave(&piece, &title.to_string(), &mut out);
                expected.extend(piece);
            }
            let (sound, titles) = played(&out);
            prop_assert!(sound == expected || sound[..] == expected[..sound.len()]);
            prop_assert!(titles.windows(2).all(|two| two[0] != two[1]));
        }
    }
}
