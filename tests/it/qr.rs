//! The QR as cameras meet it: a picture, and a dark terminal in several fonts. zbarimg is the camera.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::house::{House, until};
use serde_json::json;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
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
        let screen = Screen { display: &display, font, socket: house.socket(), picture: dir.path().join("screen.png") };
        // zbarimg sees each drawing at one angle only; a person moves the phone. Each drawing is another code.
        let scanned = (0..DRAWINGS).find_map(|_| screen.scan()).unwrap_or_else(|| panic!("not read with {font:?}"));
        pairs(&house, &scanned);
    }
}

/// Drawings of which one must be read at first sight.
const DRAWINGS: usize = 5;

/// A terminal that shows the QR.
struct Screen<'a> {
    display: &'a str,
    font: &'a [&'a str],
    socket: PathBuf,
    picture: PathBuf,
}

impl Screen<'_> {
    /// Draws the code and reads it off the screen, once it stands there.
    fn scan(&self) -> Option<String> {
        let mut terminal = Command::new("xterm");
        terminal.env("DISPLAY", self.display).env("HEARKEN_SOCKET", &self.socket).env("LC_ALL", "C.UTF-8");
        terminal.args(["-u8", "-bg", "black", "-fg", "white", "-geometry", "100x50", "-hold"]).args(self.font);
        terminal.args(["-e", env!("CARGO_BIN_EXE_hearken"), "qr"]).stderr(Stdio::null());
        let _terminal = Running(terminal.spawn().unwrap());
        // The screen stands still when two looks at it are the same, and show more than black.
        let mut before = Vec::new();
        until("the screen stands still", || {
            let mut shot = Command::new("import");
            let shot = shot.env("DISPLAY", self.display).args(["-window", "root"]).arg(&self.picture).output().unwrap();
            let now = std::fs::read(&self.picture).unwrap_or_default();
            let stands = shot.status.success() && now.len() > 2_000 && now == before;
            before = now;
            stands.then_some(())
        });
        read(&self.picture)
    }
}
