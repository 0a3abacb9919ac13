//! From a file, the environment and flags to a [`Config`].
//!
//! Each source is laid over the one before, key by key, and each value is checked where it comes from, so that the
//! error can say which line, variable or flag is wrong. Nothing here touches a directory or a port.

use super::{Config, keys};
use crate::limits::NAME_CHARS_MAX;
use std::io;
use std::path::{Path, PathBuf};
use toml::{Table, Value};

/// Where the appliance's own file is, if it was installed.
pub const SYSTEM_FILE: &str = "/etc/hearken/config.toml";
/// Variables that begin like settings but are none: read by the command line and the log.
const OTHER_VARIABLES: [&str; 3] = ["HEARKEN_CONFIG", "HEARKEN_SOCKET", "HEARKEN_LOG"];

/// Why there is no configuration; each says where to look.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file is not there or not readable.
    #[error("cannot read {}: {error}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// The file is not TOML, or a value has the wrong type.
    #[error("{}, line {line}: {problem}", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
        /// What is wrong there.
        problem: String,
    },
    /// A key that hearken does not have.
    #[error("{}, line {line}: there is no setting \"{key}\"{}", path.display(), meant(nearest))]
    Unknown {
        /// The file.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
        /// The key with its section.
        key: String,
        /// What was meant, perhaps.
        nearest: Option<String>,
    },
    /// A value given by a variable or a flag does not fit, or one that fits its type makes no sense.
    #[error("{source_name}: {problem}")]
    Value {
        /// `HEARKEN_LISTEN`, `--listen` or the key.
        source_name: String,
        /// What is wrong.
        problem: String,
    },
}

fn meant(nearest: &Option<String>) -> String {
    nearest.as_ref().map(|key| format!("; did you mean \"{key}\"?")).unwrap_or_default()
}

/// What a configuration is made of. Kept by `serve`, so that SIGHUP resolves it again.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// The file; `None`: defaults.
    pub file: Option<PathBuf>,
    /// The environment; variables that do not begin with `HEARKEN_` are passed over.
    pub env: Vec<(String, String)>,
    /// Flags that were given: the key in dotted form, the flag's name, its value.
    pub flags: Vec<Flag>,
}

/// A setting given on the command line.
#[derive(Clone, Debug)]
pub struct Flag {
    /// `state_dir`
    pub key: &'static str,
    /// `--state-dir`
    pub name: &'static str,
    /// What was typed.
    pub value: String,
}

impl Sources {
    /// This process' environment, `file` or else the system's file if there is one, and `flags`.
    #[must_use]
    pub fn of_process(file: Option<PathBuf>, flags: Vec<Flag>) -> Self {
        let system = || Some(PathBuf::from(SYSTEM_FILE)).filter(|path| path.exists());
        let named = || std::env::var_os("HEARKEN_CONFIG").map(PathBuf::from);
        // Not `vars()`: it panics on a variable that is not UTF-8.
        let env =
            std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
        Self { file: file.or_else(named).or_else(system), env: env.collect(), flags }
    }

    /// Adds everything up.
    ///
    /// # Errors
    /// [`ConfigError`] for the first thing that is wrong.
    pub fn resolve(&self) -> Result<Config, ConfigError> {
        let mut table = match &self.file {
            Some(path) => from_file(path)?,
            None => Table::new(),
        };
        for (key, sample) in keys::all() {
            let variable = keys::variable(&key);
            for (_, value) in self.env.iter().filter(|(name, _)| *name == variable) {
                lay(&mut table, &key, &variable, value, &sample)?;
            }
            for flag in self.flags.iter().filter(|flag| flag.key == key) {
                lay(&mut table, &key, flag.name, &flag.value, &sample)?;
            }
        }
        self.warn_of_unknown_variables();
        let config = table.try_into().map_err(|error| value_error("configuration", &error))?;
        sensible(config)
    }

    /// Only a warning: another program's variable may begin with the same letters.
    fn warn_of_unknown_variables(&self) {
        let known: Vec<String> = keys::all().iter().map(|(key, _)| keys::variable(key)).collect();
        let ours = self.env.iter().map(|(name, _)| name).filter(|name| name.starts_with("HEARKEN_"));
        for name in ours.filter(|name| !known.contains(name) && !OTHER_VARIABLES.contains(&name.as_str())) {
            log::warn!("the variable {name} is no setting of hearken");
        }
    }
}

/// Reads `path`, checking its keys first (a friendlier error), then its types.
fn from_file(path: &Path) -> Result<Table, ConfigError> {
    let text = std::fs::read_to_string(path).map_err(|error| ConfigError::Unreadable { path: path.into(), error })?;
    let line = |error: &toml::de::Error| ConfigError::Line {
        path: path.into(),
        line: error.span().map_or(1, |span| 1 + text[..span.start.min(text.len())].matches('\n').count()),
        problem: one_line(error),
    };
    let table: Table = toml::from_str(&text).map_err(|error| line(&error))?;
    let mut given = Vec::new();
    keys::flatten("", &table, &mut given);
    let known = keys::all();
    if let Some((key, _)) = given.into_iter().find(|(key, _)| !known.iter().any(|(name, _)| name == key)) {
        let line = line_of(&text, &key);
        return Err(ConfigError::Unknown { path: path.into(), line, nearest: keys::nearest(&key), key });
    }
    toml::from_str::<Config>(&text).map_err(|error| line(&error))?;
    Ok(table)
}

