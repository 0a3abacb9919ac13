//! The private Unix socket: the same service for this machine's own command line, operator and Prometheus.
//!
//! Trust is the file's permission (0660). tiny_http serves here, where it is good: few, short requests of peers
//! that mean well. It has no deadlines and cannot hand a connection over, so streams stay on the public port
//! (501 here); and an error of accept ends its loop, so the loop is begun anew (`begin_anew`).

use super::gzip;
use super::http1::guarded;
use super::local_message::{read_request, send};
use super::message::Request;
use super::problem::{self, Problem};
use super::response::Response;
use super::service::{Outcome, Service};
use crate::clock;
use crate::limits::{ACCEPT_BACKLOG, ACCEPT_REST, LOCAL_WORKERS};
use rustix::fs::Mode;
use socket2::{Domain, SockAddr, Socket, Type};
use std::fs;
use std::io::{self, ErrorKind};
use std::os::fd::OwnedFd;
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{Builder, JoinHandle};
use tiny_http::Server;

/// Owner and group may use the socket, nobody else.
const MODE: u32 = 0o660;

/// The local socket cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum LocalError {
    /// Somebody answers on it.
    #[error("{} is answered by another hearken: stop that one first", .0.display())]
    Held(PathBuf),
    /// Something that is no socket has its name.
    #[error("{} is there and is no socket: move it away", .0.display())]
    NoSocket(PathBuf),
    /// The system refuses.
    #[error("cannot listen on {}: {source}. Its directory must exist and be writable", path.display())]
    Listen {
        /// The path of the socket.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

impl LocalError {
    /// Whether the disk is read-only: nothing is wrong with the socket itself.
    #[must_use]
    pub fn is_read_only(&self) -> bool {
        matches!(self, Self::Listen { source, .. } if source.kind() == ErrorKind::ReadOnlyFilesystem)
    }
}

/// The open local socket. Dropping it stops it and removes the file.
pub struct Local {
    shared: Arc<Shared>,
    workers: Vec<JoinHandle<()>>,
}

/// What the workers share.
struct Shared {
    service: Arc<dyn Service>,
    listener: UnixListener,
    server: Mutex<Arc<Server>>,
    stopping: AtomicBool,
}

impl Local {
    /// Listens on `path` and answers there.
    ///
    /// # Errors
    /// [`LocalError`].
    pub fn open(path: &Path, service: Arc<dyn Service>) -> Result<Self, LocalError> {
        let failed = |source| LocalError::Listen { path: path.into(), source };
        let listener = listen_anew(path)?;
        let server = serve(&listener).map_err(failed)?;
        let server = Mutex::new(server);
        let shared = Arc::new(Shared { service, listener, server, stopping: AtomicBool::new(false) });
        let mut local = Self { shared, workers: Vec::new() };
        for _ in 0..LOCAL_WORKERS {
            let shared = Arc::clone(&local.shared);
            let worker = Builder::new().name("local".into()).spawn(move || shared.run()).map_err(failed)?;
            local.workers.push(worker);
        }
        Ok(local)
    }

    /// Stops: running answers are finished, nothing new is begun, the file is removed.
    pub fn stop(self) {}
}

impl Drop for Local {
    fn drop(&mut self) {
        self.shared.stopping.store(true, SeqCst);
        let server = self.shared.server();
        self.workers.iter().for_each(|_| server.unblock());
        for worker in self.workers.drain(..) {
            if worker.join().is_err() {
                log::error!("a thread of the local socket panicked");
            }
        }
        // Dropping the server, the last of what is shared, wakes its accept loop and removes the file.
    }
}

/// Binds `path`; a file left behind by a server that is gone is removed first.
fn listen_anew(path: &Path) -> Result<UnixListener, LocalError> {
    let failed = |source| LocalError::Listen { path: path.into(), source };
    match listen(path) {
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            if !fs::symlink_metadata(path).map_err(failed)?.file_type().is_socket() {
                return Err(LocalError::NoSocket(path.into()));
            }
            match UnixStream::connect(path) {
                Err(error) if error.kind() == ErrorKind::ConnectionRefused => {}
                Err(error) => return Err(failed(error)),
                Ok(_) => return Err(LocalError::Held(path.into())),
            }
            fs::remove_file(path).map_err(failed)?;
            listen(path).map_err(failed)
        }
        result => result.map_err(failed),
    }
}

fn listen(path: &Path) -> io::Result<UnixListener> {
    let socket = Socket::new(Domain::UNIX, Type::STREAM, None)?;
    // The file is made with this mode, so there is no moment in which others could connect…
    rustix::fs::fchmod(&socket, Mode::from_raw_mode(MODE))?;
    socket.bind(&SockAddr::unix(path)?)?;
    // …and a strict umask does not lock the group out.
    fs::set_permissions(path, fs::Permissions::from_mode(MODE))?;
    socket.listen(ACCEPT_BACKLOG)?;
    Ok(OwnedFd::from(socket).into())
}

fn serve(listener: &UnixListener) -> io::Result<Arc<Server>> {
    let server = Server::from_listener(listener.try_clone()?, None).map_err(io::Error::other)?;
    Ok(Arc::new(server))
}

