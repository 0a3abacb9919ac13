//! The body behind a head: exactly as many bytes as were announced, by a deadline.

use super::http1::{Stop, late};
use super::inbox::Inbox;
use super::link::Link;
use crate::clock;
use std::time::Instant;

/// Bytes asked for at a time: memory follows what was sent, never what was announced.
const PIECE_BYTES: usize = 8 * 1024;

/// Reads `length` bytes, those in the inbox first.
pub(super) fn read_body(link: &mut impl Link, inbox: &mut Inbox, length: usize, due: Instant) -> Result<Vec<u8>, Stop> {
    let mut body = inbox.take(length);
    while body.len() < length {
        let have = body.len();
        body.resize(have + PIECE_BYTES.min(length - have), 0);
        let within = due.saturating_duration_since(clock::instant());
        match link.receive(&mut body[have..], within) {
            Ok(0) => return Err(Stop::Gone),
            Ok(count) => body.truncate(have + count),
            Err(error) => return Err(late(&error, false)),
        }
    }
    Ok(body)
}
