//! A connection's two directions as HTTP needs them, with deadlines: the one place that knows it is a socket.
//!
//! [`Plain`] is TCP without TLS. With it, [`super::tls_link`] is another [`Link`]; it cannot let the kernel send files, so
//! it keeps the copying default.

use super::permit::Permit;
use crate::clock;
use crate::limits::{FILE_COPY_BYTES, LINGER_BYTES_MAX, SENDFILE_CHUNK_BYTES};
use rustix::io::Errno;
use rustix::net::SendFlags;
use socket2::SockRef;
use std::fs::File;
use std::io::{self, ErrorKind, IoSlice, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::os::unix::fs::FileExt;
use std::sync::Arc;
use std::time::Duration;

/// A stretch of a file that is to be sent.
#[derive(Clone, Copy, Debug)]
pub struct Stretch<'f> {
    /// The file.
    pub file: &'f File,
    /// Where the stretch begins, bytes.
    pub offset: u64,
    /// How long it is, bytes.
    pub len: u64,
    /// For how long it may be sent.
    pub permit: &'f Permit,
}

impl Stretch<'_> {
    /// Asked before each part.
    fn may_go_on(&self) -> io::Result<()> {
        if self.permit.holds() { Ok(()) } else { Err(ErrorKind::PermissionDenied.into()) }
    }
}

/// What HTTP/1.1 does with a connection.
pub trait Link {
    /// Waits at most `within` for bytes and takes those that are there; 0 at the end of the stream.
    ///
    /// # Errors
    /// `TimedOut` when none came in time; else what the connection says.
    fn receive(&mut self, into: &mut [u8], within: Duration) -> io::Result<usize>;

    /// Sends both parts, in one call where they fit.
    ///
    /// # Errors
    /// `TimedOut` when the peer took nothing for the write stall; else what the connection says.
    fn send(&mut self, head: &[u8], body: &[u8]) -> io::Result<()>;

    /// Sends a head and a stretch of a file behind it.
    ///
    /// # Errors
    /// As [`Link::send`]; `UnexpectedEof` when the file ends before the stretch does. The connection must end then,
    /// because its length was promised; so it must after `PermissionDenied`, when the stretch may be sent no more.
    fn send_file(&mut self, head: &[u8], stretch: Stretch<'_>) -> io::Result<()> {
        self.send(head, &[])?;
        copy_file(stretch, |bytes| self.send(bytes, &[]))
    }

    /// Ends the sending direction.
    fn finish(&mut self);
}

/// A plain TCP connection.
pub struct Plain {
    socket: Arc<TcpStream>,
    timeout: Option<Duration>,
}

impl Plain {
    /// Takes a blocking socket and prepares it: no Nagle delay, and sending gives up after `write_stall`.
    ///
    /// # Errors
    /// When the socket is gone already.
    pub fn new(socket: Arc<TcpStream>, write_stall: Duration) -> io::Result<Self> {
        socket.set_nodelay(true)?;
        socket.set_write_timeout(Some(write_stall))?;
        // Progress is what the peer takes: the kernel's own buffers take a little more now and then, and each time the
        // write timeout would begin anew.
        SockRef::from(&*socket).set_tcp_user_timeout(Some(write_stall))?;
        Ok(Self { socket, timeout: None })
    }

    /// The socket itself, without read timeout, for whoever takes the connection over.
    ///
    /// # Errors
    /// When the socket is gone already.
    pub fn into_socket(self) -> io::Result<Arc<TcpStream>> {
        self.socket.set_read_timeout(None)?;
        Ok(self.socket)
    }

    /// Sets the read timeout; a system call only if it changes, which between two quick requests it does not.
    fn wait_at_most(&mut self, within: Duration) -> io::Result<()> {
        if within.is_zero() {
            return Err(ErrorKind::TimedOut.into());
        }
        if self.timeout != Some(within) {
            self.socket.set_read_timeout(Some(within))?;
            self.timeout = Some(within);
        }
        Ok(())
    }
}

