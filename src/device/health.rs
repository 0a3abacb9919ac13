//! What the doctor looks at around the appliance: disks, the music's permissions, certificates, clock, network, other
//! programs.
//!
//! Each check is a look that changes nothing and ends by itself. It returns a [`Finding`]: what was seen and, if that is
//! not well, what to do about it in words that can be typed. What is remembered is judged by `serve`, which knows the
//! store; this module knows the machine.

pub mod certificate;
pub mod clock;
pub mod disk;
pub mod lan;
pub mod music;
pub mod port;
pub mod programs;
pub mod reader;

use serde::{Deserialize, Serialize};

/// How well it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Grade {
    /// Well.
    Ok,
    /// It works, but somebody should know.
    Warn,
    /// Something people want does not work.
    Fail,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// What was looked at.
    pub check: String,
    /// How well it is.
    pub grade: Grade,
    /// What was seen.
    pub detail: String,
    /// What to do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub advice: Option<String>,
}

impl Finding {
    /// All is well.
    pub fn ok(check: &str, detail: impl Into<String>) -> Self {
        Self { check: check.into(), grade: Grade::Ok, detail: detail.into(), advice: None }
    }

    /// Somebody should know, and may do this.
    pub fn warn(check: &str, detail: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { check: check.into(), grade: Grade::Warn, detail: detail.into(), advice: Some(advice.into()) }
    }

    /// It does not work; this mends it.
    pub fn fail(check: &str, detail: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { check: check.into(), grade: Grade::Fail, detail: detail.into(), advice: Some(advice.into()) }
    }
}
