//! Two hosts on a LAN of their own: the appliance is found by its mDNS name, and a terminal on the other machine drives
//! it. Network namespaces that the test makes; nothing leaves this machine. Needs root, and says so without.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::house::music;
use crate::house::process::{Log, Process};
use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output};

const BINARY: &str = env!("CARGO_BIN_EXE_hearken");

/// Two namespaces with a cable between them; gone when it is dropped.
struct Lan {
    hosts: [String; 2],
}

impl Lan {
    /// `None` where namespaces cannot be made.
    fn plug() -> Option<Self> {
        let id = std::process::id();
        let lan = Self { hosts: [format!("hka{id}"), format!("hkb{id}")] };
        let (one, other) = (&lan.hosts[0], &lan.hosts[1]);
        let (veth, peer) = (format!("va{id}"), format!("vb{id}"));
        let steps = [
            format!("netns add {one}"),
            format!("netns add {other}"),
            format!("link add {veth} type veth peer name {peer}"),
            format!("link set {veth} netns {one} name eth0"),
            format!("link set {peer} netns {other} name eth0"),
            format!("-n {one} addr add 10.77.0.11/24 dev eth0"),
            format!("-n {other} addr add 10.77.0.12/24 dev eth0"),
            format!("-n {one} link set eth0 up"),
            format!("-n {other} link set eth0 up"),
            format!("-n {one} link set lo up"),
            format!("-n {other} link set lo up"),
            format!("-n {one} route add default via 10.77.0.1"),
            format!("-n {other} route add default via 10.77.0.1"),
        ];
        steps.iter().all(|step| ip(step)).then_some(lan)
    }

    /// A command on a host.
    fn on(&self, host: usize, program: &str) -> Command {
        let mut command = Command::new("ip");
        command.args(["netns", "exec", &self.hosts[host], program]);
        command
    }

    /// The command line of the other machine, with a home of its own.
    fn type_there(&self, home: &Path, words: &[&str]) -> Output {
        let mut command = self.on(1, BINARY);
        command.args(words).env("HOME", home).env("HEARKEN_SOCKET", "/nonexistent").env_remove("HEARKEN_CONFIG");
        command.output().unwrap()
    }
}

impl Drop for Lan {
    fn drop(&mut self) {
        for host in &self.hosts {
            ip(&format!("netns del {host}"));
        }
    }
}

fn ip(words: &str) -> bool {
    Command::new("ip").args(words.split(' ')).output().is_ok_and(|output| output.status.success())
}

fn said(output: &Output) -> String {
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    format!("{out}{err}")
}

#[test]
fn a_terminal_on_another_machine_finds_the_appliance_pairs_once_and_drives_it() {
    let Some(lan) = Lan::plug() else {
        return eprintln!("skipped: network namespaces need root and iproute2");
    };
    let dir = tempfile::tempdir().unwrap();
    let (music_dir, state, home) = (dir.path().join("music"), dir.path().join("state"), dir.path().join("home"));
    [&music_dir, &home].into_iter().for_each(|dir| std::fs::create_dir(dir).unwrap());
    music::fill(&music_dir, 3, 30);
    let mut serve = lan.on(0, BINARY);
    serve.args(["serve", "--json", "--listen", "0.0.0.0:0"]).arg("--audio-dir").arg(&music_dir);
    let log = Log::default();
    let (process, ready) = Process::start(
        {
            serve.arg("--state-dir").arg(&state);
            serve
        },
        &log,
    );
    let url = ready["url"].as_str().unwrap();
    assert!(url.starts_with("http://10.77.0.11:"), "the QR shows the address on the LAN: {url}");

    // The name takes a moment to be won; the browser of the other machine asks for two seconds each time.
    let found = (0..10).find_map(|_| {
        let told = lan.type_there(&home, &["discover", "--json"]);
        said(&told).contains("hearken.local").then_some(told)
    });
    let found = found.unwrap_or_else(|| panic!("not found on the LAN; the appliance says:\n{}", log.text()));
    let port = url.rsplit(':').next().unwrap();
    assert!(said(&found).contains(port), "{}", said(&found));

    let host = format!("hearken.local:{port}");
    let unpaired = lan.type_there(&home, &["next", "--host", &host]);
    assert_eq!(unpaired.status.code(), Some(1), "{}", said(&unpaired));
    let code = ready["pairingCode"].as_str().unwrap();
    let paired = lan.type_there(&home, &["pair", "--host", &host, code]);
    assert!(paired.status.success(), "{}", said(&paired));
    for words in [&["next", "--json"][..], &["--json", "--host", &host, "pause"], &["queue", "--json"]] {
        let output = lan.type_there(&home, words);
        assert!(output.status.success(), "{words:?}: {}", said(&output));
    }
    let status = lan.type_there(&home, &["status", "--json"]);
    let status: Value = serde_json::from_slice(&status.stdout).unwrap();
    assert!(status.to_string().contains("paused"), "{status}");
    assert_eq!(process.stop(), Some(0), "{}", log.text());
}
