//! What can go wrong between here and the appliance; every sentence says what to do.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::path::PathBuf;

/// The appliance's answer to what it does not do: an RFC 9457 problem, or a WebSocket `reject`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// The HTTP status.
    pub status: u16,
    /// What it is called.
    #[serde(default)]
    pub title: String,
    /// What to do.
    #[serde(default)]
    pub detail: String,
    /// The version to use next, where a guard was stale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected_event_count: Option<u64>,
    /// The session as it is now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<Value>,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.detail.as_str(), self.title.as_str()) {
            ("", "") => write!(f, "refused with status {}", self.status),
            ("", title) => f.write_str(title),
            (detail, _) => f.write_str(detail),
        }
    }
}

/// Why there is no answer, or not the one that was wished for.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// Nobody answers there.
    #[error("cannot reach {target}: {why}")]
    Unreachable {
        /// Who was asked.
        target: String,
        /// What the system said.
        why: String,
    },
    /// The connection ended in the middle.
    #[error("the connection to {target} was lost: {why}")]
    Lost {
        /// Who was spoken to.
        target: String,
        /// How it ended.
        why: String,
    },
    /// The private socket is there, but not for this user.
    #[error("you may not use {}: run `sudo hearken …`, or once `sudo usermod -aG hearken $USER` and log in again", .0.display())]
    SocketForbidden(PathBuf),
    /// No token, or one that is worth nothing any more.
    #[error("this machine is not paired with {0}: run `hearken pair --host {0} CODE`; the code stands on its screen")]
    NotPaired(String),
    /// The appliance said no.
    #[error("{0}")]
    Refused(Box<Problem>),
    /// An answer that is none.
    #[error("{target} does not speak hearken's protocol: {why}")]
    Strange {
        /// Who answered.
        target: String,
        /// What is strange.
        why: String,
    },
}

/// What the system said, in words that say what to do, without its number.
pub(super) fn plain(error: &std::io::Error) -> String {
    use std::io::ErrorKind::{ConnectionRefused, NotFound, TimedOut, WouldBlock};
    match error.kind() {
        ConnectionRefused | NotFound => "nobody answers there; is hearken running?".into(),
        TimedOut | WouldBlock => "no answer in time".into(),
        _ => error.to_string().split(" (os error").next().unwrap_or_default().to_owned(),
    }
}

impl ClientError {
    /// Whether trying again later may help without anybody changing anything.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Unreachable { .. } | Self::Lost { .. } => true,
            Self::Refused(problem) => matches!(problem.status, 429 | 503),
            Self::SocketForbidden(_) | Self::NotPaired(_) | Self::Strange { .. } => false,
        }
    }

    /// The refusal, if it is one.
    #[must_use]
    pub fn problem(&self) -> Option<&Problem> {
        match self {
            Self::Refused(problem) => Some(problem),
            _ => None,
        }
    }
}
