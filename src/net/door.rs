//! The one public port: lets connections in, gives each its thread, and ends them when the house stops.
//!
//! Nothing that a network can do ends the accept loop: not a connection that is gone before it is accepted, not
//! the last descriptor, not a thread that cannot be had. There is no receive timeout on the listener (accept
//! would fail whenever nobody comes); the loop is woken by a descriptor of its own.
//!
//! What happens on a connection is [`super::connection`]'s; who may stay is [`super::registry`]'s.

use super::bounds::Bounds;
use super::connection::{self, House};
use super::problem::{self, Problem};
use super::registry::{Counters, Registry, Seat};
use super::response::Response;
use super::service::Service;
use super::shed::Shed;
use super::write::{DateLine, Staying, framing, render_head};
use crate::limits::{ACCEPT_BACKLOG, ACCEPT_REST, THREAD_REST, THREAD_TRIES};
use rustix::event::{EventfdFlags, PollFd, PollFlags, Timespec, eventfd, poll};
use rustix::fd::OwnedFd;
use rustix::io::Errno;
use rustix::net::{RecvFlags, SendFlags};
use rustls::ServerConfig;
use socket2::{Domain, Protocol, Socket, Type};
use std::io::{self, ErrorKind};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

/// The port cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum DoorError {
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}. Stop what holds the port, or choose another one with --listen")]
    Listen {
        /// The address that was asked for.
        address: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
    /// The system lacks what the accept loop needs.
    #[error("cannot begin to accept connections: {0}")]
    Begin(#[from] io::Error),
}

/// A port that is bound, so its address is known, and not served yet: the kernel keeps who comes.
pub struct Bound {
    listener: TcpListener,
    address: SocketAddr,
    registry: Arc<Registry>,
    bounds: Bounds,
    tls: Option<Arc<ServerConfig>>,
}

impl Bound {
    /// Binds `address`; port 0 takes a free one, `[::]` takes IPv4 too.
    ///
    /// # Errors
    /// [`DoorError::Listen`].
    pub fn new(address: SocketAddr, bounds: Bounds) -> Result<Self, DoorError> {
        let listener = listen(address).map_err(|source| DoorError::Listen { address, source })?;
        let address = listener.local_addr()?;
        Ok(Self { listener, address, registry: Registry::new(&bounds), bounds, tls: None })
    }

    /// The address, with the port that was taken.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Lets in who speaks TLS too, by the same port.
    #[must_use]
    pub fn with_tls(self, tls: Option<Arc<ServerConfig>>) -> Self {
        Self { tls, ..self }
    }

    /// What the door will count.
    #[must_use]
    pub fn counters(&self) -> Arc<Counters> {
        Arc::clone(&self.registry.counters)
    }

    /// Begins to let connections in, for `service` to answer.
    ///
    /// # Errors
    /// [`DoorError::Begin`].
    pub fn open(self, service: Arc<dyn Service>) -> Result<Door, DoorError> {
        let wake = Arc::new(eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK).map_err(io::Error::from)?);
        let registry = Arc::clone(&self.registry);
        let acceptor = Acceptor {
            listener: self.listener,
            wake: Arc::clone(&wake),
            registry: self.registry,
            house: Arc::new(House { service, bounds: self.bounds, tls: self.tls }),
            shed: Shed::new(),
        };
        let thread = Builder::new().name("door".into()).spawn(move || acceptor.run())?;
        Ok(Door { address: self.address, registry, wake, thread: Some(thread) })
    }
}

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    if address.is_ipv6() {
        socket.set_only_v6(false)?;
    }
    socket.set_reuse_address(true)?;
    // A connection that is gone between poll and accept must not block the loop.
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(ACCEPT_BACKLOG)?;
    Ok(socket.into())
}

/// The open door. Dropping it stops it without waiting for answers.
pub struct Door {
    address: SocketAddr,
    registry: Arc<Registry>,
    wake: Arc<OwnedFd>,
    thread: Option<JoinHandle<()>>,
}

impl Door {
    /// The address that is served.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What the door counts.
    #[must_use]
    pub fn counters(&self) -> &Counters {
        &self.registry.counters
    }

    /// Stops: accepts nobody, ends idle connections, gives running answers and taken connections `within` to end,
    /// then ends those. How many those were.
    pub fn stop(mut self, within: Duration) -> usize {
        self.end(within)
    }

    fn end(&mut self, within: Duration) -> usize {
        let Some(thread) = self.thread.take() else { return 0 };
        self.registry.begin_stop();
        if let Err(error) = rustix::io::write(&self.wake, &1_u64.to_ne_bytes()) {
            log::error!("the door cannot be woken to stop: {error}");
        } else if thread.join().is_err() {
            log::error!("the door's thread panicked");
        }
        self.registry.end_all(within)
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        self.end(Duration::ZERO);
    }
}

