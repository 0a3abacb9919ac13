//! What wins over what, what is refused with which words, and the manual against the code.

use super::*;
use crate::config::PairingWindow;

fn file(text: &str) -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("config.toml");
    std::fs::write(&path, text).unwrap();
    (dir, path)
}

fn env(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect()
}

fn flag(key: &'static str, name: &'static str, value: &str) -> Flag {
    Flag { key, name, value: value.into() }
}

/// The error of a file with this text, without the file's path.
fn complaint(text: &str) -> String {
    let (_dir, path) = file(text);
    let sources = Sources { file: Some(path.clone()), ..Sources::default() };
    sources.resolve().unwrap_err().to_string().replace(&path.display().to_string(), "FILE")
}

#[test]
fn flags_win_over_environment_over_file_over_defaults() {
    let (_dir, path) = file("name = \"file\"\naudio_dir = \"/file\"\nqr_open = true\n[session]\nstall_s = 5\n");
    let sources = Sources {
        file: Some(path),
        env: env(&[("HEARKEN_NAME", "env"), ("HEARKEN_AUDIO_DIR", "/env"), ("HEARKEN_SESSION_STALL_S", "7")]),
        flags: vec![flag("name", "--name", "flag")],
    };
    let config = sources.resolve().unwrap();
    assert_eq!(config.name, "flag");
    assert_eq!(config.audio_dir, PathBuf::from("/env"));
    assert_eq!(config.session.stall_s, 7);
    assert!(config.qr_open);
    assert!(config.session.follow_library, "untouched defaults stay");
}

#[test]
fn every_type_can_come_from_the_environment() {
    let env = env(&[
        ("HEARKEN_LISTEN", "127.0.0.1:0"),
        ("HEARKEN_ALLOWED_HOSTS", "music.example, radio.example"),
        ("HEARKEN_PAIRING_WINDOW", "restart"),
        ("HEARKEN_MDNS_ENABLED", "no"),
        ("HEARKEN_WEB_REMOTE_SERVER", "pi.local"),
        ("HEARKEN_RUNTIME_DIR", "/tmp/x"),
        ("HEARKEN_SOCKET", "/tmp/not/a/setting"),
        ("HOME", "/root"),
    ]);
    let config = Sources { env, ..Sources::default() }.resolve().unwrap();
    assert_eq!(config.listen.port(), 0);
    assert_eq!(config.allowed_hosts, ["music.example", "radio.example"]);
    assert_eq!(config.pairing_window, PairingWindow::Restart);
    assert!(!config.mdns.enabled);
    assert_eq!(config.web.remote_server.as_deref(), Some("pi.local"));
    assert_eq!(config.runtime_dir, Some("/tmp/x".into()));
}

#[test]
fn a_file_is_refused_with_words_that_help() {
    let table = [
        ("lisen = 1", "FILE, line 1: there is no setting \"lisen\"; did you mean \"listen\"?"),
        ("[session]\nwombat = 1", "FILE, line 2: there is no setting \"session.wombat\""),
        ("stall_s = 1", "FILE, line 1: there is no setting \"stall_s\"; did you mean \"session.stall_s\"?"),
        ("name = \"x\"\n\nqr_open = 3", "FILE, line 3: invalid type: integer `3`, expected a boolean"),
        ("name = \"\"", "name: must have 1 to 64 characters, not 0"),
        ("tls_cert = \"/c\"", "tls_cert: needs tls_key beside it: a certificate and its key go together"),
        (
            "public_url = \"music.example.org\"",
            "public_url: must be like https://music.example.org, without a path, not \"music.example.org\"",
        ),
        (
            "public_url = \"https://music.example.org/hearken\"",
            "public_url: must be like https://music.example.org, without a path, not \"https://music.example.org/hearken\"",
        ),
        ("[session]\nqueue_max = 0", "session.queue_max: must be at least 1"),
    ];
    for (text, expected) in table {
        assert_eq!(complaint(text), expected, "{text}");
    }
    assert!(complaint("name = ").starts_with("FILE, line 1: "));
}

#[test]
fn the_public_address_names_its_host() {
    for (url, host) in [
        ("https://music.example.org", "music.example.org"),
        ("https://music.example.org:8443/", "music.example.org"),
        ("http://[fd00::7]:80", "[fd00::7]"),
    ] {
        let config = Sources { env: env(&[("HEARKEN_PUBLIC_URL", url)]), ..Sources::default() }.resolve().unwrap();
        assert_eq!((config.public_host(), config.public_url.as_deref()), (Some(host), Some(url.trim_end_matches('/'))));
    }
    assert_eq!(Config::default().public_host(), None);
}

#[test]
fn a_variable_or_flag_is_refused_by_its_name() {
    let table = [
        (env(&[("HEARKEN_QR_OPEN", "maybe")]), vec![], "HEARKEN_QR_OPEN: expected true or false, not \"maybe\""),
        (
            env(&[("HEARKEN_SESSION_STALL_S", "x")]),
            vec![],
            "HEARKEN_SESSION_STALL_S: expected a whole number, not \"x\"",
        ),
        (
            vec![],
            vec![flag("listen", "--listen", "8642")],
            "--listen: invalid socket address syntax; it looks like \"0.0.0.0:8642\"",
        ),
    ];
    for (env, flags, expected) in table {
        let error = Sources { file: None, env, flags }.resolve().unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
}

#[test]
fn a_file_that_was_named_must_be_there() {
    let error = Sources { file: Some("/nonexistent/hearken.toml".into()), ..Sources::default() }.resolve().unwrap_err();
    assert!(error.to_string().starts_with("cannot read /nonexistent/hearken.toml: "), "{error}");
}

/// The manual with its settings switched on: `#key = value` is a setting, `# words` are words.
fn manual() -> (String, String) {
    let text = include_str!("../../../config.toml");
    let on = |line: &str| match line.strip_prefix('#') {
        Some(setting) if setting.starts_with(|c: char| c.is_ascii_lowercase()) => setting.to_owned(),
        _ => line.to_owned(),
    };
    (text.to_owned(), text.lines().map(on).collect::<Vec<_>>().join("\n"))
}

#[test]
fn the_manual_holds_every_key_with_its_default_and_a_reason() {
    let (_, on) = manual();
    let mut given = Vec::new();
    keys::flatten("", &toml::from_str(&on).unwrap(), &mut given);
    let mut defaults = Vec::new();
    keys::flatten("", &Table::try_from(Config::default()).unwrap(), &mut defaults);
    for (key, value) in &defaults {
        let found = given.iter().find(|(name, _)| name == key);
        assert_eq!(found.map(|(_, value)| value), Some(value), "config.toml: {key}");
    }
    for (key, _) in keys::all() {
        assert!(given.iter().any(|(name, _)| *name == key), "config.toml does not tell of {key}");
    }
    let lines: Vec<&str> = on.lines().collect();
    for (above, line) in lines.iter().zip(&lines[1..]) {
        let is_setting = line.starts_with(|c: char| c.is_ascii_lowercase());
        assert!(!is_setting || above.starts_with("# "), "config.toml: no words above {line:?}");
    }
}

#[test]
fn the_manual_as_it_is_installed_changes_nothing() {
    let (text, _) = manual();
    let (_dir, path) = file(&text);
    let config = Sources { file: Some(path), ..Sources::default() }.resolve().unwrap();
    assert_eq!(config, Config::default());
}
