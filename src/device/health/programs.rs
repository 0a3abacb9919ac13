//! Other programs that hearken works with: ffmpeg, the service manager, a firewall.

use super::Finding;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};

/// Looks for ffmpeg; `found` is where the appliance has it from.
#[must_use]
pub fn ffmpeg(found: bool) -> Finding {
    const CHECK: &str = "ffmpeg";
    if found {
        return Finding::ok(CHECK, "there: radio streams play every format");
    }
    Finding::warn(CHECK, "not installed: radio streams carry MP3 files only", "sudo apt install ffmpeg")
}

/// Whether `program` is in the search path.
#[must_use]
pub fn is_installed(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|dir| dir.join(program).is_file())
}

/// What systemd says of the unit; `None` where there is no systemd, or no unit.
#[must_use]
pub fn unit() -> Option<Finding> {
    if !Path::new("/run/systemd/system").exists() {
        return None;
    }
    let mut ask = Command::new("systemctl");
    ask.args(["show", "hearken.service", "--property=LoadState,ActiveState,SubState,NRestarts,Result,UnitFileState"]);
    let told = ask.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    unit_told(std::str::from_utf8(&told.stdout).ok()?)
}

fn unit_told(text: &str) -> Option<Finding> {
    const CHECK: &str = "service";
    let told: BTreeMap<&str, &str> = text.lines().filter_map(|line| line.split_once('=')).collect();
    let of = |key| told.get(key).copied().unwrap_or_default();
    if of("LoadState") != "loaded" {
        return None;
    }
    let restarts: u32 = of("NRestarts").parse().unwrap_or(0);
    let state = format!("{} ({})", of("ActiveState"), of("SubState"));
    Some(match of("ActiveState") {
        "active" | "reloading" if restarts > 0 => {
            let advice = "see why: journalctl -u hearken -p warning";
            Finding::warn(CHECK, format!("{state}, started again {restarts} times"), advice)
        }
        "active" | "reloading" if of("UnitFileState") == "disabled" => {
            Finding::warn(CHECK, format!("{state}, but not started at boot"), "sudo systemctl enable hearken")
        }
        "active" | "reloading" => Finding::ok(CHECK, state),
        "failed" => {
            let advice = "journalctl -u hearken -n 30 says why; then sudo systemctl restart hearken";
            Finding::fail(CHECK, format!("{state}, {}", of("Result")), advice)
        }
        _ => Finding::fail(CHECK, state, "sudo systemctl start hearken"),
    })
}

/// What may keep the LAN out; `None` if no firewall is known to be there.
#[must_use]
pub fn firewall(port: u16) -> Option<Finding> {
    const CHECK: &str = "firewall";
    let ufw = std::fs::read_to_string("/etc/ufw/ufw.conf").unwrap_or_default();
    if ufw.lines().any(|line| line.trim() == "ENABLED=yes") {
        let advice = format!("sudo ufw allow {port}/tcp && sudo ufw allow 5353/udp");
        return Some(Finding::warn(CHECK, "ufw is on; it may keep phones out", advice));
    }
    if Path::new("/run/firewalld").exists() {
        let advice = format!(
            "sudo firewall-cmd --permanent --add-port={port}/tcp --add-service=mdns && sudo firewall-cmd --reload"
        );
        return Some(Finding::warn(CHECK, "firewalld runs; it may keep phones out", advice));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::Grade;
    use super::*;

    #[test]
    fn the_unit_is_told_by_its_state() {
        let told = |active: &str, restarts: u32, file: &str| {
            unit_told(&format!(
                "LoadState=loaded\nActiveState={active}\nSubState=x\nNRestarts={restarts}\nResult=exit-code\nUnitFileState={file}\n"
            ))
        };
        let grade = |found: Option<Finding>| found.map(|found| found.grade);
        assert_eq!(grade(told("active", 0, "enabled")), Some(Grade::Ok));
        assert_eq!(grade(told("active", 3, "enabled")), Some(Grade::Warn));
        assert_eq!(grade(told("active", 0, "disabled")), Some(Grade::Warn));
        assert_eq!(grade(told("failed", 5, "enabled")), Some(Grade::Fail));
        assert_eq!(grade(told("inactive", 0, "enabled")), Some(Grade::Fail));
        assert_eq!(unit_told("LoadState=not-found\nActiveState=inactive\n"), None);
    }

    #[test]
    fn a_program_is_looked_for_in_the_path() {
        assert!(is_installed("sh") && !is_installed("no-such-program-anywhere"));
        assert_eq!((ffmpeg(true).grade, ffmpeg(false).grade), (Grade::Ok, Grade::Warn));
    }
}
