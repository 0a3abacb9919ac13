//! A small LAN on this machine: hosts are network namespaces on one bridge, each with its own avahi if it wants one.
//! Nothing leaves the machine. Everything that was started is ended by its id.

use crate::house::http::{Ask, Line};
use crate::house::music;
use crate::house::process::{Log, Process};
use crate::house::until;
use rustix::process::{Pid, Signal, kill_process_group};
use serde_json::Value;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use tempfile::TempDir;

pub const BINARY: &str = env!("CARGO_BIN_EXE_hearken");

/// Hosts 0, 1, … with the addresses 10.77.0.11, 10.77.0.12, …; all gone when it is dropped.
pub struct Lan {
    switch: String,
    hosts: Vec<String>,
}

impl Lan {
    /// `None` where namespaces cannot be made.
    pub fn plug(hosts: usize) -> Option<Self> {
        static NTH: AtomicU32 = AtomicU32::new(0);
        let id = format!("{}-{}", std::process::id(), NTH.fetch_add(1, Ordering::SeqCst));
        let lan = Self { switch: format!("hks{id}"), hosts: (0..hosts).map(|host| format!("hk{host}{id}")).collect() };
        let switch = &lan.switch;
        let steps = [
            format!("netns add {switch}"),
            format!("-n {switch} link add br0 type bridge mcast_snooping 0 stp_state 0 forward_delay 0"),
            format!("-n {switch} link set br0 up"),
        ];
        let made = steps.iter().all(|step| ip(step)) && (0..hosts).all(|host| lan.cable(host));
        if !made {
            eprintln!("skipped: network namespaces need root and iproute2");
        }
        made.then_some(lan)
    }

    fn cable(&self, host: usize) -> bool {
        let (switch, name) = (&self.switch, &self.hosts[host]);
        let steps = [
            format!("netns add {name}"),
            format!("-n {name} link set lo up"),
            format!("-n {switch} link add p{host} type veth peer name eth0 netns {name}"),
            format!("-n {switch} link set p{host} master br0 up"),
            format!("-n {name} link set eth0 up"),
        ];
        steps.iter().all(|step| ip(step)) && self.address(host, &format!("10.77.0.1{}", host + 1))
    }

    /// Gives a host this address instead of what it had.
    pub fn address(&self, host: usize, address: &str) -> bool {
        let name = &self.hosts[host];
        let steps = [
            format!("-n {name} -4 addr flush dev eth0"),
            format!("-n {name} addr add {address}/24 dev eth0"),
            format!("-n {name} route replace default via 10.77.0.1"),
        ];
        steps.iter().all(|step| ip(step))
    }

    /// One more address, IPv6.
    pub fn address_v6(&self, host: usize, address: &str) -> bool {
        ip(&format!("-n {} addr add {address}/64 dev eth0 nodad", self.hosts[host]))
    }

    /// Takes the cable out, or puts it in.
    pub fn link(&self, host: usize, up: bool) {
        assert!(ip(&format!("-n {} link set eth0 {}", self.hosts[host], if up { "up" } else { "down" })));
    }

    /// A command on a host.
    pub fn on(&self, host: usize, program: &str) -> Command {
        let mut command = Command::new("ip");
        command.args(["netns", "exec", &self.hosts[host], program]);
        command
    }

    /// The command line of a host that is no appliance, with a home of its own.
    pub fn type_there(&self, host: usize, home: &Path, words: &[&str]) -> Output {
        let mut command = self.on(host, BINARY);
        command.args(words).env("HOME", home).env("HEARKEN_SOCKET", "/nonexistent").env_remove("HEARKEN_CONFIG");
        command.output().unwrap()
    }
}

impl Drop for Lan {
    fn drop(&mut self) {
        for host in self.hosts.iter().chain([&self.switch]) {
            ip(&format!("netns del {host}"));
        }
    }
}

fn ip(words: &str) -> bool {
    Command::new("ip").args(words.split(' ')).output().is_ok_and(|output| output.status.success())
}

/// What a command said, on both streams.
pub fn said(output: &Output) -> String {
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    format!("{out}{err}")
}

/// An appliance on a host.
pub struct Appliance {
    dir: TempDir,
    log: Log,
    process: Option<Process>,
    pub ready: Value,
}

