//! What was typed, resolved as far as a verb needs it: settings, target, token. Each step is taken once, on demand.

use super::Failure;
use super::appliance::Appliance;
use super::args::Globals;
use super::output::Out;
use super::target::{self, Choice};
use crate::client::{Target, Tokens, token_of_this_machine};
use crate::config::Config;
use crate::config::load::{SYSTEM_FILE, Sources};
use crate::device::mdns;
use std::path::PathBuf;
use std::time::Duration;

/// How long the LAN has to answer when nobody said which appliance.
pub(super) const BROWSE_FOR: Duration = Duration::from_secs(2);

/// The run of one verb.
#[derive(Debug)]
pub(super) struct Context {
    pub globals: Globals,
    pub out: Out,
}

impl Context {
    pub(super) fn new(globals: Globals) -> Self {
        Self { out: Out::new(globals.json), globals }
    }

    /// The settings as the command line uses them: the user's file, else the system's.
    pub(super) fn config(&self) -> Result<Config, Failure> {
        let user = user_dir().map(|dir| dir.join("config.toml")).filter(|path| path.exists());
        let system = Some(PathBuf::from(SYSTEM_FILE)).filter(|path| path.exists());
        let file = self.globals.config.clone().or(user).or(system);
        Ok(Sources::of_process(file, Vec::new()).resolve()?)
    }

    /// The appliance that is meant, with a token if we have one.
    pub(super) fn appliance(&self) -> Result<Appliance, Failure> {
        let config = self.config()?;
        let host = self.globals.host.as_deref();
        match target::choose(host, &config, named_socket(), target::probe, browse)? {
            Choice::Local(path) => self.this_machines(path),
            Choice::Remote { target, id } => {
                let known = tokens()?.and_then(|tokens| Some(tokens.find(&target, id.as_deref())?.token.clone()));
                Ok(Appliance { target, token: known, room: self.room(), socket: None })
            }
        }
    }

    /// This machine's hearken by its private socket, for what only it may ask.
    pub(super) fn socket(&self) -> Result<Appliance, Failure> {
        let none = "hearken does not run on this machine: `systemctl status hearken`";
        self.own_socket()?.ok_or_else(|| Failure::unreachable(none.into()))
    }

    /// The same; `None` if it does not run.
    pub(super) fn own_socket(&self) -> Result<Option<Appliance>, Failure> {
        if self.globals.host.is_some() {
            return Err(Failure::usage("this works on the appliance itself, without --host".into()));
        }
        let path = target::local(&self.config()?, named_socket(), target::probe)?;
        Ok(path.map(|path| Appliance { target: Target::Socket(path), token: None, room: self.room(), socket: None }))
    }

    /// The private socket if this machine's hearken is the one that is meant.
    pub(super) fn socket_if_meant(&self) -> Result<Option<Appliance>, Failure> {
        let config = self.config()?;
        if self.globals.host.is_some() || config.web.remote_server.is_some() {
            return Ok(None);
        }
        let path = target::local(&config, named_socket(), target::probe)?;
        Ok(path.map(|path| Appliance { target: Target::Socket(path), token: None, room: self.room(), socket: None }))
    }

    /// Which appliance another machine is to pair with; its own socket is not meant.
    pub(super) fn other(&self) -> Result<(Target, Option<String>), Failure> {
        let nobody = |_: &std::path::Path| target::Probe::Nobody;
        match target::choose(self.globals.host.as_deref(), &self.config()?, None, nobody, browse)? {
            Choice::Remote { target, id } => Ok((target, id)),
            Choice::Local(path) => Ok((Target::Socket(path), None)),
        }
    }

    fn room(&self) -> String {
        self.globals.room.clone().unwrap_or_else(|| "house".into())
    }

    /// A new token each time: it costs the appliance nothing, and lasts as long as it runs.
    fn this_machines(&self, path: PathBuf) -> Result<Appliance, Failure> {
        let socket = Target::Socket(path);
        let (token, target) = token_of_this_machine(&socket)?;
        Ok(Appliance { target, token: Some(token), room: self.room(), socket: Some(socket) })
    }
}

/// The user's token store; `None` for a user without a home.
pub(super) fn tokens() -> Result<Option<Tokens>, Failure> {
    Ok(user_dir().map(|dir| Tokens::open(&dir)).transpose()?)
}

/// `$XDG_CONFIG_HOME/hearken`, else `~/.config/hearken`.
fn user_dir() -> Option<PathBuf> {
    let absolute = |name| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let config = absolute("XDG_CONFIG_HOME").or_else(|| Some(absolute("HOME")?.join(".config")))?;
    Some(config.join("hearken"))
}

fn named_socket() -> Option<PathBuf> {
    std::env::var_os("HEARKEN_SOCKET").map(PathBuf::from)
}

fn browse() -> Result<Vec<mdns::Found>, Failure> {
    mdns::browse(BROWSE_FOR).map_err(|error| Failure::unreachable(error.to_string()))
}
