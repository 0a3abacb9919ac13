//! All sockets of a load, read by one thread: frames are walked, pings answered, and the marker's number put on the board.

use super::board::Board;
use super::frames::{self, PING, PONG};
use rustix::event::{Timespec, epoll};
use rustix::fd::OwnedFd;
use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// Stands before a broadcast's number in every peer's message; it is the end of how hearken's own messages say it.
pub const MARKER: &[u8] = b"ositionSec\":";
/// Stands before a topic's version.
const VERSION: &[u8] = b"\"eventCount\":";
/// Read at once from one socket.
const READ_BYTES: usize = 256 * 1024;
/// Sockets looked at in one wait.
const EVENTS: usize = 512;

/// One socket.
struct Member {
    socket: TcpStream,
    partial: Vec<u8>,
    counts: bool,
}

/// The sockets.
pub struct Crowd {
    epoll: OwnedFd,
    members: Vec<Member>,
    buffer: Vec<u8>,
    begun: Instant,
    /// Frames of the sockets that do not count in which this stands are counted: acks.
    pub looked_for: Vec<u8>,
    /// How many there were.
    pub found: u64,
    /// The last version that one of those frames told.
    pub version: usize,
}

impl Crowd {
    /// Nobody yet.
    pub fn new() -> io::Result<Self> {
        let epoll = epoll::create(epoll::CreateFlags::CLOEXEC)?;
        let (members, buffer) = (Vec::new(), vec![0; 2 * READ_BYTES]);
        Ok(Self { epoll, members, buffer, begun: Instant::now(), looked_for: Vec::new(), found: 0, version: 0 })
    }

    /// Takes a socket and what was already read of it. What a socket that `counts` hears is put on the board.
    pub fn add(&mut self, socket: TcpStream, already_read: Vec<u8>, counts: bool) -> io::Result<usize> {
        socket.set_nonblocking(true)?;
        let nth = self.members.len();
        epoll::add(&self.epoll, &socket, epoll::EventData::new_u64(nth as u64), epoll::EventFlags::IN)?;
        self.members.push(Member { socket, partial: already_read, counts });
        Ok(nth)
    }

    /// Since the crowd came together.
    pub fn now(&self) -> Duration {
        self.begun.elapsed()
    }

    /// Says something on one socket. Small, so it fits.
    pub fn say(&mut self, nth: usize, bytes: &[u8]) -> io::Result<()> {
        let mut rest = bytes;
        while !rest.is_empty() {
            match self.members[nth].socket.write(rest) {
                Ok(count) => rest = &rest[count..],
                Err(error) if error.kind() == ErrorKind::WouldBlock => std::thread::yield_now(),
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Reads whatever comes within `span`, at most one batch.
    pub fn turn(&mut self, board: &mut Board, span: Duration) -> io::Result<()> {
        let mut events: Vec<epoll::Event> = Vec::with_capacity(EVENTS);
        let span = Timespec { tv_sec: span.as_secs() as i64, tv_nsec: i64::from(span.subsec_nanos()) };
        match epoll::wait(&self.epoll, rustix::buffer::spare_capacity(&mut events), Some(&span)) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        for event in &events {
            self.read(event.data.u64() as usize, board)?;
        }
        Ok(())
    }

    /// Reads for as long as `span`, so that greetings are out of the way.
    pub fn settle(&mut self, board: &mut Board, span: Duration) -> io::Result<()> {
        let until = self.now() + span;
        while self.now() < until {
            self.turn(board, until.saturating_sub(self.now()))?;
        }
        Ok(())
    }

    fn read(&mut self, nth: usize, board: &mut Board) -> io::Result<()> {
        let member = &mut self.members[nth];
        let held = member.partial.len();
        if self.buffer.len() < held + READ_BYTES {
            self.buffer.resize(held + READ_BYTES, 0);
        }
        self.buffer[..held].copy_from_slice(&member.partial);
        let count = match member.socket.read(&mut self.buffer[held..held + READ_BYTES]) {
            Ok(0) => return Err(io::Error::other(format!("the server closed socket {nth}"))),
            Ok(count) => count,
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
            Err(error) => return Err(error),
        };
        let now = self.begun.elapsed();
        let bytes = &self.buffer[..held + count];
        let mut pongs = Vec::new();
        let used = frames::walk(bytes, |opcode, payload| {
            if opcode == PING {
                pongs.extend_from_slice(&frames::frame(PONG, payload));
            } else if member.counts {
                numbers(payload, MARKER, |number| board.arrived(number, now));
            } else if !self.looked_for.is_empty() && memchr::memmem::find(payload, &self.looked_for).is_some() {
                self.found += 1;
                numbers(payload, VERSION, |version| self.version = version);
            }
        });
        member.partial.clear();
        member.partial.extend_from_slice(&bytes[used..]);
        if !pongs.is_empty() {
            self.say(nth, &pongs)?;
        }
        Ok(())
    }
}

/// Each number that stands behind `marker`.
fn numbers(mut bytes: &[u8], marker: &[u8], mut each: impl FnMut(usize)) {
    while let Some(at) = memchr::memmem::find(bytes, marker) {
        bytes = &bytes[at + marker.len()..];
        let digits = bytes.iter().take_while(|byte| byte.is_ascii_digit());
        each(digits.fold(0, |number, digit| number * 10 + usize::from(digit - b'0')));
    }
}
