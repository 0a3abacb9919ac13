//! A client without a socket: it says its pieces, hears everything, and leaves. For the tests of this room, and for those that
//! throw broken bytes at it (`tests/fuzz`), which take this file by its path.
#![allow(missing_docs, reason = "for tests")]

use super::{Link, Watch};
use std::collections::VecDeque;
use std::io;
use std::time::Duration;

/// A client that says these pieces, one at a time however much is asked for, then ends.
pub struct Script {
    pieces: VecDeque<Vec<u8>>,
    /// What was said to it.
    pub got: Vec<u8>,
}

impl Script {
    pub fn of(pieces: impl IntoIterator<Item = Vec<u8>>) -> Self {
        // A piece of nothing would be its end.
        let pieces = pieces.into_iter().filter(|piece| !piece.is_empty()).collect();
        Self { pieces, got: Vec::new() }
    }
}

impl Link for Script {
    fn receive(&mut self, into: &mut [u8], _: Duration) -> io::Result<usize> {
        let Some(piece) = self.pieces.front_mut() else { return Ok(0) };
        let count = piece.len().min(into.len());
        into[..count].copy_from_slice(&piece[..count]);
        piece.drain(..count);
        if piece.is_empty() {
            self.pieces.pop_front();
        }
        Ok(count)
    }

    fn send(&mut self, head: &[u8], body: &[u8]) -> io::Result<()> {
        self.got.extend_from_slice(head);
        self.got.extend_from_slice(body);
        Ok(())
    }

    fn finish(&mut self) {}
}

/// Nobody hurries the conversation.
pub struct Patient;

impl Watch for Patient {
    fn begins(&self) -> bool {
        true
    }
    fn answered(&self) -> bool {
        true
    }
    fn is_last(&self) -> bool {
        false
    }
}