impl Shared {
    fn server(&self) -> Arc<Server> {
        Arc::clone(&self.server.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn run(&self) {
        while !self.stopping.load(SeqCst) {
            let server = self.server();
            match server.recv() {
                Ok(request) => self.answer(request),
                Err(_) if self.stopping.load(SeqCst) => return,
                Err(error) => self.begin_anew(&server, &error),
            }
        }
    }

    /// tiny_http's accept loop has ended, and told one worker; another loop takes its place.
    fn begin_anew(&self, ended: &Arc<Server>, error: &io::Error) {
        let mut current = self.server.lock().unwrap_or_else(PoisonError::into_inner);
        if !Arc::ptr_eq(&current, ended) {
            return;
        }
        log::warn!("the local socket stopped accepting and begins anew: {error}");
        clock::pause(ACCEPT_REST);
        match serve(&self.listener) {
            // Dropped, the old one would remove the file that the new one listens on.
            Ok(server) => std::mem::forget(std::mem::replace(&mut *current, server)),
            Err(error) => log::error!("the local socket cannot begin anew: {error}"),
        }
        (0..LOCAL_WORKERS).for_each(|_| ended.unblock());
    }

    fn answer(&self, mut incoming: tiny_http::Request) {
        let (request, response) = match read_request(&mut incoming, &*self.service) {
            Ok(request) => {
                let response = self.response(&request);
                (Some(request), response)
            }
            Err(problem) => (None, problem.into()),
        };
        let response = match &request {
            Some(request) => gzip::fit(request, response),
            None => response,
        };
        if let Err(error) = send(incoming, response) {
            log::debug!("local socket: answer not sent: {error}");
        }
    }

    fn response(&self, request: &Request) -> Response {
        match guarded(request, || self.service.call(request)) {
            Ok(Outcome::Respond(response)) => response,
            Ok(Outcome::Upgrade(_)) => {
                problem::NOT_IMPLEMENTED.because("Streams are on the public port; ask for them there.").into()
            }
            Err(problem) => Problem::into(problem),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::testing::{Answers, Client, echo, until};
    use std::io::{Read, Write};
    use std::time::Duration;

    fn open(path: &Path) -> Result<Local, LocalError> {
        Local::open(path, Arc::new(Answers(answer)))
    }

    fn answer(request: &Request) -> Outcome {
        match request.path.as_str() {
            "/stream" => Outcome::upgrade(|_| {}),
            "/bad" => panic!("on purpose"),
            "/long" => Response::text(200, "long ".repeat(20_000)).into(),
            _ => echo(request),
        }
    }

    fn client(path: &Path) -> Client<UnixStream> {
        Client::on(UnixStream::connect(path).unwrap())
    }

    #[test]
    fn the_same_requests_are_answered_here() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("local.sock");
        let _local = open(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, MODE);
        let mut client = client(&path);
        client.send("POST /a%2Db?x=1 HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}");
        assert_eq!(client.answer().text(), "POST /a-b {}");
        let long = client.get("/long");
        assert_eq!((long.body.len(), long.header("x-content-type-options")), (100_000, Some("nosniff")));
        for (path, status) in [("/stream", 501), ("/bad", 500), ("/%00", 400), ("/", 200)] {
            assert_eq!(client.get(path).status, status, "{path}");
        }
        client.send("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n");
        assert_eq!(client.head().0, 200);
        client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 999999\r\n\r\n");
        assert_eq!(client.answer().status, 413);
    }

    #[test]
    fn bodies_in_chunks_are_bounded_too() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("local.sock");
        let _local = open(&path).unwrap();
        let chunked = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
        let mut short = client(&path);
        short.send(format!("{chunked}2\r\n{{}}\r\n0\r\n\r\n"));
        assert_eq!(short.answer().text(), "POST / {}");
        let mut long = client(&path);
        long.send(format!("{chunked}186a0\r\n{}\r\n0\r\n\r\n", "x".repeat(100_000)));
        assert_eq!(long.answer().status, 413);
    }

    #[test]
    fn an_accept_loop_that_ended_is_replaced() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("local.sock");
        let local = open(&path).unwrap();
        local.shared.begin_anew(&local.shared.server(), &ErrorKind::Other.into());
        // The old loop is alive here, as it would not be, and takes a connection now and then.
        until("the new loop answers", || {
            let mut stream = UnixStream::connect(&path).unwrap();
            stream.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
            stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
            stream.read(&mut [0; 9]).is_ok_and(|count| count == 9)
        });
    }

    #[test]
    fn one_server_at_a_time_and_none_is_kept_out_by_a_dead_one() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("local.sock");
        let local = open(&path).unwrap();
        assert!(matches!(open(&path), Err(LocalError::Held(_))));
        local.stop();
        assert!(!path.exists());
        drop(UnixListener::bind(&path).unwrap());
        assert!(path.exists(), "left behind");
        let local = open(&path).unwrap();
        assert_eq!(client(&path).get("/").status, 200);
        local.stop();
        fs::write(&path, "precious").unwrap();
        assert!(matches!(open(&path), Err(LocalError::NoSocket(_))));
        assert_eq!(fs::read_to_string(&path).unwrap(), "precious");
    }
}
