//! HTTP/1.1 on one connection: head, body, answer, and again, in order, until somebody has enough.
//!
//! What a head may be is [`super::head`]'s, what the bytes travel on is [`super::link`]'s, what is answered is the
//! service's. Here are the order of things and their deadlines.

use super::body::read_body;
use super::bounds::Bounds;
use super::gzip;
use super::head::{Head, parse_head};
use super::inbox::Inbox;
use super::link::{Link, Stretch, linger};
use super::message::{Method, Peer, Request, Version};
use super::problem::{self, Problem};
use super::response::{Body, Response};
use super::service::{Outcome, Service, Taken};
use super::write::{DateLine, Staying, framing, render_head};
use crate::clock;
use crate::limits::INBOX_BYTES_IDLE;
use std::io::{self, ErrorKind};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

/// Who must know how far a connection is: a door that has to choose which one gives way, or to stop.
pub trait Watch {
    /// A head is complete. Whether it may be answered; else the connection ends at once.
    fn begins(&self) -> bool;
    /// The answer has left. Whether another request may follow.
    fn answered(&self) -> bool;
    /// Whether the current answer is to be the last.
    fn is_last(&self) -> bool;
}

/// Why no further request is read.
#[derive(Debug)]
pub(super) enum Stop {
    /// The peer has left, or may be left without a word.
    Gone,
    /// The request is refused, and what follows it cannot be told from it.
    Refuse(Problem),
}

/// A connection that left HTTP: what takes it over, with the request and what was received behind it.
pub struct Handover {
    /// What takes it over.
    pub take: Box<dyn FnOnce(Taken) + Send>,
    /// The request that asked for it.
    pub head: Request,
    /// What was received behind the request.
    pub already_read: Vec<u8>,
}

/// What an exchange leads to.
enum Next {
    Request,
    End,
    Linger,
    Upgrade(Handover),
}

/// One connection that speaks HTTP/1.1.
pub struct Connection<'c, L: Link, W: Watch> {
    /// What the bytes travel on.
    pub link: &'c mut L,
    /// What was received and not read yet.
    pub inbox: Inbox,
    /// Who is at the other end.
    pub peer: Peer,
    /// What answers.
    pub service: &'c dyn Service,
    /// How long things may take.
    pub bounds: &'c Bounds,
    /// Who follows the connection's progress.
    pub watch: &'c W,
}

