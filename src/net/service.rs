//! The line between transports and what answers: a door knows a [`Service`], a service knows no door.

use super::duplex::Duplex;
use super::message::{Peer, Request};
use super::problem::Problem;
use super::response::Response;
use crate::limits;

/// What answers requests. Called from many connections' threads at once.
///
/// A panic in it ends one connection with a 500 and a log line, never the door.
pub trait Service: Send + Sync + 'static {
    /// Looks at a head before its body is read: the longest body it may have, in bytes, or the refusal.
    ///
    /// `head.body` is empty here. A longer body is answered 413, and `Expect: 100-continue` is only granted after
    /// this. The place for checks that spare reading a body; [`Service::call`] must not rely on it alone.
    ///
    /// # Errors
    /// The problem to answer with; the connection ends unless the request had no body.
    fn admit(&self, head: &Request) -> Result<usize, Problem> {
        let _ = head;
        Ok(limits::BODY_BYTES_MAX)
    }

    /// Answers a whole request, on the connection's own thread.
    fn call(&self, request: &Request) -> Outcome;
}

/// What becomes of a request.
pub enum Outcome {
    /// It is answered, and the connection goes on.
    Respond(Response),
    /// The connection leaves HTTP (or never ends its answer): the closure gets it, on the same thread and with
    /// nothing written yet; the connection is over when it returns. Over the local socket this becomes a 501.
    Upgrade(Box<dyn FnOnce(Taken) + Send>),
}

/// A connection taken over from HTTP.
pub struct Taken {
    /// The connection, with TLS where it speaks that. Its one descriptor is blocking, TCP_NODELAY, without read timeout,
    /// write timeout [`limits::WRITE_STALL`]; the door shuts it down when the closure returns, and when it must stop.
    pub duplex: Duplex,
    /// What was received behind the head: the peer's first bytes of the next protocol.
    pub already_read: Vec<u8>,
    /// Who is at the other end.
    pub peer: Peer,
    /// The request that asked for it.
    pub head: Request,
}

impl Outcome {
    /// An outcome that hands the connection to `take`.
    #[must_use]
    pub fn upgrade(take: impl FnOnce(Taken) + Send + 'static) -> Self {
        Self::Upgrade(Box::new(take))
    }
}

impl From<Response> for Outcome {
    fn from(response: Response) -> Self {
        Self::Respond(response)
    }
}

impl From<Problem> for Outcome {
    fn from(problem: Problem) -> Self {
        Self::Respond(problem.into())
    }
}

impl<T: Into<Outcome>> From<Result<T, Problem>> for Outcome {
    fn from(result: Result<T, Problem>) -> Self {
        result.map_or_else(Into::into, Into::into)
    }
}
