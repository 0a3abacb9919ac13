//! The backups of this appliance: where they are, when one is due, how one is made.

use super::start::DATABASE;
use crate::clock::Clock;
use crate::config::Config;
use crate::device::zone;
use crate::log::LogError;
use crate::log::backup::{self, Copy};
use crate::log::nightly::{self, Night};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The directory of the backups.
pub(super) fn dir(state_dir: &Path) -> PathBuf {
    state_dir.join("backups")
}

/// The backups that are there, newest first.
pub(super) fn all(state_dir: &Path) -> Result<Vec<Copy>, LogError> {
    backup::copies(&dir(state_dir))
}

/// Makes one now; returns its path and size in bytes.
pub(super) fn make(config: &Config) -> Result<(String, u64), LogError> {
    let made = backup::backup(&config.state_dir.join(DATABASE), &dir(&config.state_dir), config.backup.keep)?;
    Ok((made.path.display().to_string(), made.bytes))
}

/// Whether the nightly one is due.
pub(super) fn is_due(config: &Config, clock: &Clock) -> bool {
    if !config.backup.nightly {
        return false;
    }
    let (now_ms, up_for) = (clock.wall_ms(), Duration::from_millis(clock.mono().0));
    let night = Night { now_ms, hour: config.backup.hour, up_for };
    all(&config.state_dir).is_ok_and(|copies| nightly::is_due(&night, &copies, zone::utc_offset_min))
}
