//! The machine's clock: a Raspberry Pi has no battery for it, and stars are ordered by it.

use super::Finding;
use crate::clock::PLAUSIBLE_FROM_MS;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

/// Made by systemd-timesyncd when it has heard a time server.
const SYNCED: &str = "/run/systemd/timesync/synchronized";

/// Looks at the year, and whether somebody keeps it right.
#[must_use]
pub fn look() -> Finding {
    let now = crate::clock::system_time();
    judged(now, synced())
}

/// Whether the clock follows a time server; `None` if nobody can tell.
fn synced() -> Option<bool> {
    if Path::new(SYNCED).exists() {
        return Some(true);
    }
    let mut ask = Command::new("timedatectl");
    ask.args(["show", "--property=NTPSynchronized", "--value"]).stdin(Stdio::null()).stderr(Stdio::null());
    let told = ask.output().ok().filter(|told| told.status.success())?;
    match std::str::from_utf8(&told.stdout).ok()?.trim() {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    }
}

fn judged(now: SystemTime, synced: Option<bool>) -> Finding {
    const CHECK: &str = "clock";
    let shown = httpdate::fmt_http_date(now);
    let since = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    let advice = "sudo timedatectl set-ntp true, and let the machine reach a time server";
    match synced {
        _ if i128::try_from(since).unwrap_or(0) < i128::from(PLAUSIBLE_FROM_MS) => {
            Finding::fail(CHECK, format!("it is not {shown}: the clock was never set"), advice)
        }
        Some(false) => Finding::warn(CHECK, format!("{shown}, but no time server keeps it right"), advice),
        Some(true) => Finding::ok(CHECK, format!("{shown}, kept by a time server")),
        None => Finding::ok(CHECK, format!("{shown}; whether a time server keeps it right is not known here")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Grade;
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_clock_in_the_past_fails_and_one_that_nobody_keeps_is_a_warning() {
        let set = UNIX_EPOCH + Duration::from_millis(PLAUSIBLE_FROM_MS.unsigned_abs());
        assert_eq!(judged(UNIX_EPOCH, Some(true)).grade, Grade::Fail);
        assert_eq!(judged(set, Some(false)).grade, Grade::Warn);
        assert_eq!(judged(set, Some(true)).grade, Grade::Ok);
        assert_eq!(judged(set, None).grade, Grade::Ok);
    }
}
