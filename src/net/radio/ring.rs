//! The last seconds of a station's stream, for all who hear it.
//!
//! One thread puts pieces in; each listener reads at its own place. A piece is some whole frames, so that wherever a
//! listener begins, it begins with a frame. Pieces are put in a few seconds before they are due: who comes begins with the
//! one that is due now, and has those seconds at once, which fills a player's buffer. Who reads so slowly that its piece is
//! gone goes on with the one that is due: a gap for that one listener, and nothing for the others.

use crate::clock::Mono;
use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How long a piece stays after it was due, milliseconds: as far as a listener may lag.
const KEPT_MS: u64 = 10_000;
/// Bytes that are kept at most: 13 seconds of the largest bit rate, four times over.
const KEPT_BYTES_MAX: usize = 2 * 1024 * 1024;

/// A piece of the stream.
#[derive(Debug)]
pub struct Piece {
    /// Whole frames.
    pub bytes: Vec<u8>,
    /// What is heard.
    pub title: Arc<str>,
    /// When it is to be heard.
    pub due: Mono,
}

/// A listener's place: the number of the next piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place(u64);

/// The ring of one station.
#[derive(Debug, Default)]
pub struct Ring {
    inner: Mutex<Inner>,
    moved: Condvar,
}

#[derive(Debug, Default)]
struct Inner {
    pieces: VecDeque<Arc<Piece>>,
    first: u64,
    bytes: usize,
    is_closed: bool,
}

impl Ring {
    /// Puts a piece in. `now`: pieces that were due long before go.
    pub fn put(&self, piece: Piece, now: Mono) {
        let mut inner = self.lock();
        inner.bytes += piece.bytes.len();
        inner.pieces.push_back(Arc::new(piece));
        while inner.pieces.len() > 1
            && (inner.bytes > KEPT_BYTES_MAX || inner.pieces.front().is_some_and(|old| now.since(old.due) > KEPT_MS))
        {
            let gone = inner.pieces.pop_front().map_or(0, |old| old.bytes.len());
            inner.bytes -= gone;
            inner.first += 1;
        }
        self.moved.notify_all();
    }

    /// Where a listener begins.
    #[must_use]
    pub fn join(&self, now: Mono) -> Place {
        self.lock().due(now)
    }

    /// The piece at `place`, and the place behind it. Waits for it; `None` when the stream has ended.
    #[must_use]
    pub fn read(&self, place: Place, now: impl Fn() -> Mono) -> Option<(Arc<Piece>, Place)> {
        let mut inner = self.lock();
        loop {
            let place = if place.0 < inner.first { inner.due(now()) } else { place };
            let at = usize::try_from(place.0 - inner.first).unwrap_or(usize::MAX);
            if let Some(piece) = inner.pieces.get(at) {
                return Some((Arc::clone(piece), Place(place.0 + 1)));
            }
            if inner.is_closed {
                return None;
            }
            inner = self.moved.wait(inner).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Nothing more will come.
    pub fn close(&self) {
        self.lock().is_closed = true;
        self.moved.notify_all();
    }

    /// Whether nothing more will come.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.lock().is_closed
    }

    /// Rests for `span`, or until it is closed.
    pub fn rest(&self, span: Duration) {
        let inner = self.lock();
        drop(self.moved.wait_timeout_while(inner, span, |inner| !inner.is_closed));
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    /// The first piece that is not over: the live edge, and the seconds that were made ahead.
    fn due(&self, now: Mono) -> Place {
        let late = self.pieces.iter().rev().take_while(|piece| piece.due >= now).count();
        Place(self.first + (self.pieces.len() - late) as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring(dues: impl IntoIterator<Item = u64>, now: u64) -> Ring {
        let ring = Ring::default();
        for due in dues {
            ring.put(Piece { bytes: vec![0; 10], title: due.to_string().into(), due: Mono(due) }, Mono(now));
        }
        ring
    }

    fn title(ring: &Ring, place: Place, now: u64) -> (String, Place) {
        let (piece, next) = ring.read(place, || Mono(now)).unwrap();
        (piece.title.to_string(), next)
    }

    #[test]
    fn who_joins_begins_with_what_is_due_and_gets_what_is_ahead() {
        let ring = ring([1_000, 2_000, 3_000, 4_000], 2_000);
        let (first, next) = title(&ring, ring.join(Mono(2_000)), 2_000);
        assert_eq!((first.as_str(), title(&ring, next, 2_000).0.as_str()), ("2000", "3000"));
        assert_eq!(title(&ring, ring.join(Mono(3_500)), 3_500).0, "4000");
        ring.close();
        assert!(ring.read(ring.join(Mono(9_000)), || Mono(9_000)).is_none());
    }

    #[test]
    fn who_lags_behind_the_window_goes_on_with_what_is_due() {
        let ring = ring((0..100).map(|n| n * 1_000), 90_000);
        let (piece, next) = title(&ring, Place(3), 90_000);
        assert_eq!(piece, "90000");
        assert_eq!(title(&ring, next, 90_000).0, "91000");
        assert!(ring.lock().pieces.len() <= 21);
    }

    #[test]
    fn the_window_is_bounded_in_bytes_too() {
        let ring = Ring::default();
        for _ in 0..10 {
            ring.put(Piece { bytes: vec![0; 1 << 20], title: "".into(), due: Mono(5) }, Mono(5));
        }
        let inner = ring.lock();
        assert!(inner.bytes <= KEPT_BYTES_MAX);
        assert_eq!(inner.bytes, inner.pieces.len() << 20);
    }
}