/// The kernel tells a timeout of a blocking socket as `WouldBlock`.
fn timed_out(error: io::Error) -> io::Error {
    if error.kind() == ErrorKind::WouldBlock { ErrorKind::TimedOut.into() } else { error }
}

/// For whoever has bytes for the network and nothing else to say.
impl Write for Plain {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        (&*self.socket).write(bytes).map_err(timed_out)
    }

    fn write_vectored(&mut self, parts: &[IoSlice<'_>]) -> io::Result<usize> {
        (&*self.socket).write_vectored(parts).map_err(timed_out)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Link for Plain {
    fn receive(&mut self, into: &mut [u8], within: Duration) -> io::Result<usize> {
        self.wait_at_most(within)?;
        loop {
            match (&*self.socket).read(into) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                result => return result.map_err(timed_out),
            }
        }
    }

    fn send(&mut self, head: &[u8], body: &[u8]) -> io::Result<()> {
        let mut parts = [IoSlice::new(head), IoSlice::new(body)];
        let mut rest = &mut parts[..];
        IoSlice::advance_slices(&mut rest, 0);
        while !rest.is_empty() {
            match (&*self.socket).write_vectored(rest) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(sent) => IoSlice::advance_slices(&mut rest, sent),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(timed_out(error)),
            }
        }
        Ok(())
    }

    fn send_file(&mut self, head: &[u8], stretch: Stretch<'_>) -> io::Result<()> {
        if stretch.len == 0 {
            return self.send(head, &[]);
        }
        send_more_follows(&self.socket, head)?;
        match splice_file(&self.socket, stretch) {
            // This file system does not let the kernel send, and says so before the first byte.
            Err(error) if error.kind() == ErrorKind::InvalidInput => copy_file(stretch, |bytes| self.send(bytes, &[])),
            result => result,
        }
    }

    fn finish(&mut self) {
        // A peer that is gone already is as finished as can be.
        let _ = self.socket.shutdown(Shutdown::Write);
    }
}

/// Sends a head and keeps it for the first packet of what follows.
fn send_more_follows(socket: &TcpStream, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        match rustix::net::send(socket, bytes, SendFlags::MORE | SendFlags::NOSIGNAL) {
            Ok(sent) => bytes = &bytes[sent..],
            Err(Errno::INTR) => {}
            Err(error) => return Err(timed_out(error.into())),
        }
    }
    Ok(())
}

/// Lets the kernel send a stretch of a file, chunk by chunk.
fn splice_file(socket: &TcpStream, stretch: Stretch<'_>) -> io::Result<()> {
    let (mut offset, end) = (stretch.offset, stretch.offset.saturating_add(stretch.len));
    while offset < end {
        stretch.may_go_on()?;
        let chunk = usize::try_from(end - offset).unwrap_or(usize::MAX).min(SENDFILE_CHUNK_BYTES);
        match rustix::fs::sendfile(socket, stretch.file, Some(&mut offset), chunk) {
            Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
            Ok(_) | Err(Errno::INTR) => {}
            Err(error) => return Err(timed_out(error.into())),
        }
    }
    Ok(())
}

/// Sends a stretch of a file through a buffer of our own.
fn copy_file(stretch: Stretch<'_>, mut send: impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
    let mut buffer = vec![0; FILE_COPY_BYTES];
    let (mut offset, end) = (stretch.offset, stretch.offset.saturating_add(stretch.len));
    while offset < end {
        stretch.may_go_on()?;
        let want = usize::try_from(end - offset).unwrap_or(usize::MAX).min(buffer.len());
        let got = match stretch.file.read_at(&mut buffer[..want], offset) {
            Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            result => result?,
        };
        send(&buffer[..got])?;
        offset += got as u64;
    }
    Ok(())
}

