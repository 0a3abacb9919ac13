//! The QR as cameras meet it: a picture, and a dark terminal in several fonts. zbarimg is the camera.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::house::{House, until};
use serde_json::json;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// Fonts of a terminal, with their sizes: one of bits, two of outlines.
const FONTS: [&[&str]; 3] = [&[], &["-fa", "DejaVu Sans Mono", "-fs", "8"], &["-fa", "DejaVu Sans Mono", "-fs", "11"]];

/// Whether all of these programs are there; says which are not.
fn all_there(programs: &[&str]) -> bool {
    let has = |program: &&&str| Command::new("which").arg(program).output().is_ok_and(|told| told.status.success());
    let missing: Vec<&&str> = programs.iter().filter(|program| !has(program)).collect();
    if !missing.is_empty() {
        eprintln!("skipped: not installed: {missing:?} (tests/setup.sh test)");
    }
    missing.is_empty()
}

/// What a camera reads in a picture, if anything.
fn read(picture: &Path) -> Option<String> {
    let told = Command::new("zbarimg").args(["--quiet", "--raw"]).arg(picture).output().unwrap();
    Some(String::from_utf8(told.stdout).unwrap().trim().to_owned()).filter(|text| !text.is_empty())
}

/// Lets a phone in by what it scanned, without typing.
fn pairs(house: &House, scanned: &str) {
    let (address, token) = scanned.split_once("/#k=").unwrap();
    assert_eq!(address, format!("http://{}", house.door().address()));
    let ask = crate::house::http::Ask::post("/pair").json(&json!({ "token": token, "clientName": "camera" }));
    assert_eq!(house.ask(ask).status, 200);
}

/// A process that ends with this value.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn the_picture_that_the_command_line_writes_is_scanned() {
    if !all_there(&["zbarimg"]) {
        return;
    }
    let house = House::open();
    let dir = tempfile::tempdir().unwrap();
    let picture = dir.path().join("qr.png");
    let drawn = house.type_here(&["qr", "--png", picture.to_str().unwrap()]);
    assert!(drawn.status.success(), "{}", String::from_utf8_lossy(&drawn.stderr));
    pairs(&house, &read(&picture).expect("zbarimg reads it"));
}

#[test]
fn a_dark_terminal_is_scanned_in_every_font() {
    if !all_there(&["zbarimg", "Xvfb", "xterm", "import"]) {
        return;
    }
    let house = House::open();
    let dir = tempfile::tempdir().unwrap();
    let mut server = Command::new("Xvfb");
    server.args(["-displayfd", "1", "-nolisten", "tcp", "-screen", "0", "1000x1000x24"]).stdout(Stdio::piped());
    let mut server = Running(server.stderr(Stdio::null()).spawn().unwrap());
    let mut number = String::new();
    BufReader::new(server.0.stdout.take().unwrap()).read_line(&mut number).unwrap();
    let display = format!(":{}", number.trim());
    for font in FONTS {
        let mut terminal = Command::new("xterm");
        terminal.env("DISPLAY", &display).env("HEARKEN_SOCKET", house.socket()).env("LC_ALL", "C.UTF-8");
        terminal.args(["-u8", "-bg", "black", "-fg", "white", "-geometry", "100x50", "-hold"]).args(font);
        terminal.args(["-e", env!("CARGO_BIN_EXE_hearken"), "qr"]).stderr(Stdio::null());
        let _terminal = Running(terminal.spawn().unwrap());
        let picture = dir.path().join("screen.png");
        let scanned = until(&format!("the terminal is read with {font:?}"), || {
            let mut shot = Command::new("import");
            let shot = shot.env("DISPLAY", &display).args(["-window", "root"]).arg(&picture).output().unwrap();
            shot.status.success().then(|| read(&picture)).flatten()
        });
        pairs(&house, &scanned);
    }
}
