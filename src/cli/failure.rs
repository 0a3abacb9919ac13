//! How a run of the command line ends badly: one line (or a list to choose from) and an exit code.

use crate::client::{ClientError, TokensError};
use crate::config::load::ConfigError;
use std::io;

/// Nothing was done, or not all of it.
#[derive(Debug)]
pub struct Failure {
    exit: u8,
    line: Option<String>,
}

impl Failure {
    /// Refused or failed.
    #[must_use]
    pub fn refused(line: String) -> Self {
        Self { exit: 1, line: Some(line) }
    }

    /// Typed wrongly, or not clearly enough.
    #[must_use]
    pub fn usage(line: String) -> Self {
        Self { exit: 2, line: Some(line) }
    }

    /// Nobody answers.
    #[must_use]
    pub fn unreachable(line: String) -> Self {
        Self { exit: 3, line: Some(line) }
    }

    /// The reader of our output went away, as `head` does: nothing to say, and nothing wrong.
    pub(super) fn reader_gone() -> Self {
        Self { exit: 0, line: None }
    }

    /// What to print, if anything.
    #[must_use]
    pub fn line(&self) -> Option<&str> {
        self.line.as_deref()
    }

    /// The exit code.
    #[must_use]
    pub fn exit(&self) -> u8 {
        self.exit
    }

    /// A file of the user's could not be written or read.
    pub(super) fn file(path: &std::path::Path, error: &io::Error) -> Self {
        Self::refused(format!("{}: {error}", path.display()))
    }
}

impl From<ClientError> for Failure {
    fn from(error: ClientError) -> Self {
        let line = error.to_string();
        match error {
            ClientError::Unreachable { .. } | ClientError::Lost { .. } => Self::unreachable(line),
            _ => Self::refused(line),
        }
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self::usage(error.to_string())
    }
}

impl From<TokensError> for Failure {
    fn from(error: TokensError) -> Self {
        Self::refused(error.to_string())
    }
}
