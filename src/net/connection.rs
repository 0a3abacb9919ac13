//! One connection on its own thread: the first byte says what it speaks, then it speaks it until it ends.
//!
//! Plain HTTP and HTTP over TLS are the same [`Connection`] over two kinds of link, each compiled for itself: neither costs
//! the other anything.

use super::bounds::Bounds;
use super::duplex::Duplex;
use super::http1::{Connection, Handover};
use super::inbox::Inbox;
use super::link::{Link, Plain};
use super::message::Peer;
use super::registry::Seat;
use super::service::{Service, Taken};
use super::tls_link::Sealed;
use crate::clock;
use rustls::ServerConfig;
use std::io;
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Instant;

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

/// What the door gives each of its connections.
pub(super) struct House {
    /// What answers.
    pub service: Arc<dyn Service>,
    /// How long things may take.
    pub bounds: Bounds,
    /// What hands are shaken with; without, who speaks TLS is not answered.
    pub tls: Option<Arc<ServerConfig>>,
}

/// Serves a connection from its first byte to its end.
pub(super) fn serve(socket: Arc<TcpStream>, peer: SocketAddr, seat: &Seat, house: &House) {
    let since = clock::instant();
    let begun = Plain::new(socket, house.bounds.write_stall).and_then(|mut link| {
        let mut inbox = Inbox::default();
        let count = inbox.fill(&mut link, house.bounds.head_deadline)?;
        Ok((link, inbox, count))
    });
    let (link, inbox) = match begun {
        Ok((link, inbox, 1..)) => (link, inbox),
        // Gone again, or silent until the deadline: browsers open such connections for later.
        Ok(_) | Err(_) => return,
    };
    match (Speaks::of(inbox.bytes()[0]), &house.tls) {
        (Speaks::Http, _) => speak_http(link, inbox, peer, seat, house, since),
        (Speaks::Tls, Some(config)) => speak_tls(link, inbox, peer, seat, house, config, since),
        (Speaks::Tls, None) => log::debug!("{peer} speaks TLS, which is switched off"),
    }
}

// These two, and what they do first, are kept apart: a connection waits deep in its stack, and what it does not need there
// would cost each of thousands some pages.

#[inline(never)]
fn speak_http(link: Plain, inbox: Inbox, peer: SocketAddr, seat: &Seat, house: &House, since: Instant) {
    let left = converse(link, inbox, Peer::Tcp(peer), seat, house, since);
    hand_over(left, |link| Ok(Duplex::plain(link.into_socket()?)));
}

#[inline(never)]
fn speak_tls(
    link: Plain,
    first: Inbox,
    peer: SocketAddr,
    seat: &Seat,
    house: &House,
    config: &Arc<ServerConfig>,
    since: Instant,
) {
    // The whole handshake is due when a head would be; the head then has a deadline of its own.
    let accepted = Sealed::accept(link, config, first.bytes(), since + house.bounds.head_deadline);
    drop(first);
    match accepted {
        Ok(link) => {
            let left = converse(link, Inbox::default(), Peer::Tls(peer), seat, house, clock::instant());
            hand_over(left, |link| link.into_parts().map(|(socket, seal)| Duplex::sealed(socket, seal)));
        }
        Err(error) => log::debug!("{peer}: no TLS handshake: {error}"),
    }
}

/// A connection that left HTTP.
struct Left<L> {
    link: L,
    peer: Peer,
    handover: Handover,
}

/// Answers requests until the connection ends, or leaves HTTP and may.
#[inline(never)]
fn converse<L: Link>(
    mut link: L,
    inbox: Inbox,
    peer: Peer,
    seat: &Seat,
    house: &House,
    since: Instant,
) -> Option<Left<L>> {
    let (service, bounds) = (&*house.service, &house.bounds);
    let handover = Connection { link: &mut link, inbox, peer, service, bounds, watch: seat }.run(since);
    handover.filter(|_| seat.taken()).map(|handover| Left { link, peer, handover })
}

fn hand_over<L>(left: Option<Left<L>>, duplex: impl FnOnce(L) -> io::Result<Duplex>) {
    let Some(Left { link, peer, handover: Handover { take, head, already_read } }) = left else { return };
    match duplex(link) {
        Ok(duplex) => take(Taken { duplex, already_read, peer, head }),
        Err(error) => log::debug!("a connection was gone before it was taken over: {error}"),
    }
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
