//! A TLS connection as HTTP uses it: the same [`Link`] as plain TCP, with a [`Seal`] around its bytes.

use super::link::{Link, Plain};
use super::seal::{SEALED_BYTES, Seal};
use crate::clock;
use crate::limits::FILE_COPY_BYTES;
use rustls::ServerConfig;
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A TLS connection over TCP.
pub struct Sealed {
    plain: Plain,
    seal: Seal,
}

impl Sealed {
    /// Shakes hands with a client that began with `first`. All of it is due at `due`.
    ///
    /// # Errors
    /// `TimedOut` when it takes longer; what the connection says; what is wrong with what the client says.
    #[inline(never)]
    pub fn accept(plain: Plain, config: &Arc<ServerConfig>, first: &[u8], due: Instant) -> io::Result<Self> {
        let mut link = Self { seal: Seal::new(config)?, plain };
        link.hear(first)?;
        while link.seal.is_new() {
            if !link.hear_more(due.saturating_duration_since(clock::instant()))? {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        Ok(link)
    }

    /// Both parts, for whoever takes the connection over. The socket has no read timeout.
    ///
    /// # Errors
    /// When the socket is gone already.
    pub fn into_parts(self) -> io::Result<(Arc<std::net::TcpStream>, Seal)> {
        Ok((self.plain.into_socket()?, self.seal))
    }

    /// Takes in what came, and answers what TLS itself has to answer.
    fn hear(&mut self, bytes: &[u8]) -> io::Result<()> {
        let heard = self.seal.take_in(bytes);
        // Also what is wrong is told: a browser shows its user a reason then.
        let told = self.seal.send(&mut self.plain);
        heard.and(told)
    }

    /// Waits at most `within` for bytes of the network; false at its end. Its buffer is on the stack while it waits only.
    #[inline(never)]
    fn hear_more(&mut self, within: Duration) -> io::Result<bool> {
        let mut bytes = [0; SEALED_BYTES];
        let count = self.plain.receive(&mut bytes, within)?;
        if count > 0 {
            self.hear(&bytes[..count])?;
        }
        Ok(count > 0)
    }
}

impl Link for Sealed {
    fn receive(&mut self, into: &mut [u8], within: Duration) -> io::Result<usize> {
        let mut left = within;
        let begun = clock::instant();
        loop {
            if let Some(count) = self.seal.read(into)? {
                return Ok(count);
            }
            if !self.hear_more(left)? {
                return Ok(0);
            }
            left = within.saturating_sub(clock::instant().saturating_duration_since(begun));
        }
    }

    fn send(&mut self, head: &[u8], body: &[u8]) -> io::Result<()> {
        self.seal.put(head)?;
        for piece in body.chunks(FILE_COPY_BYTES) {
            self.seal.put(piece)?;
            self.seal.send(&mut self.plain)?;
        }
        self.seal.send(&mut self.plain)
    }

    fn finish(&mut self) {
        self.seal.put_goodbye();
        // A peer that does not take it is as finished as can be.
        let _ = self.seal.send(&mut self.plain);
        self.plain.finish();
    }
}
