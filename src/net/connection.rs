//! One connection on its own thread: the first byte says what it speaks, then it speaks it until it ends.

use super::bounds::Bounds;
use super::http1::{Connection, Handover};
use super::inbox::Inbox;
use super::link::Plain;
use super::message::Peer;
use super::registry::Seat;
use super::service::{Service, Taken};
use crate::clock;
use std::io;
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;

/// What a connection speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Speaks {
    /// HTTP/1.1, or something that its parser will refuse.
    Http,
    /// TLS: its first record is a handshake.
    Tls,
}

impl Speaks {
    /// Judges by the first byte: no HTTP method begins with 0x16, every TLS handshake does.
    const fn of(first: u8) -> Self {
        match first {
            0x16 => Self::Tls,
            _ => Self::Http,
        }
    }
}

/// Serves a connection from its first byte to its end.
pub(super) fn serve(socket: Arc<TcpStream>, peer: SocketAddr, seat: &Seat, service: &dyn Service, bounds: &Bounds) {
    let since = clock::instant();
    let begun = Plain::new(socket, bounds.write_stall).and_then(|mut link| {
        let mut inbox = Inbox::default();
        let count = inbox.fill(&mut link, bounds.head_deadline)?;
        Ok((link, inbox, count))
    });
    let (link, inbox) = match begun {
        Ok((link, inbox, 1..)) => (link, inbox),
        // Gone again, or silent until the deadline: browsers open such connections for later.
        Ok(_) | Err(_) => return,
    };
    match Speaks::of(inbox.bytes()[0]) {
        // The place where rustls takes over: a Link of its own under the same Connection.
        Speaks::Tls => log::debug!("{peer} speaks TLS, which is not served yet"),
        Speaks::Http => converse(link, inbox, peer, seat, service, bounds, since),
    }
}

fn converse(
    mut link: Plain,
    inbox: Inbox,
    peer: SocketAddr,
    seat: &Seat,
    service: &dyn Service,
    bounds: &Bounds,
    since: std::time::Instant,
) {
    let peer = Peer::Tcp(peer);
    let handover = Connection { link: &mut link, inbox, peer, service, bounds, watch: seat }.run(since);
    let Some(handover) = handover.filter(|_| seat.taken()) else { return };
    if let Err(error) = hand_over(link, peer, handover) {
        log::debug!("a connection was gone before it was taken over: {error}");
    }
}

fn hand_over(link: Plain, peer: Peer, handover: Handover) -> io::Result<()> {
    let Handover { take, head, already_read } = handover;
    take(Taken { socket: link.into_socket()?, already_read, peer, head });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_byte_tells_tls_from_everything_else() {
        assert_eq!(Speaks::of(0x16), Speaks::Tls);
        for byte in [b'G', b'P', b'\r', 0, 0x80, 0xff] {
            assert_eq!(Speaks::of(byte), Speaks::Http);
        }
    }
}
