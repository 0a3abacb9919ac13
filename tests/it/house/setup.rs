//! What kind of house a test wants.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The choices.
#[derive(Clone, Debug)]
pub struct Setup {
    /// How many tracks there are.
    pub tracks: usize,
    /// How long each is, seconds.
    pub seconds: u32,
    /// What stands in config.toml.
    pub config: String,
    /// Flags beside the usual ones.
    pub flags: Vec<&'static str>,
    /// A state directory elsewhere.
    pub state: Option<PathBuf>,
    /// Where it listens.
    pub listen: String,
    /// The most descriptors that the process may hold.
    pub descriptors: Option<u32>,
    /// Where it finds programs such as ffmpeg; everywhere, unless given.
    pub path: Option<&'static str>,
    /// A program, with its arguments, that starts it.
    pub under: Vec<&'static str>,
    /// More variables of its environment.
    pub variables: Vec<(&'static str, PathBuf)>,
}

impl Default for Setup {
    fn default() -> Self {
        let (config, flags) = (String::new(), Vec::new());
        let (state, descriptors, path, under, variables) = (None, None, None, Vec::new(), Vec::new());
        Self {
            tracks: 4,
            seconds: 60,
            config,
            flags,
            state,
            listen: "127.0.0.1:0".into(),
            descriptors,
            path,
            under,
            variables,
        }
    }
}

impl Setup {
    /// With so many tracks.
    pub fn tracks(self, tracks: usize) -> Self {
        Self { tracks, ..self }
    }

    /// With these settings in config.toml.
    pub fn config(self, config: &str) -> Self {
        Self { config: config.to_owned(), ..self }
    }

    /// With one more flag.
    pub fn flag(mut self, flag: &'static str) -> Self {
        self.flags.push(flag);
        self
    }

    /// With its state in this directory.
    pub fn state(self, state: &Path) -> Self {
        Self { state: Some(state.to_owned()), ..self }
    }

    /// With so many descriptors at most.
    pub fn descriptors(self, most: u32) -> Self {
        Self { descriptors: Some(most), ..self }
    }

    /// With programs from this directory only.
    pub fn path(self, path: &'static str) -> Self {
        Self { path: Some(path), ..self }
    }

    /// Started by this program.
    pub fn under(self, program: &[&'static str]) -> Self {
        Self { under: program.to_vec(), ..self }
    }

    /// With this variable in its environment.
    pub fn variable(mut self, name: &'static str, value: PathBuf) -> Self {
        self.variables.push((name, value));
        self
    }

    /// The command that starts the server, below `dir`.
    pub fn command(&self, dir: &Path) -> Command {
        let binary = env!("CARGO_BIN_EXE_hearken");
        let mut command = match self.descriptors {
            None if self.under.is_empty() => Command::new(binary),
            None => {
                let mut other = Command::new(self.under[0]);
                other.args(&self.under[1..]).arg(binary);
                other
            }
            Some(most) => {
                let mut shell = Command::new("sh");
                shell.args(["-c", &format!("ulimit -n {most}; exec \"$@\""), "sh", binary]);
                shell
            }
        };
        for (name, _) in std::env::vars_os() {
            let theirs = name.to_string_lossy().starts_with("HEARKEN_");
            if theirs || ["RUNTIME_DIRECTORY", "JOURNAL_STREAM", "NOTIFY_SOCKET"].iter().any(|it| name == *it) {
                command.env_remove(name);
            }
        }
        if let Some(path) = self.path {
            command.env("PATH", path);
        }
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command.env("HEARKEN_CONFIG", dir.join("config.toml"));
        command.args(["serve", "--listen", &self.listen, "--no-mdns", "--json", "--audio-dir"]);
        command.arg(dir.join("music")).arg("--state-dir");
        command.arg(self.state.clone().unwrap_or_else(|| dir.join("state"))).args(&self.flags);
        command
    }
}
