//! SIGHUP: the settings are read again while people listen.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::house::http::Ask;
use crate::house::music::wav;
use crate::house::{House, Setup, until};
use serde_json::json;
use std::os::unix::net::UnixDatagram;
use std::time::Duration;

/// Writes config.toml, asks for a reload, and waits until the log says so.
fn reload(house: &House, config: &str, told: &str) {
    std::fs::write(house.config_file(), config).unwrap();
    house.process().hang_up();
    until(told, || house.log().contains(told).then_some(()));
}

#[test]
fn what_can_change_while_people_listen_changes() {
    let house = House::with(Setup::default().config("[session]\nstall_s = 20\n"));
    let phone = house.pair("phone");
    let mut socket = phone.socket("");
    socket.wait("sync:full");
    let of_proxy = || house.ask(Ask::get("/healthz").field("Host", "music.example.org"));
    of_proxy().problem(403);
    house.ask(Ask::get("/qr")).problem(403);
    phone.get("/debug/state").problem(404);

    let config = "allowed_hosts = [\"music.example.org\"]\nqr_open = true\ndebug = true\nlog_level = \"debug\"\n\
                  [session]\nqueue_max = 4\nfollow_library = false\n[backup]\nkeep = 1\n";
    reload(&house, config, "settings read again, changed: allowed_hosts");
    assert_eq!(of_proxy().status, 200);
    assert_eq!(house.ask(Ask::get("/qr")).status, 200);
    assert_eq!(phone.get("/debug/state").status, 200);
    for _ in 0..3 {
        house.local(Ask::post("/backup")).ok();
    }
    assert_eq!(std::fs::read_dir(house.state_dir().join("backups")).unwrap().count(), 1);
    // It looks at the music as well; what is new is found, and stays out of the queue.
    let queue = house.queue();
    std::fs::write(house.music_dir().join("new.wav"), wav(99, 3)).unwrap();
    house.process().hang_up();
    let known = || house.local(Ask::get("/index")).json().as_array().map(Vec::len);
    until("the new file is known", || (known() == Some(queue.len() + 1)).then_some(()));
    assert_eq!(house.queue(), queue);
    // Nobody was disturbed: the connection from before still hears what happens.
    phone.does("/next", &json!({}));
    socket.wait("session:advanced");
}

#[test]
fn what_needs_a_start_is_named_in_one_line_and_waits() {
    let house = House::open();
    let port = house.door().address().port();
    let config = "static_dir = \"elsewhere\"\nfollow_links = true\nname = \"attic\"\n";
    reload(&house, config, "needs a restart: follow_links, static_dir");
    assert!(house.log().contains("settings read again, changed: name"), "{}", house.log());
    assert_eq!(house.ask(Ask::get("/")).status, 200, "the page is still the one of before");
    assert_eq!(house.ask(Ask::get("/healthz").field("Host", &format!("attic.local:{port}"))).status, 200);
}

#[test]
fn a_file_that_makes_no_sense_changes_nothing_and_is_told_with_its_line() {
    let house = House::with(Setup::default().config("qr_open = true\n"));
    reload(&house, "qr_open = false\nqueue = 3\n", "the settings stay as they are: ");
    assert!(house.log().contains("line 2: there is no setting \"queue\""), "{}", house.log());
    reload(&house, "qr_open = false\n\n[session]\nstall_s = \"long\"\n", "line 4: ");
    assert_eq!(house.ask(Ask::get("/qr")).status, 200, "as it was");
    std::fs::remove_file(house.config_file()).unwrap();
    house.process().hang_up();
    until("told", || house.log().contains("cannot read").then_some(()));
    reload(&house, "qr_open = false\n", "changed: qr_open");
    house.ask(Ask::get("/qr")).problem(403);
}

#[test]
fn the_service_manager_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let manager = UnixDatagram::bind(dir.path().join("notify")).unwrap();
    manager.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let mut house = House::closed(Setup::default().variable("NOTIFY_SOCKET", dir.path().join("notify")));
    house.start();
    let heard = || {
        let mut bytes = [0; 512];
        let length = manager.recv(&mut bytes).unwrap();
        String::from_utf8_lossy(&bytes[..length]).into_owned()
    };
    assert_eq!(heard(), "READY=1");
    house.process().hang_up();
    assert!(heard().starts_with("RELOADING=1\nMONOTONIC_USEC="));
    assert_eq!(heard(), "READY=1");
    assert_eq!(house.stop(), Some(0));
    assert_eq!(heard(), "STOPPING=1");
}