/// The accept loop.
struct Acceptor {
    listener: TcpListener,
    wake: Arc<OwnedFd>,
    registry: Arc<Registry>,
    house: Arc<House>,
    shed: Shed,
}

impl Acceptor {
    fn run(mut self) {
        while !self.registry.is_stopping() {
            self.wait();
            while !self.registry.is_stopping() {
                match self.listener.accept() {
                    Ok((socket, peer)) => self.let_in(socket, peer),
                    Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                    Err(error) => self.survive(&error),
                }
            }
        }
    }

    /// Waits until somebody comes, or the house stops.
    fn wait(&mut self) {
        let mut waiting = [PollFd::new(&self.listener, PollFlags::IN), PollFd::new(&*self.wake, PollFlags::IN)];
        match poll(&mut waiting, None) {
            Ok(_) | Err(Errno::INTR) => {}
            Err(error) => self.survive(&error.into()),
        }
    }

    /// Rests a moment, unless the house stops.
    fn rest(&self, moment: Duration) {
        let rest = Timespec { tv_sec: 0, tv_nsec: i64::from(moment.subsec_nanos()) };
        // Cut short by a signal, the rest is shorter: no harm.
        let _ = poll(&mut [PollFd::new(&*self.wake, PollFlags::IN)], Some(&rest));
    }

    fn let_in(&mut self, socket: TcpStream, peer: SocketAddr) {
        let socket = Arc::new(socket);
        let peer = SocketAddr::new(peer.ip().to_canonical(), peer.port());
        let mut gave_way = false;
        for _ in 0..THREAD_TRIES {
            let Some(seat) = self.registry.enter(&socket, peer) else {
                self.shed.say("connections are refused: too many at once, over all or from one address");
                break;
            };
            // Without a thread the seat is given back.
            let Err(error) = self.spawn(Arc::clone(&socket), peer, seat) else { return };
            self.shed.say(&format!("no thread for a connection ({error}): raise TasksMax or free memory"));
            // Whoever gives way ends its thread in a moment: idle ones must not keep out those who ask.
            gave_way = gave_way || self.registry.give_way();
            if !gave_way {
                break;
            }
            self.rest(THREAD_REST);
        }
        self.turn_away(&socket);
    }

    fn spawn(&self, socket: Arc<TcpStream>, peer: SocketAddr, seat: Seat) -> io::Result<()> {
        let house = Arc::clone(&self.house);
        let thread = Builder::new().name("connection".into()).stack_size(house.bounds.stack_bytes);
        thread.spawn(move || connection::serve(socket, peer, &seat, &house)).map(drop)
    }

    /// Says 503 as far as that goes without waiting, and closes.
    fn turn_away(&self, socket: &TcpStream) {
        self.registry.counters.count_refused();
        let busy = Response::from(Problem::new(problem::BUSY).retry_after(1));
        let mut bytes = Vec::new();
        let framing = framing(busy.status, busy.body.len());
        render_head(&mut bytes, busy.status, &busy.headers, framing, Staying::Ends, &mut DateLine::default());
        bytes.extend_from_slice(busy.body.bytes().unwrap_or_default());
        let _ = rustix::net::send(socket, &bytes, SendFlags::DONTWAIT | SendFlags::NOSIGNAL);
        // Closing with a request unread would reset the connection before the 503 is read.
        let _ = socket.shutdown(std::net::Shutdown::Write);
        let _ = rustix::net::recv(socket, &mut [0_u8; 4096], RecvFlags::DONTWAIT);
    }

    /// Goes on after an error of accept.
    fn survive(&mut self, error: &io::Error) {
        match error.raw_os_error().map(Errno::from_raw_os_error) {
            Some(Errno::MFILE | Errno::NFILE) => {
                self.shed.say("no descriptor left for a connection: raise LimitNOFILE (ulimit -n)");
                let gave_way = self.registry.give_way();
                if self.shed.turn_away(&self.listener) {
                    self.registry.counters.count_refused();
                } else if !gave_way {
                    self.rest(ACCEPT_REST);
                }
            }
            Some(Errno::NOBUFS | Errno::NOMEM) => {
                self.shed.say(&format!("no memory for a connection: {error}"));
                self.rest(ACCEPT_REST);
            }
            // The peer has left before it was let in, or its network is gone: accept's own list.
            Some(Errno::CONNABORTED | Errno::INTR | Errno::PROTO | Errno::PERM) => {}
            _ => {
                self.shed.say(&format!("accepting a connection failed: {error}"));
                self.rest(ACCEPT_REST);
            }
        }
    }
}

#[cfg(test)]
#[path = "door_tests.rs"]
mod tests;
