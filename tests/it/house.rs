//! A house for one test: the real binary on a free loopback port, with its own music and its own state.
//!
//! The process is ended by its id when the house is dropped; if the test fails, the server's log is printed. Nothing here
//! knows what is right: that is the stories' business.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

pub mod disks;
pub mod http;
pub mod music;
pub mod phone;
pub mod process;
pub mod secure;
pub mod setup;
pub mod sse;
pub mod ws;

use http::{Answer, Ask, Line};
pub use phone::Phone;
use process::{Log, Process};
use serde_json::{Value, json};
pub use setup::Setup;
use socket2::{Domain, Socket, Type};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Nothing a house does by itself takes longer than this; a test that waits longer fails.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// The way to a house; it stays the same when the house moves to another port.
#[derive(Clone, Debug)]
pub struct Door(Arc<AtomicU16>);

/// A house with its music, its state, and its process.
pub struct House {
    setup: Setup,
    dir: TempDir,
    process: Option<Process>,
    door: Door,
    log: Log,
    /// The pairing code of the running process.
    pub code: String,
}

/// Waits until `is_so` gives something, at most [`PATIENCE`].
pub fn until<T>(what: &str, mut is_so: impl FnMut() -> Option<T>) -> T {
    let due = Instant::now() + PATIENCE;
    loop {
        if let Some(it) = is_so() {
            return it;
        }
        assert!(Instant::now() < due, "waited in vain: {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

impl Door {
    /// The address now.
    pub fn address(&self) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], self.0.load(Ordering::SeqCst)))
    }

    /// A connection.
    pub fn knock(&self) -> Line<TcpStream> {
        Line::to(self.address())
    }

    /// One request from another address of this machine, such as 127.0.0.2.
    pub fn ask_from(&self, from: [u8; 4], ask: Ask) -> Answer {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        socket.bind(&SocketAddr::from((from, 0)).into()).unwrap();
        socket.connect(&self.address().into()).unwrap();
        Line::on(TcpStream::from(socket), &self.address().to_string()).ask(&ask.field("Connection", "close"))
    }

    /// One request on a connection of its own.
    pub fn ask(&self, ask: Ask) -> Answer {
        self.knock().ask(&ask.field("Connection", "close"))
    }
}

impl House {
    /// A house with four tracks of a minute, empty state, and nobody paired.
    pub fn open() -> Self {
        Self::with(Setup::default())
    }

    /// A house of one's own choice.
    pub fn with(setup: Setup) -> Self {
        let mut house = Self::closed(setup);
        house.start();
        house.settle();
        house
    }

    /// A house that is not running yet.
    pub fn closed(setup: Setup) -> Self {
        let dir = TempDir::new().unwrap();
        let (music, state) = (dir.path().join("music"), dir.path().join("state"));
        std::fs::create_dir(&music).unwrap();
        std::fs::create_dir_all(setup.state.as_ref().unwrap_or(&state)).unwrap();
        std::fs::write(dir.path().join("config.toml"), &setup.config).unwrap();
        music::fill(&music, setup.tracks, setup.seconds);
        let door = Door(Arc::default());
        Self { setup, dir, process: None, door, log: Log::default(), code: String::new() }
    }

    /// Starts the process and waits until it says that it answers.
    pub fn start(&mut self) {
        assert!(self.process.is_none(), "it runs already");
        let (process, ready) = Process::start(self.setup.command(self.dir.path()), &self.log);
        let port = ready["url"].as_str().and_then(|url| url.rsplit(':').next()).unwrap().parse().unwrap();
        self.door.0.store(port, Ordering::SeqCst);
        self.code = ready["pairingCode"].as_str().unwrap().to_owned();
        self.process = Some(process);
    }

    /// Waits until the music is known and stands in the queue.
    pub fn settle(&self) {
        until("the music is known", || {
            let (index, queue) = (self.local(Ask::get("/index")).json(), self.snapshot()["queue"].clone());
            let known = index.as_array()?.len();
            (known == self.setup.tracks && queue.as_array()?.len() >= self.setup.tracks).then_some(())
        });
    }

