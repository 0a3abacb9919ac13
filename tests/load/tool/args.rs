//! `key=value` arguments.

use std::collections::BTreeMap;
use std::error::Error;
use std::net::SocketAddr;
use std::str::FromStr;
use std::time::Duration;

/// What was given.
pub struct Args(BTreeMap<String, String>);

impl Args {
    /// Reads all that is left of the command line.
    pub fn read(words: impl Iterator<Item = String>) -> Result<Self, Box<dyn Error>> {
        let pair = |word: String| {
            let (key, value) = word.split_once('=').ok_or_else(|| format!("{word}: write key=value"))?;
            Ok((key.to_owned(), value.to_owned()))
        };
        words.map(pair).collect::<Result<_, Box<dyn Error>>>().map(Self)
    }

    /// An argument, or `otherwise`.
    pub fn or<T: FromStr>(&self, key: &str, otherwise: T) -> Result<T, Box<dyn Error>> {
        match self.0.get(key) {
            Some(text) => text.parse().map_err(|_| format!("{key}={text} cannot be read").into()),
            None => Ok(otherwise),
        }
    }

    /// An argument as it was typed, or nothing.
    pub fn text(&self, key: &str) -> &str {
        self.0.get(key).map_or("", String::as_str)
    }

    /// The server.
    pub fn address(&self) -> Result<SocketAddr, Box<dyn Error>> {
        Ok(self.text("addr").parse().map_err(|_| "addr=HOST:PORT is missing")?)
    }

    /// How long the load lasts.
    pub fn span(&self) -> Result<Duration, Box<dyn Error>> {
        Ok(Duration::from_secs_f64(self.or("secs", 5.0)?))
    }

    /// A list, such as the server's processes or the devices' tokens.
    pub fn list<T: FromStr>(&self, key: &str) -> Result<Vec<T>, Box<dyn Error>> {
        let words = self.text(key).split(',').filter(|word| !word.is_empty());
        words.map(|word| word.parse().map_err(|_| format!("{key}: {word} cannot be read").into())).collect()
    }
}