/// The line that gives `key` (`session.stall`) its value, or opens its section; 1 if it is written in some other way.
fn line_of(text: &str, key: &str) -> usize {
    let last = key.rsplit('.').next().unwrap_or(key);
    let gives = |line: &str, name: &str| line.strip_prefix(name).is_some_and(|rest| rest.trim_start().starts_with('='));
    let at = text.lines().position(|line| gives(line.trim_start(), last) || gives(line.trim_start(), key));
    at.map_or(1, |at| at + 1)
}

/// Lays one value over the table, after it was found to fit alone.
fn lay(table: &mut Table, key: &str, from: &str, text: &str, sample: &Value) -> Result<(), ConfigError> {
    let value = typed(text, sample)
        .ok_or_else(|| ConfigError::Value { source_name: from.into(), problem: expected(text, sample) })?;
    let mut alone = Table::new();
    put(&mut alone, key, value.clone());
    alone.try_into::<Config>().map_err(|error| {
        let problem = format!("{}; it looks like {sample}", one_line(&error));
        ConfigError::Value { source_name: from.into(), problem }
    })?;
    put(table, key, value);
    Ok(())
}

fn put(table: &mut Table, key: &str, value: Value) {
    match key.split_once('.') {
        None => {
            table.insert(key.into(), value);
        }
        Some((section, key)) => {
            let section = table.entry(section).or_insert_with(|| Table::new().into());
            if let Value::Table(section) = section {
                put(section, key, value);
            }
        }
    }
}

/// `text` as a value of the sample's type; lists are separated by commas.
fn typed(text: &str, sample: &Value) -> Option<Value> {
    match sample {
        Value::Boolean(_) => match text {
            "true" | "1" | "yes" => Some(true.into()),
            "false" | "0" | "no" => Some(false.into()),
            _ => None,
        },
        Value::Integer(_) => text.parse::<i64>().ok().map(Value::from),
        Value::Array(_) => {
            let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
            Some(items.map(Value::from).collect::<Vec<_>>().into())
        }
        _ => Some(text.into()),
    }
}

fn expected(text: &str, sample: &Value) -> String {
    let kind = if sample.is_bool() { "true or false" } else { "a whole number" };
    format!("expected {kind}, not {text:?}")
}

fn value_error(from: &str, error: &toml::de::Error) -> ConfigError {
    ConfigError::Value { source_name: from.into(), problem: one_line(error) }
}

fn one_line(error: &toml::de::Error) -> String {
    error.message().lines().map(str::trim).collect::<Vec<_>>().join(", ")
}

/// Values of the right type that nobody can mean.
fn sensible(mut config: Config) -> Result<Config, ConfigError> {
    let wrong = |key: &str, problem: String| ConfigError::Value { source_name: key.into(), problem };
    let characters = config.name.trim().chars().count();
    if characters == 0 || characters > NAME_CHARS_MAX {
        return Err(wrong("name", format!("must have 1 to {NAME_CHARS_MAX} characters, not {characters}")));
    }
    if config.backup.hour > 23 {
        return Err(wrong("backup.hour", format!("must be 0 to 23, not {}", config.backup.hour)));
    }
    if config.backup.keep == 0 {
        return Err(wrong("backup.keep", "must be at least 1; nightly = false makes none".into()));
    }
    if config.tls_cert.is_some() != config.tls_key.is_some() {
        let (given, missing) =
            if config.tls_cert.is_some() { ("tls_cert", "tls_key") } else { ("tls_key", "tls_cert") };
        return Err(wrong(given, format!("needs {missing} beside it: a certificate and its key go together")));
    }
    if let Some(url) = &config.public_url {
        let bare = url.strip_suffix('/').unwrap_or(url);
        if !is_site(bare) {
            let problem = format!("must be like https://music.example.org, without a path, not {url:?}");
            return Err(wrong("public_url", problem));
        }
        config.public_url = Some(bare.to_owned());
    }
    if config.session.queue_max == 0 {
        return Err(wrong("session.queue_max", "must be at least 1".into()));
    }
    Ok(config)
}

/// Whether it is a scheme and a host, perhaps with a port.
fn is_site(url: &str) -> bool {
    let authority = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).unwrap_or_default();
    let is_of_one = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:[]".contains(&byte);
    authority.bytes().next().is_some_and(|first| first != b':') && authority.bytes().all(is_of_one)
}

#[cfg(test)]
mod tests;
