//! A connection that left HTTP: one thread reads it, and whoever holds the lock of its sending side writes to it.
//!
//! Over TLS both directions share one [`Seal`]. Its lock is held for work in memory only, never while a socket is waited
//! for, so a reader cannot stall whoever writes to all; and a writer seals under a lock of its own
//! ([`super::live::out::Out`]), so that bytes leave in the order in which they were sealed. The reader never takes that lock
//! while it has this one: there is no circle.

use super::seal::{SEALED_BYTES, Seal};
use std::borrow::Cow;
use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Both directions of a connection.
#[derive(Debug)]
pub struct Duplex {
    socket: Arc<TcpStream>,
    seal: Option<Mutex<Seal>>,
}

impl Duplex {
    /// A connection without TLS.
    #[must_use]
    pub fn plain(socket: Arc<TcpStream>) -> Self {
        Self { socket, seal: None }
    }

    /// A connection whose hands are shaken.
    #[must_use]
    pub fn sealed(socket: Arc<TcpStream>, seal: Seal) -> Self {
        Self { socket, seal: Some(Mutex::new(seal)) }
    }

    /// The socket, to be watched, tuned, shut down; to be sent what [`Duplex::seal`] gave, and nothing else.
    #[must_use]
    pub fn socket(&self) -> &TcpStream {
        &self.socket
    }

    /// Waits for bytes and takes those that are there; 0 at the end. For one thread.
    ///
    /// # Errors
    /// What the connection says.
    pub fn read(&self, into: &mut [u8]) -> io::Result<usize> {
        match &self.seal {
            None => (&*self.socket).read(into),
            Some(seal) => self.read_sealed(seal, into),
        }
    }

    /// Apart, so that a plain connection that waits has no room for this on its stack.
    #[inline(never)]
    fn read_sealed(&self, seal: &Mutex<Seal>, into: &mut [u8]) -> io::Result<usize> {
        let mut bytes = [0; SEALED_BYTES];
        loop {
            if let Some(count) = lock(seal).read(into)? {
                return Ok(count);
            }
            match (&*self.socket).read(&mut bytes) {
                Ok(0) => return Ok(0),
                Ok(count) => lock(seal).take_in(&bytes[..count])?,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// What is to be sent for `bytes`: themselves, or what TLS makes of them. It must be sent, in the order of the calls.
    ///
    /// # Errors
    /// When TLS is at its end.
    pub fn seal<'b>(&self, bytes: &'b [u8]) -> io::Result<Cow<'b, [u8]>> {
        let Some(seal) = &self.seal else { return Ok(Cow::Borrowed(bytes)) };
        let mut seal = lock(seal);
        // A record has 16 KiB at most, and 22 bytes around them.
        let mut sealed = Vec::with_capacity(bytes.len() + 22 * (1 + bytes.len() / 16_384));
        seal.put(bytes)?;
        seal.send(&mut sealed)?;
        Ok(Cow::Owned(sealed))
    }

    /// The same without a copy where there is nothing to seal.
    ///
    /// # Errors
    /// As [`Duplex::seal`].
    pub fn seal_own(&self, bytes: Vec<u8>) -> io::Result<Vec<u8>> {
        if self.seal.is_none() { Ok(bytes) } else { self.seal(&bytes).map(Cow::into_owned) }
    }

    /// What TLS says to show that the end is meant, to be sent as the last; nothing without TLS.
    #[must_use]
    pub fn goodbye(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        if let Some(seal) = &self.seal {
            let mut seal = lock(seal);
            seal.put_goodbye();
            // Into memory: it cannot fail.
            let _ = seal.send(&mut bytes);
        }
        bytes
    }

    /// Writes all of it, however long that takes: for a connection that only one thread writes to.
    ///
    /// # Errors
    /// What the connection says.
    pub fn write_all(&self, bytes: &[u8]) -> io::Result<()> {
        (&*self.socket).write_all(&self.seal(bytes)?)
    }

    /// Says that nothing more will come: for the one who alone writes to it.
    pub fn finish(&self) {
        // Whoever is gone needs no goodbye.
        let _ = (&*self.socket).write_all(&self.goodbye());
    }
}

fn lock(seal: &Mutex<Seal>) -> MutexGuard<'_, Seal> {
    seal.lock().unwrap_or_else(PoisonError::into_inner)
}