    /// The power goes.
    pub fn kill9(&mut self) {
        self.process.take().unwrap().kill9();
    }

    /// It is asked to stop; its exit code.
    pub fn stop(&mut self) -> Option<i32> {
        self.process.take().unwrap().stop()
    }

    /// The power goes, and comes back.
    pub fn restart(&mut self) {
        self.kill9();
        self.start();
        self.settle();
    }

    /// Pairs a device by the code.
    pub fn pair(&self, name: &str) -> Phone {
        let answer = self.ask(Ask::post("/pair").json(&json!({ "code": self.code, "clientName": name })));
        assert_eq!(answer.status, 200, "{name} is not let in: {}", answer.text());
        Phone::new(self.door.clone(), &answer.json())
    }

    /// A request of nobody in particular.
    pub fn ask(&self, ask: Ask) -> Answer {
        self.door.ask(ask)
    }

    /// A request by the private socket.
    pub fn local(&self, ask: Ask) -> Answer {
        let socket = UnixStream::connect(self.socket()).unwrap();
        Line::on(socket, "local").ask(&ask.field("Connection", "close"))
    }

    /// The private socket's path.
    pub fn socket(&self) -> PathBuf {
        self.state_dir().join("local.sock")
    }

    /// Where it remembers.
    pub fn state_dir(&self) -> PathBuf {
        self.setup.state.clone().unwrap_or_else(|| self.dir.path().join("state"))
    }

    /// Where its music is.
    pub fn music_dir(&self) -> PathBuf {
        self.dir.path().join("music")
    }

    /// The way to it.
    pub fn door(&self) -> Door {
        self.door.clone()
    }

    /// What is in the room `house`, as the private socket shows it.
    pub fn snapshot(&self) -> Value {
        self.local(Ask::get("/snapshot")).json()
    }

    /// Everything remembered.
    pub fn export(&self) -> Value {
        self.local(Ask::get("/export")).json()
    }

    /// A fingerprint of everything remembered: equal means that nothing has changed.
    pub fn fingerprint(&self) -> (u64, String) {
        let export = self.export();
        (export["seq"].as_u64().unwrap(), export["digest"].as_str().unwrap().to_owned())
    }

    /// The queue's tracks.
    pub fn queue(&self) -> Vec<String> {
        serde_json::from_value(self.snapshot()["queue"].clone()).unwrap()
    }

    /// The session's version.
    pub fn event_count(&self) -> u64 {
        self.snapshot()["eventCount"].as_u64().unwrap()
    }

    /// What the server has logged, over all its lives.
    pub fn log(&self) -> String {
        self.log.text()
    }

    /// The command line of this machine, with this house's settings.
    pub fn type_here(&self, words: &[&str]) -> std::process::Output {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_hearken"));
        command.args(words).env("HEARKEN_STATE_DIR", self.state_dir()).env("HEARKEN_AUDIO_DIR", self.music_dir());
        command.env("HEARKEN_SOCKET", self.socket()).env("HOME", self.dir.path());
        command.env("HEARKEN_CONFIG", self.config_file()).stdin(std::process::Stdio::null()).output().unwrap()
    }

    /// Its config.toml.
    pub fn config_file(&self) -> PathBuf {
        self.dir.path().join("config.toml")
    }

    /// The process.
    pub fn process(&self) -> &Process {
        self.process.as_ref().unwrap()
    }

    /// The command that would start one more server on the same state.
    pub fn command(&self) -> std::process::Command {
        self.setup.command(self.dir.path())
    }
}

impl Drop for House {
    fn drop(&mut self) {
        drop(self.process.take());
        if std::thread::panicking() {
            eprintln!("---- the server's log ----\n{}--------", self.log.text());
        }
    }
}