impl Appliance {
    /// With no music, as most stories here have no use for it.
    pub fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("music")).unwrap();
        std::fs::write(dir.path().join("config.toml"), "").unwrap();
        Self { dir, log: Log::default(), process: None, ready: Value::Null }
    }

    /// With so many tracks.
    pub fn with_music(tracks: usize) -> Self {
        let appliance = Self::new();
        music::fill(&appliance.dir.path().join("music"), tracks, 30);
        appliance
    }

    /// Plugs it in.
    pub fn start(&mut self, lan: &Lan, host: usize, listen: &str, flags: &[(&str, &str)]) {
        let mut serve = lan.on(host, BINARY);
        serve.args(["serve", "--json", "--listen", listen]).arg("--audio-dir").arg(self.dir.path().join("music"));
        serve.arg("--state-dir").arg(self.state_dir()).env("HEARKEN_CONFIG", self.config_file());
        serve.envs(flags.iter().copied());
        let (process, ready) = Process::start(serve, &self.log);
        (self.process, self.ready) = (Some(process), ready);
    }

    /// Its config.toml.
    pub fn config_file(&self) -> PathBuf {
        self.dir.path().join("config.toml")
    }

    /// Gives it these settings while it runs.
    pub fn reload(&self, config: &str) {
        std::fs::write(self.config_file(), config).unwrap();
        self.process.as_ref().unwrap().hang_up();
    }

    /// Asks it to stop; its exit code.
    pub fn stop(&mut self) -> Option<i32> {
        self.process.take().unwrap().stop()
    }

    /// What it has logged.
    pub fn log(&self) -> String {
        self.log.text()
    }

    /// The port, as the URL of its start has it.
    pub fn port(&self) -> String {
        self.ready["url"].as_str().unwrap().rsplit(':').next().unwrap().to_owned()
    }

    /// What a request to the private socket is answered.
    pub fn asked(&self, path: &str) -> Value {
        let socket = UnixStream::connect(self.state_dir().join("local.sock")).unwrap();
        Line::on(socket, "local").ask(&Ask::get(path).field("Connection", "close")).ok()
    }

    /// Waits until the pairing desk shows these addresses.
    pub fn shows(&self, address: &str, name: &str) {
        let wanted = [format!("http://{address}:{}", self.port()), format!("http://{name}:{}", self.port())];
        until(&format!("{wanted:?} in {}", self.log()), || {
            let desk = self.asked("/pairing");
            let invites = desk["inviteUrl"].as_str().is_some_and(|url| url.starts_with(&format!("{}/#k=", wanted[0])));
            (desk["url"] == *wanted[0] && desk["localUrl"] == *wanted[1] && invites).then_some(())
        });
    }

    /// Where it remembers.
    pub fn state_dir(&self) -> PathBuf {
        self.dir.path().join("state")
    }
}

impl Drop for Appliance {
    fn drop(&mut self) {
        drop(self.process.take());
        if std::thread::panicking() {
            eprintln!("---- an appliance's log ----\n{}--------", self.log.text());
        }
    }
}

/// An avahi daemon on a host, with a message bus and directories of its own.
pub struct Avahi {
    shell: Child,
    dir: TempDir,
}

/// The daemon's pid is written where we find it; both end with the shell.
const START: &str = "mount --bind \"$1/run\" /run && mount --bind \"$1/services\" /etc/avahi/services
    dbus-daemon --system --nofork --nopidfile & bus=$!
    trap 'kill $daemon $bus 2>/dev/null' TERM
    until [ -S /run/dbus/system_bus_socket ]; do sleep 0.05; done
    avahi-daemon --no-drop-root --no-chroot --no-rlimits -f \"$1/avahi.conf\" & daemon=$!
    echo $daemon > \"$1/pid\"; wait $daemon; kill $bus 2>/dev/null";

impl Avahi {
    /// Starts it; `None` where avahi is not installed.
    pub fn start(lan: &Lan, host: usize, name: &str) -> Option<Self> {
        let has = |program: &str| Command::new("which").arg(program).output().is_ok_and(|told| told.status.success());
        if !["avahi-daemon", "avahi-browse", "dbus-daemon"].into_iter().all(has) {
            eprintln!("skipped: avahi is not installed (apt install avahi-daemon avahi-utils dbus)");
            return None;
        }
        let dir = tempfile::tempdir().unwrap();
        for made in ["run/dbus", "run/avahi-daemon", "services"] {
            std::fs::create_dir_all(dir.path().join(made)).unwrap();
        }
        let settings = format!("[server]\nhost-name={name}\nuse-ipv6=yes\nallow-interfaces=eth0\n[rlimits]\n");
        std::fs::write(dir.path().join("avahi.conf"), settings).unwrap();
        let log = std::fs::File::create(dir.path().join("log")).unwrap();
        let mut shell = lan.on(host, "unshare");
        shell.args(["-m", "--propagation", "private", "sh", "-c", START, "sh"]).arg(dir.path()).process_group(0);
        let shell = shell.stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log).spawn().unwrap();
        let avahi = Self { shell, dir };
        until("avahi is up", || avahi.log().contains("Server startup complete").then_some(()));
        Some(avahi)
    }

    /// Its log.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.dir.path().join("log")).unwrap_or_default()
    }

    /// A program that speaks to this daemon.
    pub fn client(&self, words: &[&str]) -> Command {
        let pid = std::fs::read_to_string(self.dir.path().join("pid")).unwrap();
        let mut command = Command::new("nsenter");
        command.args(["-t", pid.trim(), "-m", "-n", "--"]).args(words);
        command
    }

    /// What such a program says.
    pub fn says(&self, words: &[&str]) -> String {
        said(&self.client(words).output().unwrap())
    }

    /// What it has found of our services, resolved.
    pub fn browse(&self) -> Vec<String> {
        let listed = self.says(&["avahi-browse", "-rtp", "_hearken._tcp"]);
        listed.lines().filter(|line| line.starts_with('=')).map(str::to_owned).collect()
    }

    /// The IPv4 address of a name, if it has one.
    pub fn resolve(&self, name: &str) -> Option<String> {
        let told = self.says(&["avahi-resolve", "-4", "-n", name]);
        Some(told.trim().strip_prefix(name)?.trim().to_owned()).filter(|address| !address.is_empty())
    }
}

impl Drop for Avahi {
    fn drop(&mut self) {
        // The group is ours: the shell, the bus and the daemon.
        let _ = kill_process_group(Pid::from_child(&self.shell), Signal::TERM);
        let _ = self.shell.wait();
    }
}