/// Ends a connection so that the peer gets to read the last answer: closing with bytes unread would reset it.
pub fn linger(link: &mut impl Link, span: Duration) {
    link.finish();
    let until = clock::instant() + span;
    let mut waste = [0; 1024];
    let mut read = 0;
    while read < LINGER_BYTES_MAX {
        match link.receive(&mut waste, until.saturating_duration_since(clock::instant())) {
            Ok(0) | Err(_) => return,
            Ok(count) => read += count,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;
    use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

    fn pair(write_stall: Duration) -> (Plain, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (server, _) = listener.accept().unwrap();
        (Plain::new(Arc::new(server), write_stall).unwrap(), client)
    }

    fn file(len: usize) -> File {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&(0..len).map(|at| at as u8).collect::<Vec<_>>()).unwrap();
        file
    }

    #[test]
    fn a_stretch_arrives_behind_its_head_either_way() {
        let file = file(300_000);
        let expected: Vec<_> = b"head".iter().copied().chain((7..250_007).map(|at| at as u8)).collect();
        let permit = Permit::default();
        let stretch = Stretch { file: &file, offset: 7, len: 250_000, permit: &permit };
        let spliced: fn(&mut Plain, Stretch<'_>) = |link, stretch| link.send_file(b"head", stretch).unwrap();
        let copied: fn(&mut Plain, Stretch<'_>) = |link, stretch| {
            link.send(b"he", b"ad").unwrap();
            copy_file(stretch, |bytes| link.send(bytes, &[])).unwrap();
        };
        for send in [spliced, copied] {
            let (mut link, mut client) = pair(Duration::from_secs(10));
            let reader = std::thread::spawn(move || {
                let mut got = Vec::new();
                client.read_to_end(&mut got).map(|_| got)
            });
            send(&mut link, stretch);
            drop(link);
            assert_eq!(reader.join().unwrap().unwrap(), expected);
        }
    }

    #[test]
    fn a_file_that_has_shrunk_is_an_error() {
        let (mut link, _client) = pair(Duration::from_secs(10));
        let file = file(10);
        let stretch = Stretch { file: &file, offset: 0, len: 11, permit: &Permit::default() };
        assert_eq!(link.send_file(b"", stretch).unwrap_err().kind(), ErrorKind::UnexpectedEof);
    }

    #[test]
    fn what_may_be_sent_no_more_ends_before_its_next_part() {
        let (mut link, mut client) = pair(Duration::from_secs(10));
        let len = 3 * SENDFILE_CHUNK_BYTES;
        let (file, asked) = (file(len), Arc::new(AtomicUsize::new(0)));
        let count = Arc::clone(&asked);
        let permit = Permit::while_so(move || count.fetch_add(1, Relaxed) < 2);
        let reader = std::thread::spawn(move || {
            let mut got = Vec::new();
            client.read_to_end(&mut got).map(|_| got.len())
        });
        let stretch = Stretch { file: &file, offset: 0, len: len as u64, permit: &permit };
        assert_eq!(link.send_file(b"", stretch).unwrap_err().kind(), ErrorKind::PermissionDenied);
        drop(link);
        assert!((1..=2 * SENDFILE_CHUNK_BYTES).contains(&reader.join().unwrap().unwrap()));
    }

    #[test]
    fn a_peer_that_does_not_read_stalls_the_writer_only_so_long() {
        let (mut link, _client) = pair(Duration::from_millis(50));
        let (file, bytes) = (file(16_000_000), vec![0; 16_000_000]);
        assert_eq!(link.send(&bytes, &[]).unwrap_err().kind(), ErrorKind::TimedOut);
        let stretch = Stretch { file: &file, offset: 0, len: 16_000_000, permit: &Permit::default() };
        assert_eq!(link.send_file(b"", stretch).unwrap_err().kind(), ErrorKind::TimedOut);
    }

    #[test]
    fn receiving_ends_at_its_deadline() {
        let (mut link, _client) = pair(Duration::from_secs(1));
        for within in [Duration::ZERO, Duration::from_millis(10)] {
            assert_eq!(link.receive(&mut [0], within).unwrap_err().kind(), ErrorKind::TimedOut);
        }
    }
}
