//! MPEG audio layer III as a row of frames: where each begins, how long it sounds.
//!
//! Headers are decoded by [`crate::library::mpeg`] (ISO/IEC 11172-3, 2.4.1.3; 13818-3 for the lower sample rates).
//! Bytes that are no frame (a tag in the middle, a torn download) are passed over up to the next header that another
//! one of the same kind follows. The first frame of most files holds no sound but an encoder's notes (Xing, Info,
//! VBRI): it is left out, because in the middle of a stream it would tell a player that everything ends soon.

use crate::library::mpeg::{self, Frame};
use std::io::{self, Read};

/// Bytes read at once.
const READ_BYTES: usize = 32 * 1024;
/// A header and what stands behind the longest side information in a first frame.
const NOTES_BYTES: usize = 4 + 36;
/// Bytes without a frame after which the rest is no sound.
const JUNK_BYTES_MAX: usize = 1024 * 1024;

/// A frame, with its header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sound {
    /// The frame as it stands in the file.
    pub bytes: Vec<u8>,
    /// How long it sounds, nanoseconds.
    pub nanos: u64,
}

/// The frames of something that can be read.
pub struct Frames<R> {
    from: R,
    buffer: Vec<u8>,
    at: usize,
    is_over: bool,
    /// The sample rate of the frames so far, while they follow each other without a gap.
    in_step: Option<u64>,
    is_first: bool,
}

impl<R: Read> Frames<R> {
    /// Begins with the first frame of `from`.
    pub fn new(from: R) -> Self {
        Self { from, buffer: Vec::new(), at: 0, is_over: false, in_step: None, is_first: true }
    }

    /// The next frame that sounds; `None` at the end.
    ///
    /// # Errors
    /// What the source says.
    pub fn next_sound(&mut self) -> io::Result<Option<Sound>> {
        let mut junk = 0;
        loop {
            let Some(frame) = self.frame()? else {
                if self.rest().len() < 4 || junk >= JUNK_BYTES_MAX {
                    return Ok(None);
                }
                self.at += 1;
                junk += 1;
                self.in_step = None;
                continue;
            };
            let length = usize::try_from(frame.bytes).unwrap_or(usize::MAX);
            self.fill(length)?;
            let Some(bytes) = self.rest().get(..length).map(<[u8]>::to_vec) else { return Ok(None) };
            let is_notes = std::mem::take(&mut self.is_first) && has_notes(&frame, &bytes);
            self.at += length;
            self.in_step = Some(frame.sample_rate);
            if !is_notes {
                return Ok(Some(Sound { bytes, nanos: frame.samples * 1_000_000_000 / frame.sample_rate }));
            }
        }
    }

    /// Leaves out what sounds before `ms`. Returns how much was left out, nanoseconds; less if the end came first.
    ///
    /// # Errors
    /// What the source says.
    pub fn skip(&mut self, ms: u64) -> io::Result<u64> {
        let (wanted, mut left_out) = (ms.saturating_mul(1_000_000), 0);
        while left_out < wanted {
            let Some(sound) = self.next_sound()? else { break };
            left_out += sound.nanos;
        }
        Ok(left_out)
    }

    /// The header that begins here, if it is to be believed.
    fn frame(&mut self) -> io::Result<Option<Frame>> {
        self.fill(4)?;
        let Some(frame) = self.rest().get(..4).and_then(mpeg::parse).filter(|frame| frame.layer == 3) else {
            return Ok(None);
        };
        if self.in_step == Some(frame.sample_rate) {
            return Ok(Some(frame));
        }
        // Four bytes may look like a header by chance; two headers in the right distance hardly do.
        let next = usize::try_from(frame.bytes).unwrap_or(usize::MAX);
        self.fill(next.saturating_add(4))?;
        let agrees = match self.rest().get(next..next.saturating_add(4)) {
            Some(four) => mpeg::parse(four).is_some_and(|other| {
                other.layer == 3 && other.sample_rate == frame.sample_rate && other.mpeg1 == frame.mpeg1
            }),
            None => self.rest().len() == next,
        };
        Ok(agrees.then_some(frame))
    }

    /// Reads until `count` bytes are there, or the end.
    fn fill(&mut self, count: usize) -> io::Result<()> {
        while !self.is_over && self.rest().len() < count {
            self.buffer.drain(..self.at);
            self.at = 0;
            let end = self.buffer.len();
            self.buffer.resize(end + READ_BYTES, 0);
            let read = loop {
                match self.from.read(&mut self.buffer[end..]) {
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    read => break read,
                }
            };
            self.buffer.truncate(end + read.as_ref().map_or(0, |count| *count));
            self.is_over = read? == 0;
        }
        Ok(())
    }

