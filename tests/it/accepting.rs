//! The door stays open whatever the system says: every error that accept can give, and no thread for anybody.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::house::http::{Ask, Line};
use crate::house::process::Process;
use crate::house::{House, until};
use serde_json::json;
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

/// What accept(2) may say on Linux, and a few that it should not.
const ERRORS: [&str; 17] = [
    "EMFILE",
    "ENFILE",
    "ENOBUFS",
    "ENOMEM",
    "ECONNABORTED",
    "EINTR",
    "EPROTO",
    "EPERM",
    "ENETDOWN",
    "ENOPROTOOPT",
    "EHOSTDOWN",
    "ENONET",
    "EHOSTUNREACH",
    "EOPNOTSUPP",
    "ENETUNREACH",
    "EINVAL",
    "EIO",
];

/// Somebody who makes every accept of a process fail; it ends when this is dropped.
struct Saboteur(Child);

impl Saboteur {
    /// `None` where processes cannot be traced.
    fn of(process: &Process, error: &str) -> Option<Self> {
        let mut strace = Command::new("strace");
        strace.args(["-f", "-qq", "-e", "trace=accept4", "-e", &format!("inject=accept4:error={error}")]);
        strace.args(["-o", "/dev/null", "-p", &process.id().to_string()]).stderr(Stdio::null());
        let mut saboteur = Self(strace.spawn().ok()?);
        let traced = || {
            let tasks = std::fs::read_dir(format!("/proc/{}/task", process.id())).unwrap();
            tasks.flatten().all(|task| {
                let status = std::fs::read_to_string(task.path().join("status")).unwrap_or_default();
                status.lines().all(|line| line.strip_prefix("TracerPid:").is_none_or(|pid| pid.trim() != "0"))
            })
        };
        until("it is traced", || traced().then_some(true).or_else(|| saboteur.0.try_wait().unwrap().map(|_| false)))
            .then_some(saboteur)
    }
}

impl Drop for Saboteur {
    fn drop(&mut self) {
        // TERM lets it take its hands off first.
        let _ = rustix::process::kill_process(rustix::process::Pid::from_child(&self.0), rustix::process::Signal::TERM);
        let _ = self.0.wait();
    }
}

#[test]
fn no_error_of_accept_closes_the_door() {
    let house = House::open();
    let phone = house.pair("phone");
    let mut socket = phone.socket("");
    socket.wait("sync:full");
    for error in ERRORS {
        let Some(saboteur) = Saboteur::of(house.process(), error) else {
            println!("skipped: this needs strace, and to be allowed to use it");
            return;
        };
        // Somebody comes, and is kept waiting; those who are in go on.
        let mut line = Line::on(TcpStream::connect(house.door().address()).unwrap(), "localhost");
        line.say(phone.sign(Ask::get("/snapshot")).bytes("localhost"));
        socket.say(&json!({ "type": "time", "t0": 1 }));
        socket.wait("time");
        drop(saboteur);
        // Turned away for want of descriptors, or answered: never left hanging; and the next one is answered.
        let answered = line.answer(false);
        assert!(answered.is_some_and(|answer| answer.status == 200) || error.ends_with("FILE"), "{error}");
        assert_eq!(phone.get("/snapshot").status, 200, "{error}");
        until("the private socket is back", || {
            let socket = std::os::unix::net::UnixStream::connect(house.socket()).ok()?;
            let mut line = Line::on(socket, "local");
            line.try_say(Ask::get("/healthz").field("Connection", "close").bytes("local")).ok()?;
            line.answer(false).filter(|answer| answer.status == 200).map(drop)
        });
    }
}

/// A bound on the threads of a process, as systemd's TasksMax sets it.
struct TasksMax(PathBuf);

impl TasksMax {
    /// `None` where that is not for us to set.
    fn of(process: &Process, most: usize) -> Option<Self> {
        let name = format!("hearken-test-{}", process.id());
        let places = ["/sys/fs/cgroup/pids", "/sys/fs/cgroup"].map(|root| PathBuf::from(root).join(&name));
        let place = places.into_iter().find(|place| {
            let made = std::fs::create_dir(place).is_ok() && place.join("pids.max").exists();
            if !made {
                let _ = std::fs::remove_dir(place);
            }
            made
        });
        let bound = Self(place?);
        let set = |file: &str, value: String| std::fs::write(bound.0.join(file), value).is_ok();
        let done = set("pids.max", most.to_string()) && set("cgroup.procs", process.id().to_string());
        done.then_some(bound)
    }
}

impl Drop for TasksMax {
    fn drop(&mut self) {
        // It can only go when nobody is in it: the process belongs to the house, which may end later.
        let parent = self.0.parent().unwrap();
        if let Ok(inside) = std::fs::read_to_string(self.0.join("cgroup.procs")) {
            inside.lines().for_each(|id| drop(std::fs::write(parent.join("cgroup.procs"), id)));
        }
        let _ = std::fs::remove_dir(&self.0);
    }
}

#[test]
fn with_no_thread_left_the_idle_give_way_to_those_who_ask() {
    let house = House::open();
    let phone = house.pair("phone");
    let mut socket = phone.socket("");
    socket.wait("sync:full");
    let most = house.process().threads() + 40;
    let Some(_bound) = TasksMax::of(house.process(), most) else {
        println!("skipped: bounding the threads of a process needs root and the pids controller");
        return;
    };
    let ask = phone.sign(Ask::get("/snapshot"));
    // A crowd that has asked once and now only sits there.
    let idle: Vec<_> = (0..120)
        .filter_map(|_| {
            let mut line = house.door().knock();
            line.try_say(ask.bytes("localhost")).ok()?;
            line.answer(false).is_some_and(|answer| answer.status == 200).then_some(line)
        })
        .collect();
    assert!(idle.len() >= 100, "{} of 120 were answered", idle.len());
    assert!(house.process().threads() <= most);
    for _ in 0..20 {
        assert_eq!(phone.get("/snapshot").status, 200);
    }
    let acked = socket.asks("k", "next", &json!({}), Some(house.event_count()));
    assert_eq!(acked["type"], "ack", "who is in the room is not shown out: {acked}");
    drop(idle);
    assert_eq!(phone.get("/snapshot").status, 200);
}
