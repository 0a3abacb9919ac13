//! What was received and is not read yet: small while a connection idles, grown for one head, bounded always.

use super::link::Link;
use crate::limits::{HEAD_BYTES_MAX, INBOX_BYTES_IDLE};
use std::io;
use std::time::Duration;

/// The receive buffer of one connection.
#[derive(Debug, Default)]
pub struct Inbox {
    store: Vec<u8>,
    start: usize,
    end: usize,
}

impl Inbox {
    /// Takes what was received before.
    #[must_use]
    pub fn holding(bytes: Vec<u8>) -> Self {
        Self { start: 0, end: bytes.len(), store: bytes }
    }

    /// What is not read yet.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.store[self.start..self.end]
    }

    /// Whether there is nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.start == self.end
    }

    /// Whether it holds as much as a head may be long.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.end - self.start >= HEAD_BYTES_MAX
    }

    /// Counts `count` bytes as read.
    pub fn consume(&mut self, count: usize) {
        self.start = (self.start + count).min(self.end);
        if self.is_empty() {
            (self.start, self.end) = (0, 0);
        }
    }

    /// Takes up to `count` bytes out.
    pub fn take(&mut self, count: usize) -> Vec<u8> {
        let bytes = self.bytes();
        let taken = bytes[..count.min(bytes.len())].to_vec();
        self.consume(taken.len());
        taken
    }

    /// Receives once, behind what is there; 0 at the end of the stream. Must not be full.
    ///
    /// # Errors
    /// As [`Link::receive`].
    pub fn fill(&mut self, link: &mut impl Link, within: Duration) -> io::Result<usize> {
        self.make_room();
        let count = link.receive(&mut self.store[self.end..], within)?;
        self.end += count;
        Ok(count)
    }

    fn make_room(&mut self) {
        if self.is_empty() && self.store.len() != INBOX_BYTES_IDLE {
            self.store = vec![0; INBOX_BYTES_IDLE];
        }
        if self.start > 0 {
            self.store.copy_within(self.start..self.end, 0);
            (self.start, self.end) = (0, self.end - self.start);
        }
        if self.end == self.store.len() {
            self.store.resize((self.end * 2).clamp(INBOX_BYTES_IDLE, HEAD_BYTES_MAX.max(self.end + 1)), 0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A link that has these bytes, in pieces of at most 700.
    struct Canned(Vec<u8>);

    impl Link for Canned {
        fn receive(&mut self, into: &mut [u8], _: Duration) -> io::Result<usize> {
            let count = into.len().min(self.0.len()).min(700);
            into[..count].copy_from_slice(&self.0[..count]);
            self.0.drain(..count);
            Ok(count)
        }
        fn send(&mut self, _: &[u8], _: &[u8]) -> io::Result<()> {
            Ok(())
        }
        fn finish(&mut self) {}
    }

    #[test]
    fn bytes_come_out_in_order_and_the_store_shrinks_again() {
        let sent: Vec<u8> = (0..20_000_u32).map(|at| (at % 251) as u8).collect();
        let (mut link, mut inbox, mut got) = (Canned(sent.clone()), Inbox::default(), Vec::new());
        while !inbox.is_full() && inbox.fill(&mut link, Duration::ZERO).unwrap() > 0 {}
        assert_eq!(inbox.bytes().len(), HEAD_BYTES_MAX);
        got.extend(inbox.take(10));
        got.extend(inbox.take(usize::MAX));
        while inbox.fill(&mut link, Duration::ZERO).unwrap() > 0 {
            got.extend(inbox.take(3));
        }
        got.extend(inbox.take(usize::MAX));
        assert_eq!(got, sent);
        assert_eq!(inbox.fill(&mut link, Duration::ZERO).unwrap(), 0);
        assert_eq!(inbox.store.len(), INBOX_BYTES_IDLE);
    }
}
