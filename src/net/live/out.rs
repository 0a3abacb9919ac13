//! The one way to a socket: bytes go out whole, in order, without ever waiting.
//!
//! Whatever is written (events by the fan-out, answers by the reader, pongs by tungstenite) is appended under one lock,
//! behind what is still pending. A send takes what the kernel takes; the rest stays pending and the socket *lags*:
//! [`Out::push`] says so once, and whoever called hands the socket to the mop. Over TLS bytes are sealed when they are
//! appended, under the same lock, so what is pending is always what the network gets.

use crate::hub::ring::Cursor;
use crate::limits;
use crate::net::duplex::Duplex;
use rustix::io::Errno;
use rustix::net::SendFlags;
use std::net::{Shutdown, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The sending side of a live socket.
#[derive(Debug)]
pub struct Out {
    duplex: Duplex,
    inner: Mutex<Inner>,
}

/// What is known of the sending side, under its lock.
#[derive(Debug)]
pub struct Inner {
    /// Where in the ring to go on.
    pub cursor: Cursor,
    /// The last logged event that was written down, shown or not.
    pub seq: u64,
    /// Bytes for the network that the kernel has not taken yet. Empty unless lagging.
    pending: Vec<u8>,
    /// How many of them came while it lagged. The others are one piece of the story, as long as that is.
    behind: usize,
    lags: bool,
    dead: bool,
}

impl Out {
    /// A sending side that begins with `greeting` and goes on at `cursor`, after event `seq`. It lags until
    /// [`Out::mop`] has sent the greeting: whatever comes meanwhile goes out behind it.
    #[must_use]
    pub fn greeting(duplex: Duplex, cursor: Cursor, seq: u64, greeting: Vec<u8>) -> Self {
        let inner = match duplex.seal_own(greeting) {
            Ok(pending) => Inner { cursor, seq, pending, behind: 0, lags: true, dead: false },
            // Its reader finds that out as well.
            Err(_) => Inner { cursor, seq, pending: Vec::new(), behind: 0, lags: true, dead: true },
        };
        Self { duplex, inner: Mutex::new(inner) }
    }

    /// The socket, to watch.
    #[must_use]
    pub fn socket(&self) -> &TcpStream {
        self.duplex.socket()
    }

    /// Waits for what the other end says; 0 at the end. For the thread that reads it.
    ///
    /// # Errors
    /// What the connection says.
    pub fn read(&self, into: &mut [u8]) -> std::io::Result<usize> {
        self.duplex.read(into)
    }

    /// Sends `bytes`, or keeps what does not fit. True if the socket began to lag with it.
    #[must_use]
    pub fn push(&self, bytes: &[u8]) -> bool {
        let mut inner = self.lock();
        self.append(&mut inner, bytes)
    }

    /// Sends what `compose` writes at the socket's place in the ring, unless it lags or is dead: then it is passed over.
    /// True if the socket began to lag with it.
    #[must_use]
    pub fn advance(&self, compose: impl FnOnce(&mut Inner) -> Composed) -> bool {
        let mut inner = self.lock();
        if inner.lags || inner.dead {
            return false;
        }
        match compose(&mut inner) {
            Composed::Shared(bytes) => self.append(&mut inner, &bytes),
            Composed::Own(bytes) => self.append(&mut inner, &bytes),
        }
    }

    /// The socket is writable again: sends what is pending, then goes on with what `compose` writes until there is
    /// nothing more. True if it still lags.
    #[must_use]
    pub fn mop(&self, mut compose: impl FnMut(&mut Inner) -> Vec<u8>) -> bool {
        let mut inner = self.lock();
        loop {
            let pending = std::mem::take(&mut inner.pending);
            let sent = self.send(&mut inner, &pending);
            if inner.dead {
                return false;
            }
            if sent < pending.len() {
                inner.pending = pending[sent..].to_vec();
                return true;
            }
            inner.behind = 0;
            let more = compose(&mut inner);
            if more.is_empty() {
                inner.lags = false;
                return false;
            }
            match self.duplex.seal_own(more) {
                Ok(more) => inner.pending = more,
                Err(_) => self.end(&mut inner),
            }
        }
    }

    /// Whether bytes wait for the kernel.
    #[must_use]
    pub fn lags(&self) -> bool {
        self.lock().lags
    }

    /// Ends the socket, both ways; its reader finds out and removes it.
    pub fn kill(&self) {
        self.end(&mut self.lock());
    }

    /// Says that nothing more will come. What the kernel has already is still delivered.
    pub fn hang_up(&self) {
        self.say_goodbye(Shutdown::Both);
    }

    /// Says that nothing more will come, and leaves the other end to say goodbye: closing with bytes unread would take
    /// back what it has not read yet.
    pub fn finish(&self) {
        self.say_goodbye(Shutdown::Write);
    }

    fn say_goodbye(&self, how: Shutdown) {
        let mut inner = self.lock();
        if !inner.lags && !inner.dead {
            self.send(&mut inner, &self.duplex.goodbye());
        }
        // It may be gone already; then there is nothing to shut down.
        drop(self.duplex.socket().shutdown(how));
    }

    fn append(&self, inner: &mut Inner, bytes: &[u8]) -> bool {
        if inner.dead || bytes.is_empty() {
            return false;
        }
        let Ok(bytes) = self.duplex.seal(bytes) else {
            self.end(inner);
            return false;
        };
        let bytes = bytes.as_ref();
        if inner.lags {
            inner.pending.extend_from_slice(bytes);
            inner.behind += bytes.len();
            if inner.behind > limits::LIVE_PENDING_BYTES_MAX.max(bytes.len()) {
                self.end(inner);
            }
            return false;
        }
        let sent = self.send(inner, bytes);
        if inner.dead || sent == bytes.len() {
            return false;
        }
        inner.pending = bytes[sent..].to_vec();
        inner.lags = true;
        true
    }

    /// Gives the kernel as much as it takes now. Marks the socket dead on any error but "not now".
    fn send(&self, inner: &mut Inner, bytes: &[u8]) -> usize {
        let mut sent = 0;
        while sent < bytes.len() {
            match rustix::net::send(self.duplex.socket(), &bytes[sent..], SendFlags::DONTWAIT | SendFlags::NOSIGNAL) {
                Ok(more) => sent += more,
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => break,
                Err(_) => {
                    self.end(inner);
                    break;
                }
            }
        }
        sent
    }

    fn end(&self, inner: &mut Inner) {
        inner.dead = true;
        inner.pending = Vec::new();
        // It may be gone already; then there is nothing to shut down.
        drop(self.duplex.socket().shutdown(Shutdown::Both));
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is to be sent to one socket.
pub enum Composed {
    /// The same bytes as to all others with the same view.
    Shared(Arc<Vec<u8>>),
    /// Bytes for this socket alone.
    Own(Vec<u8>),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::Durable;
    use crate::core::presence::Presence;
    use crate::hub::ring::Ring;
    use crate::wire::snapshot::Published;
    use std::io::Read;
    use std::net::TcpListener;
    use std::time::Duration;

    /// A sending side that has a greeting to send, and the other end of it.
    fn greeting(bytes: Vec<u8>) -> (Out, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let phone = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        phone.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let (socket, _) = listener.accept().unwrap();
        let published = Published::new("e".into(), 0, "c".into(), Durable::default(), Presence::default(), None);
        let cursor = Ring::new(Arc::new(published), []).join(None).cursor;
        (Out::greeting(Duplex::plain(Arc::new(socket)), cursor, 0, bytes), phone)
    }

    #[test]
    fn an_answer_waits_behind_a_greeting_however_long_that_is() {
        let greeted = vec![b'g'; 64 * limits::LIVE_PENDING_BYTES_MAX];
        let (out, mut phone) = greeting(greeted.clone());
        assert!(out.mop(|_| Vec::new()), "nobody reads yet");
        assert!(!out.push(b"answer"));
        let expected = [greeted, b"answer".to_vec()].concat();
        let mut received = vec![0; expected.len()];
        std::thread::scope(|scope| {
            let reader = scope.spawn(|| phone.read_exact(&mut received));
            while !reader.is_finished() {
                let _ = out.mop(|_| Vec::new());
            }
            reader.join().unwrap().unwrap();
        });
        assert!(received == expected);
        assert!(!out.lags());
    }

    #[test]
    fn who_asks_on_and_does_not_read_is_let_go() {
        let (out, mut phone) = greeting(vec![b'g'; 64 * limits::LIVE_PENDING_BYTES_MAX]);
        assert!(out.mop(|_| Vec::new()));
        let answer = [b'a'; 1024];
        for _ in 0..=limits::LIVE_PENDING_BYTES_MAX / answer.len() {
            let _ = out.push(&answer);
        }
        let mut received = Vec::new();
        let _ = phone.read_to_end(&mut received); // closed, or reset
        assert!(received.iter().all(|byte| *byte == b'g'));
    }
}
