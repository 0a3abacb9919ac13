//! An event stream (S3's `/events`), from head to end, on its connection's own thread.
//!
//! Writing is the fan-out's; this thread only waits for the other end to go away.

use super::ws::tune;
use super::{Live, Opening};
use crate::core::presence::Signal;
use crate::net::service::Taken;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// What a client that lost its stream should wait before it comes back, milliseconds.
const RETRY_MS: u32 = 1000;

/// Serves a connection as an event stream until it ends. `listens`: its device becomes a listener of the room.
pub fn serve(live: &Arc<Live>, taken: Taken, opening: Opening, listens: bool) {
    tune(taken.duplex.socket());
    let (device, room) = (opening.you.client_id.clone(), opening.view.room.clone());
    let connection = live.open(taken.duplex, opening, &head());
    if listens {
        connection.listens.store(true, Ordering::Relaxed);
        live.hub().signal(Signal::Join(device, room, connection.id));
    }
    let mut ignored = [0_u8; 256];
    // An event stream's client has nothing to say; whatever it says only shows that it is there.
    while matches!(connection.out.read(&mut ignored), Ok(1..)) {}
    live.close(&connection);
}

fn head() -> Vec<u8> {
    let fields = "Content-Type: text/event-stream\r\nCache-Control: no-store\r\nX-Accel-Buffering: no\r\n\
                  X-Content-Type-Options: nosniff\r\nConnection: close\r\n";
    format!("HTTP/1.1 200 OK\r\n{fields}\r\nretry: {RETRY_MS}\n\n").into_bytes()
}
