//! The server as a process: started, watched, asked to stop, killed; always by its id.

use super::{PATIENCE, until};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};

/// What servers have written to stderr.
#[derive(Clone, Debug, Default)]
pub struct Log(Arc<Mutex<String>>);

/// A running server.
pub struct Process(Child);

impl Log {
    /// All of it.
    pub fn text(&self) -> String {
        self.0.lock().unwrap().clone()
    }

    fn follow(&self, stderr: impl Read + Send + 'static) {
        let log = Arc::clone(&self.0);
        std::thread::spawn(move || {
            for line in BufReader::new(stderr).split(b'\n').map_while(Result::ok) {
                let mut log = log.lock().unwrap();
                log.push_str(&String::from_utf8_lossy(&line));
                log.push('\n');
            }
        });
    }
}

impl Process {
    /// Starts it; returns it with what it says when it answers.
    pub fn start(mut command: Command, log: &Log) -> (Self, Value) {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        log.follow(child.stderr.take().unwrap());
        let (stdout, (said, heard)) = (child.stdout.take().unwrap(), channel());
        let process = Self(child);
        std::thread::spawn(move || {
            let mut line = String::new();
            let _ = BufReader::new(stdout).read_line(&mut line);
            let _ = said.send(line);
        });
        let line = heard.recv_timeout(PATIENCE).unwrap_or_default();
        let ready: Value = serde_json::from_str(&line).unwrap_or_default();
        assert_eq!(ready["ready"], true, "it did not start, it said {line:?} and logged:\n{}", log.text());
        (process, ready)
    }

    /// Its id.
    pub fn id(&self) -> u32 {
        self.0.id()
    }

    /// Asks it to stop, and does not wait.
    pub fn terminate(&self) {
        kill_process(Pid::from_child(&self.0), Signal::TERM).unwrap();
    }

    /// Asks it to read its settings again.
    pub fn hang_up(&self) {
        kill_process(Pid::from_child(&self.0), Signal::HUP).unwrap();
    }

    /// Asks it to stop; its exit code, `None` if a signal ended it.
    pub fn stop(mut self) -> Option<i32> {
        self.terminate();
        until("it stops", || self.0.try_wait().unwrap()).code()
    }

    /// Ends it without a word.
    pub fn kill9(mut self) {
        self.end();
    }

    /// How many threads it has.
    pub fn threads(&self) -> usize {
        std::fs::read_dir(format!("/proc/{}/task", self.id())).unwrap().count()
    }

    /// How many descriptors it holds.
    pub fn descriptors(&self) -> usize {
        std::fs::read_dir(format!("/proc/{}/fd", self.id())).unwrap().count()
    }

    /// Its resident memory, KiB.
    pub fn resident_kib(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }

    fn end(&mut self) {
        // It may have ended by itself; then there is nothing to kill.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.end();
    }
}
