//! The settings of an appliance: what `config.toml`, the environment and the flags add up to.
//!
//! Flags win over environment (`HEARKEN_…`), environment over file, file over the defaults that stand here.
//! `config.toml` at the top of the repository is the manual; a test holds it against these defaults.

mod keys;
pub mod load;
pub mod reload;

use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use std::path::PathBuf;

/// Everything that may be set, resolved. Unknown keys in a file are an error that names the key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Address and port of the one public port, http (and https) on it; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Where the music is. Only ever read.
    pub audio_dir: PathBuf,
    /// Where everything remembered is kept.
    pub state_dir: PathBuf,
    /// Directory of the private Unix socket `local.sock`; `None`: `/run/hearken` if it is there and writable, else
    /// the state directory.
    pub runtime_dir: Option<PathBuf>,
    /// The appliance's name, as people see it and as `<name>.local`.
    pub name: String,
    /// Host names beside the appliance's own by which it may be reached, e.g. behind a proxy.
    pub allowed_hosts: Vec<String>,
    /// Where invitations and radio addresses lead, instead of to this machine's own address: the proxy's, with scheme and
    /// host and without a path, e.g. `https://music.example.org`. Its host is an allowed one.
    pub public_url: Option<String>,
    /// Anybody on the LAN may see the pairing QR.
    pub qr_open: bool,
    /// https on the same port.
    pub tls: TlsMode,
    /// A certificate of the household's own, PEM with its chain; shown instead of one made here.
    pub tls_cert: Option<PathBuf>,
    /// Its private key, PEM.
    pub tls_key: Option<PathBuf>,
    /// `closed`, or `restart`: the pairing window opens at each start until the first pairing.
    pub pairing_window: PairingWindow,
    /// A program on this machine that asks by loopback needs no token.
    pub trust_loopback: bool,
    /// How much the log tells; the variable `HEARKEN_LOG` wins.
    pub log_level: LogLevel,
    /// Offers `/debug/state`.
    pub debug: bool,
    /// Follow symlinks that lead out of `audio_dir`.
    pub follow_links: bool,
    /// A directory to serve the page from instead of the binary's own copy; for development.
    pub static_dir: Option<PathBuf>,
    /// mDNS.
    pub mdns: MdnsConfig,
    /// Co-listening.
    pub session: SessionConfig,
    /// The log's retention.
    pub log: RetentionConfig,
    /// The stars' retention.
    pub stars: RetentionConfig,
    /// The nightly backup.
    pub backup: BackupConfig,
    /// What the command line uses.
    pub web: WebConfig,
}

/// `[mdns]`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MdnsConfig {
    /// Advertise on the LAN.
    pub enabled: bool,
    /// Advertise IPv6 addresses too.
    pub ipv6: bool,
}

/// `[session]`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SessionConfig {
    /// New files go to the end of the house's queue.
    pub follow_library: bool,
    /// Tracks a queue may hold.
    pub queue_max: usize,
    /// A listener at a barrier without download progress for this many seconds is not waited for; 0 waits for ever.
    pub stall_s: u64,
}

/// `[log]` and `[stars]`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RetentionConfig {
    /// Days that superseded entries are kept.
    pub retention_days: u32,
}

/// `[backup]`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BackupConfig {
    /// Make one each night.
    pub nightly: bool,
    /// At this hour of the machine's local time, 0 to 23.
    pub hour: u32,
    /// Backups that are kept, at least 1.
    pub keep: usize,
}

/// `[web]`
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WebConfig {
    /// The appliance that the command line talks to when no `--host` is given, e.g. `hearken.local:8642`.
    pub remote_server: Option<String>,
}

/// How much the log tells: each level what stands before it, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogLevel {
    /// What failed.
    Error,
    /// What should be looked at.
    Warn,
    /// What the appliance does.
    Info,
    /// What it sees while doing it, and what its libraries warn of.
    Debug,
    /// Everything that anybody says.
    Trace,
}

/// Whether https is spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TlsMode {
    /// With a certificate made here, or the household's own.
    Auto,
    /// http only.
    Off,
}

/// When the pairing window opens by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PairingWindow {
    /// Never.
    Closed,
    /// At every start, until the first pairing.
    Restart,
}

impl Config {
    /// The host of `public_url`, without its port.
    #[must_use]
    pub fn public_host(&self) -> Option<&str> {
        let (_, authority) = self.public_url.as_deref()?.split_once("://")?;
        match authority.find(']') {
            Some(end) => authority.get(..=end),
            None => authority.split(':').next(),
        }
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([0, 0, 0, 0], 8642)),
            audio_dir: PathBuf::from("/srv/music"),
            state_dir: PathBuf::from("/var/lib/hearken"),
            runtime_dir: None,
            name: "hearken".into(),
            allowed_hosts: Vec::new(),
            public_url: None,
            qr_open: false,
            tls: TlsMode::Auto,
            tls_cert: None,
            tls_key: None,
            pairing_window: PairingWindow::Closed,
            trust_loopback: false,
            log_level: LogLevel::Info,
            debug: false,
            follow_links: false,
            static_dir: None,
            mdns: MdnsConfig::default(),
            session: SessionConfig::default(),
            log: RetentionConfig::default(),
            stars: RetentionConfig::default(),
            backup: BackupConfig::default(),
            web: WebConfig::default(),
        }
    }
}

impl Default for MdnsConfig {
    fn default() -> Self {
        Self { enabled: true, ipv6: false }
    }
}

impl Default for SessionConfig {
    fn default() -> Self {
        Self { follow_library: true, queue_max: 5000, stall_s: 20 }
    }
}

impl Default for BackupConfig {
    fn default() -> Self {
        Self { nightly: true, hour: 3, keep: 3 }
    }
}

impl Default for RetentionConfig {
    fn default() -> Self {
        Self { retention_days: 90 }
    }
}