    fn rest(&self) -> &[u8] {
        &self.buffer[self.at..]
    }
}

/// Whether a file's first frame holds an encoder's notes instead of sound.
fn has_notes(frame: &Frame, bytes: &[u8]) -> bool {
    let named = |at: usize, name: &[u8]| bytes.get(at..at + 4).is_some_and(|four| four == name);
    let side = 4 + frame.side_info_bytes();
    named(side, b"Xing") || named(side, b"Info") || named(NOTES_BYTES - 4, b"VBRI")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A frame of 32 kbit/s at 44.1 kHz, mono: 104 bytes, 26 ms. Its bytes are all `mark`.
    fn frame(mark: u8) -> Vec<u8> {
        let mut frame = vec![mark; 104];
        frame[..4].copy_from_slice(&[0xff, 0xfb, 0x10, 0xc4]);
        frame
    }

    fn all(bytes: &[u8]) -> Vec<u8> {
        let mut frames = Frames::new(bytes);
        let mut marks = Vec::new();
        while let Some(sound) = frames.next_sound().unwrap() {
            assert_eq!((sound.bytes.len(), sound.nanos), (104, 26_122_448));
            marks.push(sound.bytes[50]);
        }
        marks
    }

    #[test]
    fn frames_follow_each_other_and_what_is_none_is_passed_over() {
        let row = |marks: &[u8]| marks.iter().flat_map(|mark| frame(*mark)).collect::<Vec<u8>>();
        assert_eq!(all(&row(&[1, 2, 3])), [1, 2, 3]);
        assert_eq!(all(&[b"junk \xff\xfb\x10\xc4 junk".to_vec(), row(&[1, 2])].concat()), [1, 2]);
        assert_eq!(all(&[row(&[1, 2]), vec![0xff; 300], row(&[3, 4])].concat()), [1, 2, 3, 4]);
        assert_eq!(all(&[row(&[1, 2]), b"TAG a title and so on".to_vec()].concat()), [1, 2]);
        assert_eq!(all(&[row(&[1]), frame(2)[..90].to_vec()].concat()), [1], "the last one is torn");
        assert!(all(b"").is_empty() && all(&[0xff; 5000]).is_empty());
    }

    #[test]
    fn an_encoders_notes_are_no_sound() {
        for (at, name) in [(4 + 17, b"Xing"), (4 + 17, b"Info"), (36, b"VBRI")] {
            let mut notes = frame(9);
            notes[at..at + 4].copy_from_slice(name);
            assert_eq!(all(&[notes.clone(), frame(1), notes, frame(2)].concat()), [1, 9, 2], "{name:?}");
        }
    }

    #[test]
    fn a_position_is_reached_by_frames() {
        let bytes: Vec<u8> = (0..100).flat_map(frame).collect();
        let mut frames = Frames::new(bytes.as_slice());
        assert_eq!(frames.skip(1_000).unwrap(), 39 * 26_122_448);
        assert_eq!(frames.next_sound().unwrap().unwrap().bytes[50], 39);
        assert_eq!(frames.skip(60_000).unwrap(), 60 * 26_122_448, "the end comes first");
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_make_frames_or_none(bytes in prop::collection::vec(any::<u8>(), 0..3_000)) {
            let mut frames = Frames::new(bytes.as_slice());
            let mut length = 0;
            while let Some(sound) = frames.next_sound().unwrap() {
                prop_assert!(sound.nanos > 0 && sound.nanos < 100_000_000 && !sound.bytes.is_empty());
                length += sound.bytes.len();
            }
            prop_assert!(length <= bytes.len());
        }

        #[test]
        fn whole_frames_survive_what_stands_between(
            parts in prop::collection::vec((prop::collection::vec(0_u8..0xf0, 0..300), 2_u8..5), 1..6),
        ) {
            let bytes: Vec<u8> = parts.iter().flat_map(|(junk, count)| {
                junk.iter().copied().chain((0..*count).flat_map(frame)).collect::<Vec<u8>>()
            }).collect();
            let expected: Vec<u8> = parts.iter().flat_map(|(_, count)| 0..*count).collect();
            // The last frame before junk has no follower, and is believed because those before it were.
            prop_assert_eq!(all(&bytes), expected);
        }
    }
}
