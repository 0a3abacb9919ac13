//! One connection's TLS, in memory only: what came from the network goes in, what goes to the network comes out.
//!
//! Nothing here touches a socket, so whoever holds it behind a lock holds it for a moment only: [`super::tls_link`] for
//! requests, on one thread; [`super::duplex`] for live sockets, which one thread reads and others write to.

use rustls::{ServerConfig, ServerConnection};
use std::io::{self, ErrorKind, Read, Write};
use std::sync::Arc;

/// Bytes read from a socket at once; rustls takes no more in one go.
pub const SEALED_BYTES: usize = 4096;

/// The state of one TLS connection.
pub struct Seal {
    // A kilobyte and a half: not to be moved from stack to stack.
    tls: Box<ServerConnection>,
    /// What came, and waits until what is open already has been read. Rarely anything.
    waiting: Vec<u8>,
}

impl Seal {
    /// A connection whose client is about to say hello.
    ///
    /// # Errors
    /// When the configuration cannot be used.
    pub fn new(config: &Arc<ServerConfig>) -> io::Result<Self> {
        let mut tls = ServerConnection::new(Arc::clone(config)).map_err(io::Error::other)?;
        // What is sealed is sent, or kept within the bounds of whoever sends it.
        tls.set_buffer_limit(None);
        Ok(Self { tls: Box::new(tls), waiting: Vec::new() })
    }

    /// Whether hands are still being shaken.
    pub fn is_new(&self) -> bool {
        self.tls.is_handshaking()
    }

    /// Takes what came from the network.
    ///
    /// # Errors
    /// When it is no TLS, or not from the other end. What is to be told it is waiting to be sent.
    pub fn take_in(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            if self.tls.read_tls(&mut bytes)? == 0 {
                // The other end has said goodbye; what follows is nobody's.
                return Ok(());
            }
            let state = self.tls.process_new_packets().map_err(io::Error::other)?;
            if state.plaintext_bytes_to_read() > 0 {
                break;
            }
        }
        self.waiting = bytes.to_vec();
        Ok(())
    }

    /// Reads what is open: 0 at the end, `None` when more must come from the network first.
    ///
    /// # Errors
    /// As [`Seal::take_in`].
    pub fn read(&mut self, into: &mut [u8]) -> io::Result<Option<usize>> {
        loop {
            match self.tls.reader().read(into) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                result => return result.map(Some),
            }
            if self.waiting.is_empty() {
                return Ok(None);
            }
            let waiting = std::mem::take(&mut self.waiting);
            self.take_in(&waiting)?;
        }
    }

    /// Seals `bytes`; they wait to be sent.
    ///
    /// # Errors
    /// When the connection is at its end.
    pub fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.tls.writer().write_all(bytes)
    }

    /// Says goodbye; it waits to be sent.
    pub fn put_goodbye(&mut self) {
        self.tls.send_close_notify();
    }

    /// Sends what waits.
    ///
    /// # Errors
    /// Those of `to`; an interrupted call is made again.
    pub fn send(&mut self, to: &mut impl Write) -> io::Result<()> {
        while self.tls.wants_write() {
            match self.tls.write_tls(to) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

impl std::fmt::Debug for Seal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Seal").finish_non_exhaustive()
    }
}
