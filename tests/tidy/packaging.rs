//! What the package installs: each file is there, the unit and the user are what systemd takes, and no script lags
//! behind the code. The package itself is tested by `make deb-test`.

use crate::source::{read, root};
use std::path::Path;
use std::process::Command;

/// Runs one of systemd's tools; `None` where systemd is not installed.
fn systemd(command: &mut Command) -> Option<String> {
    let run = command.output().ok().or_else(|| {
        eprintln!("skipped: {command:?} is not installed");
        None
    })?;
    let told = [run.stdout, run.stderr].concat();
    let told = String::from_utf8_lossy(&told).into_owned();
    assert!(run.status.success(), "{command:?}:\n{told}");
    Some(told)
}

/// A root with the unit and something to start.
fn installed() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let units = dir.path().join("usr/lib/systemd/system");
    std::fs::create_dir_all(&units).unwrap();
    std::fs::create_dir_all(dir.path().join("usr/bin")).unwrap();
    for name in ["hearken", "kill"] {
        std::fs::copy("/bin/true", dir.path().join("usr/bin").join(name)).unwrap();
    }
    std::os::unix::fs::symlink("usr/bin", dir.path().join("bin")).unwrap();
    std::fs::copy(root().join("systemd/hearken.service"), units.join("hearken.service")).unwrap();
    for target in ["sysinit", "basic", "shutdown", "network", "time-set", "multi-user", "umount", "-"] {
        let (name, text) = match target {
            "-" => ("-.slice".to_owned(), "[Slice]\n"),
            target => (format!("{target}.target"), "[Unit]\n"),
        };
        std::fs::write(units.join(name), text).unwrap();
    }
    std::fs::write(units.join("system.slice"), "[Slice]\n").unwrap();
    dir
}

#[test]
fn systemd_takes_the_unit() {
    let root = installed();
    let root = format!("--root={}", root.path().display());
    let told = systemd(Command::new("systemd-analyze").args([&root, "verify", "--man=no", "hearken.service"]));
    // A setting that it does not know is only told.
    assert_eq!(told.unwrap_or_default(), "");
}

#[test]
fn the_unit_exposes_little() {
    let unit = root().join("systemd/hearken.service");
    // Ten times the exposure; above 2.0 it fails.
    let told =
        systemd(Command::new("systemd-analyze").args(["security", "--offline=true", "--threshold=20"]).arg(unit));
    assert!(told.is_none_or(|told| told.contains("Overall exposure level")));
}

#[test]
fn sysusers_takes_the_user() {
    let root = tempfile::tempdir().unwrap();
    let config = crate::source::root().join("packaging/hearken.sysusers");
    let root = format!("--root={}", root.path().display());
    systemd(Command::new("systemd-sysusers").args([&root, "--dry-run"]).arg(config));
}

#[test]
fn every_installed_file_is_there() {
    let manifest: toml::Table = read("Cargo.toml").parse().unwrap();
    let deb = &manifest["package"]["metadata"]["deb"];
    let assets = deb["assets"].as_array().unwrap();
    assert!(assets.len() > 10);
    for asset in assets {
        let source = asset[0].as_str().unwrap().trim_end_matches('*');
        assert!(source.starts_with("target/") || root().join(source).exists(), "{source} is not there");
    }
    for script in ["preinst", "postinst", "prerm", "postrm"] {
        let text = read(&format!("packaging/debian/{script}"));
        assert!(text.starts_with("#!/bin/sh\n") && text.contains("\nset -e\n"), "{script}");
    }
    let version = manifest["package"]["version"].as_str().unwrap();
    let newest = read("packaging/debian/changelog").lines().next().unwrap().to_owned();
    assert!(newest.starts_with(&format!("hearken ({version}-")), "packaging/debian/changelog begins with {newest:?}");
}

#[test]
fn the_licences_stand_at_the_top_and_the_package_says_the_same() {
    let manifest: toml::Table = read("Cargo.toml").parse().unwrap();
    assert_eq!(manifest["package"]["license"].as_str(), Some("MIT OR Apache-2.0"));
    let words = |text: &str| text.split_whitespace().filter(|word| *word != ".").collect::<Vec<_>>().join(" ");
    let (mit, package) = (words(&read("LICENSE-MIT")), words(&read("packaging/debian/copyright")));
    let (head, grant) = mit.split_once("Permission is hereby granted").unwrap();
    let holders = head.split_once("(c) ").unwrap().1.trim();
    assert!(package.contains(&format!("Files: * Copyright: {holders} License: MIT or Apache-2.0")), "{holders}");
    assert!(package.contains(grant), "the package has another MIT licence");
    let apache = words(&read("LICENSE-APACHE"));
    assert!(apache.starts_with("Apache License Version 2.0") && apache.contains("END OF TERMS AND CONDITIONS"));
    assert!(package.contains("/usr/share/common-licenses/Apache-2.0"));
}

#[test]
fn a_purge_knows_all_music() {
    let (code, postrm) = (read("src/library/codec.rs"), read("packaging/debian/postrm"));
    let list = code.split("const AUDIO_EXTENSIONS").nth(1).and_then(|rest| rest.split("\n];").next()).unwrap();
    let endings: Vec<&str> = list.split('"').skip(1).step_by(2).collect();
    assert!(endings.len() > 20);
    let kept = postrm.split(r"\.(").nth(1).and_then(|rest| rest.split(")'").next()).unwrap();
    let kept: Vec<String> = kept.split('|').map(|ending| ending.replace('\\', "")).collect();
    for ending in endings {
        assert!(kept.iter().any(|known| known == ending), "packaging/debian/postrm would delete music: {ending}");
    }
}

#[test]
fn scripts_are_shell() {
    for script in [
        "packaging/build.sh",
        "packaging/debian/postinst",
        "packaging/debian/postrm",
        "tests/packaging/deb.sh",
        "tests/packaging/arm64.sh",
        "tests/packaging/story.sh",
        "tests/setup.sh",
    ] {
        let checked = Command::new("sh").arg("-n").arg(root().join(Path::new(script))).status().unwrap();
        assert!(checked.success(), "{script}");
    }
}