impl<L: Link, W: Watch> Connection<'_, L, W> {
    /// Answers requests until the connection ends or leaves HTTP. The first head is due a head deadline after `since`.
    pub fn run(mut self, since: Instant) -> Option<Handover> {
        let mut writer = Writer::default();
        let mut due = Some(since + self.bounds.head_deadline);
        loop {
            let next = match self.next_head(due.take()) {
                Ok(head) if self.watch.begins() => self.exchange(head, &mut writer),
                Ok(_) | Err(Stop::Gone) => Next::End,
                Err(Stop::Refuse(problem)) => self.refuse(problem, &mut writer),
            };
            match next {
                Next::Request if self.watch.answered() => {}
                Next::Request | Next::End => return None,
                Next::Linger => {
                    linger(self.link, self.bounds.linger);
                    return None;
                }
                Next::Upgrade(handover) => return Some(handover),
            }
        }
    }

    /// Reads the next head. Without `due`, the deadline begins with the head's first byte; until then it is idle.
    fn next_head(&mut self, mut due: Option<Instant>) -> Result<Head, Stop> {
        // A head ends with a line's end; parsing at every byte of a slow sender would be its work done by us.
        let mut look = self.inbox.bytes().contains(&b'\n');
        loop {
            if look && let Some((head, end)) = parse_head(self.inbox.bytes()).map_err(|e| Stop::Refuse(e.into()))? {
                self.inbox.consume(end);
                return Ok(head);
            }
            if due.is_none() && !self.inbox.is_empty() {
                due = Some(clock::instant() + self.bounds.head_deadline);
            }
            let idle = self.bounds.keep_alive_idle;
            let within = due.map_or(idle, |due| due.saturating_duration_since(clock::instant()));
            let received = match self.inbox.fill(self.link, within) {
                Ok(0) => return Err(self.broken_off()),
                Ok(count) => count,
                Err(error) => return Err(late(&error, self.inbox.is_empty())),
            };
            let bytes = self.inbox.bytes();
            look = self.inbox.is_full() || bytes[bytes.len() - received..].contains(&b'\n');
        }
    }

    /// The client has nothing more to say. Whatever the pieces it came in, what could not have become a head is refused,
    /// what might have is left without a word.
    fn broken_off(&self) -> Stop {
        parse_head(self.inbox.bytes()).err().map_or(Stop::Gone, |error| Stop::Refuse(error.into()))
    }

    fn exchange(&mut self, head: Head, writer: &mut Writer) -> Next {
        let (length, expects_continue) = (head.length, head.expects_continue);
        let staying = match (head.keep_alive, head.version) {
            (true, Version::Http11) => Staying::Stays,
            (true, Version::Http10) => Staying::StaysTold,
            (false, _) => Staying::Ends,
        };
        let mut request = head.into_request(self.peer);
        match self.receive_body(&request, length, expects_continue) {
            Ok(Ok(body)) => request.body = body,
            Ok(Err(problem)) => return self.respond(&request, problem.into(), staying, writer),
            Err(Stop::Gone) => return Next::End,
            Err(Stop::Refuse(problem)) => {
                let _ = self.respond(&request, problem.into(), Staying::Ends, writer);
                return Next::Linger;
            }
        }
        match guarded(&request, || self.service.call(&request)) {
            Ok(Outcome::Respond(response)) => self.respond(&request, response, staying, writer),
            Ok(Outcome::Upgrade(take)) => {
                let already_read = self.inbox.take(usize::MAX);
                Next::Upgrade(Handover { take, head: request, already_read })
            }
            Err(problem) => self.respond(&request, problem.into(), Staying::Ends, writer),
        }
    }

    /// The body, or a refusal after which the connection may go on because there is no body in its way.
    fn receive_body(
        &mut self,
        request: &Request,
        length: u64,
        expects_continue: bool,
    ) -> Result<Result<Vec<u8>, Problem>, Stop> {
        let admitted = guarded(request, || self.service.admit(request)).and_then(|admitted| admitted);
        let longest = match admitted {
            Ok(longest) => longest,
            Err(problem) if length == 0 => return Ok(Err(problem)),
            Err(problem) => return Err(Stop::Refuse(problem)),
        };
        let length = usize::try_from(length).ok().filter(|length| *length <= longest).ok_or_else(|| {
            Stop::Refuse(problem::TOO_LARGE.because(format!("Send at most {longest} bytes at a time.")))
        })?;
        if expects_continue && self.inbox.bytes().len() < length {
            self.link.send(b"HTTP/1.1 100 Continue\r\n\r\n", &[]).map_err(|_| Stop::Gone)?;
        }
        let due = clock::instant() + self.bounds.body_deadline;
        read_body(self.link, &mut self.inbox, length, due).map(Ok)
    }

    /// Answers a request.
    fn respond(&mut self, request: &Request, response: Response, staying: Staying, writer: &mut Writer) -> Next {
        let staying = if self.watch.is_last() { Staying::Ends } else { staying };
        let response = gzip::fit(request, response);
        let head_only = request.method == Method::Head;
        match writer.send(self.link, &response, staying, head_only) {
            Err(error) => {
                log::debug!("{} {}: answer not sent: {error}", request.method.name(), request.path);
                Next::End
            }
            Ok(()) if staying != Staying::Ends => Next::Request,
            // Closing with bytes unread would take the answer back.
            Ok(()) => Next::Linger,
        }
    }

    /// Answers what is no request.
    fn refuse(&mut self, problem: Problem, writer: &mut Writer) -> Next {
        match writer.send(self.link, &problem.into(), Staying::Ends, false) {
            Ok(()) => Next::Linger,
            Err(_) => Next::End,
        }
    }
}

/// Calls the service; a panic in it costs this connection only.
pub(super) fn guarded<T>(request: &Request, call: impl FnOnce() -> T) -> Result<T, Problem> {
    catch_unwind(AssertUnwindSafe(call)).map_err(|panic| {
        let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
        let text = text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
        log::error!("{} {:?}: the handler panicked: {text}", request.method.name(), request.path);
        Problem::new(problem::INTERNAL)
    })
}

/// What an error while waiting for a request means: a timeout in the middle of one is said, all else is silence.
pub(super) fn late(error: &io::Error, nothing_came: bool) -> Stop {
    if error.kind() == ErrorKind::TimedOut && !nothing_came {
        Stop::Refuse(Problem::new(problem::TIMEOUT))
    } else {
        Stop::Gone
    }
}

/// Writes answers, with a buffer for their heads.
#[derive(Default)]
struct Writer {
    head: Vec<u8>,
    date: DateLine,
}

impl Writer {
    fn send(&mut self, link: &mut impl Link, response: &Response, staying: Staying, head_only: bool) -> io::Result<()> {
        self.head.clear();
        let framing = framing(response.status, response.body.len());
        render_head(&mut self.head, response.status, &response.headers, framing, staying, &mut self.date);
        let nothing = Body::Empty;
        let sends_body = !head_only && framing != super::write::Framing::None;
        let sent = match if sends_body { &response.body } else { &nothing } {
            Body::File { file, offset, len, permit } => {
                link.send_file(&self.head, Stretch { file, offset: *offset, len: *len, permit })
            }
            body => link.send(&self.head, body.bytes().unwrap_or_default()),
        };
        self.head.shrink_to(INBOX_BYTES_IDLE);
        sent
    }
}

#[cfg(test)]
#[path = "http1_tests.rs"]
mod tests;
