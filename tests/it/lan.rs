//! The appliance on a LAN: found by avahi, by python-zeroconf and by our own command line; beside the avahi that runs on
//! every Raspberry Pi; through conflicts of names, changes of address and late cables, to the goodbye.
//!
//! Hosts are network namespaces that the tests make. That needs root, avahi and python3-zeroconf; a test says what it
//! misses and is skipped.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

pub mod lab;

use crate::house::until;
use lab::{Appliance, Avahi, Lan, said};
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::channel;

const PORT: &str = "8642";
const EVERYWHERE: &str = "0.0.0.0:8642";

/// Asks by python-zeroconf as Home Assistant does: a service by its name, SRV, TXT and addresses one by one.
const ZEROCONF: &str = "
import sys, json
from zeroconf import Zeroconf, IPVersion
known = Zeroconf(ip_version=IPVersion.V4Only).get_service_info('_hearken._tcp.local.', sys.argv[1] + '._hearken._tcp.local.', 4000)
print(json.dumps(known and {'server': known.server, 'addresses': known.parsed_addresses(), 'port': known.port,
    'id': known.properties[b'id'].decode(), 'auth': known.properties[b'auth'].decode()}))
";

/// Debian's python, where its packages are; `None` without python3-zeroconf.
fn python() -> Option<&'static str> {
    const PYTHON: &str = "/usr/bin/python3";
    let has = Command::new(PYTHON).args(["-c", "import zeroconf"]).output().is_ok_and(|told| told.status.success());
    if !has {
        eprintln!("left out: python3-zeroconf is not installed");
    }
    has.then_some(PYTHON)
}

/// What python-zeroconf on a host finds under this name.
fn zeroconf(lan: &Lan, host: usize, instance: &str) -> Option<Value> {
    let told = lan.on(host, python()?).args(["-c", ZEROCONF, instance]).output().unwrap();
    Some(serde_json::from_slice(&told.stdout).unwrap_or_else(|_| panic!("{}", said(&told))))
}

#[test]
fn everybody_finds_it_and_the_machine_keeps_its_own_name() {
    let Some(lan) = Lan::plug(3) else { return };
    let (Some(own), Some(other)) = (Avahi::start(&lan, 0, "raspberrypi"), Avahi::start(&lan, 1, "piano")) else {
        return;
    };
    let mut pi = Appliance::new();
    pi.start(&lan, 0, EVERYWHERE, &[]);
    pi.shows("10.77.0.11", "hearken.local");

    let line = until("avahi lists it", || other.browse().into_iter().next());
    let fields: Vec<&str> = line.split(';').collect();
    assert_eq!(
        fields[1..9],
        ["eth0", "IPv4", "hearken", "_hearken._tcp", "local", "hearken.local", "10.77.0.11", PORT]
    );
    for text in ["\"auth=pair\"", "\"path=/\"", "\"api=1\"", "\"name=hearken\"", "\"v=", "\"id="] {
        assert!(fields[9].contains(text), "{text} in {line}");
    }
    assert!(other.says(&["avahi-browse", "-tp", "_http._tcp"]).contains(";hearken;"), "browsers list it too");
    for avahi in [&own, &other] {
        assert_eq!(avahi.resolve("hearken.local").as_deref(), Some("10.77.0.11"));
        assert_eq!(avahi.resolve("raspberrypi.local").as_deref(), Some("10.77.0.11"), "ssh pi@raspberrypi.local works");
    }
    assert!(!own.log().contains("conflict"), "{}", own.log());
    if let Some(found) = zeroconf(&lan, 2, "hearken") {
        assert_eq!(
            (&found["server"], &found["addresses"][0]),
            (&"hearken.local.".into(), &"10.77.0.11".into()),
            "{found}"
        );
        assert_eq!((&found["port"], &found["auth"]), (&8642.into(), &"pair".into()), "{found}");
    }
    let home = tempfile::tempdir().unwrap();
    let discovered = lan.type_there(2, home.path(), &["discover", "--json"]);
    assert!(said(&discovered).contains("\"host\":\"hearken.local\""), "{}", said(&discovered));
    let doctor = pi.asked("/doctor");
    let finding =
        |check: &str| doctor["findings"].as_array().unwrap().iter().find(|one| one["check"] == check).cloned();
    assert_eq!(finding("mDNS").unwrap()["grade"], "ok", "{doctor}");

    // The goodbye is heard by whoever is looking.
    let mut browser = other.client(&["avahi-browse", "-p", "_hearken._tcp"]).stdout(Stdio::piped()).spawn().unwrap();
    let (told, heard) = channel();
    let lines = BufReader::new(browser.stdout.take().unwrap()).lines();
    let reader = std::thread::spawn(move || lines.map_while(Result::ok).for_each(|line| drop(told.send(line))));
    let wait_for = |sign: char| {
        let next = || heard.recv_timeout(crate::house::PATIENCE).unwrap_or_else(|_| panic!("no {sign}"));
        while !next().starts_with(sign) {}
    };
    wait_for('+');
    assert_eq!(pi.stop(), Some(0));
    wait_for('-');
    browser.kill().unwrap();
    browser.wait().unwrap();
    reader.join().unwrap();
}

#[test]
fn a_second_appliance_has_a_name_of_its_own_and_keeps_it() {
    let Some(lan) = Lan::plug(3) else { return };
    let Some(avahi) = Avahi::start(&lan, 1, "piano") else { return };
    let (mut first, mut second) = (Appliance::new(), Appliance::new());
    first.start(&lan, 0, EVERYWHERE, &[]);
    first.shows("10.77.0.11", "hearken.local");
    second.start(&lan, 2, EVERYWHERE, &[]);
    second.shows("10.77.0.13", "hearken-2.local");
    let both = || {
        let lines = avahi.browse();
        let has = |host: &str, address: &str| lines.iter().any(|line| line.contains(&format!(";{host};{address};")));
        (lines.len() == 2 && has("hearken.local", "10.77.0.11") && has("hearken-2.local", "10.77.0.13")).then_some(())
    };
    until("both are listed", both);
    // Asked directly for the second one's service, nobody points to the first one's name.
    for _ in 0..2 {
        if let Some(found) = zeroconf(&lan, 1, "hearken (2)") {
            assert_eq!((&found["server"], &found["addresses"][0]), (&"hearken-2.local.".into(), &"10.77.0.13".into()));
        }
        assert_eq!(avahi.resolve("hearken.local").as_deref(), Some("10.77.0.11"));
    }
    assert_eq!(second.stop(), Some(0));
    until("it said goodbye", || (avahi.browse().len() == 1).then_some(()));
    let before = second.log().len();
    second.start(&lan, 2, EVERYWHERE, &[]);
    second.shows("10.77.0.13", "hearken-2.local");
    until("both are listed again", both);
    assert!(!second.log()[before..].contains("another appliance has"), "the name it won is its wish: {}", second.log());
}

#[test]
fn the_name_that_avahi_has_on_this_machine_is_left_to_it() {
    let Some(lan) = Lan::plug(2) else { return };
    let (Some(own), Some(other)) = (Avahi::start(&lan, 0, "hearken"), Avahi::start(&lan, 1, "piano")) else { return };
    let mut pi = Appliance::new();
    pi.start(&lan, 0, EVERYWHERE, &[]);
    let line = until("it is listed", || other.browse().into_iter().next());
    let host = line.split(';').nth(6).unwrap();
    assert!(host.starts_with("hearken-") && host.len() == "hearken-0a1b.local".len(), "{line}");
    pi.shows("10.77.0.11", host);
    assert_eq!(other.resolve("hearken.local").as_deref(), Some("10.77.0.11"));
    assert!(!own.log().contains("conflict"), "{}", own.log());
}

#[test]
fn a_new_address_is_followed_everywhere() {
    let Some(lan) = Lan::plug(2) else { return };
    let Some(avahi) = Avahi::start(&lan, 1, "piano") else { return };
    let mut pi = Appliance::new();
    pi.start(&lan, 0, EVERYWHERE, &[]);
    pi.shows("10.77.0.11", "hearken.local");
    until("it is listed", || (avahi.browse().len() == 1).then_some(()));
    assert!(lan.address(0, "10.77.0.51"));
    pi.shows("10.77.0.51", "hearken.local");
    until("avahi follows", || (avahi.resolve("hearken.local").as_deref() == Some("10.77.0.51")).then_some(()));
    until("and lists it", || avahi.browse().iter().any(|line| line.contains(";10.77.0.51;")).then_some(()));
    let home = tempfile::tempdir().unwrap();
    let found = lan.type_there(1, home.path(), &["discover"]);
    assert!(said(&found).contains("10.77.0.51") && !said(&found).contains("10.77.0.11"), "{}", said(&found));
    until("the certificate holds for the new address", || trusts(&lan, home.path(), &pi, "10.77.0.51").then_some(()));
}

/// Whether a machine that trusts the appliance's authority gets in by https at `address`.
fn trusts(lan: &Lan, home: &Path, pi: &Appliance, address: &str) -> bool {
    let (der, pem) = (home.join("ca.crt"), home.join("ca.pem"));
    let there = format!("{address}:{}", pi.port());
    let run = |command: &mut Command| command.output().unwrap().status.success();
    run(lan.on(1, "curl").args(["-sS", "--max-time", "5", "-o"]).arg(&der).arg(format!("http://{there}/ca.crt")))
        && run(Command::new("openssl").args(["x509", "-inform", "der", "-in"]).arg(&der).arg("-out").arg(&pem))
        && run(lan
            .on(1, "curl")
            .args(["-sS", "--max-time", "5", "--cacert"])
            .arg(&pem)
            .arg(format!("https://{there}/healthz")))
}

#[test]
fn a_new_name_in_the_settings_takes_the_old_one_s_place() {
    let Some(lan) = Lan::plug(2) else { return };
    let Some(avahi) = Avahi::start(&lan, 1, "piano") else { return };
    let mut pi = Appliance::new();
    pi.start(&lan, 0, EVERYWHERE, &[]);
    pi.shows("10.77.0.11", "hearken.local");
    until("it is listed", || (avahi.browse().len() == 1).then_some(()));
    pi.reload("name = \"Living Room\"\n");
    pi.shows("10.77.0.11", "living-room.local");
    until("under the new name only", || {
        let lines = avahi.browse();
        (lines.len() == 1 && lines[0].contains(";living-room.local;10.77.0.11;")).then_some(())
    });
    pi.reload("[mdns]\nenabled = false\n");
    until("it said goodbye", || avahi.browse().is_empty().then_some(()));
    assert_eq!(pi.asked("/pairing")["localUrl"], Value::Null);
}

#[test]
fn a_network_that_comes_late_has_it_soon() {
    let Some(lan) = Lan::plug(2) else { return };
    let Some(avahi) = Avahi::start(&lan, 1, "piano") else { return };
    lan.link(0, false);
    let mut pi = Appliance::new();
    pi.start(&lan, 0, EVERYWHERE, &[]);
    assert_eq!(pi.asked("/pairing")["localUrl"], Value::Null, "no name is won where nobody can be asked");
    lan.link(0, true);
    assert!(lan.address(0, "10.77.0.11"));
    pi.shows("10.77.0.11", "hearken.local");
    until("it is listed", || (avahi.browse().len() == 1).then_some(()));
}

#[test]
fn ipv6_is_there_for_those_who_want_it() {
    let Some(lan) = Lan::plug(2) else { return };
    let Some(avahi) = Avahi::start(&lan, 1, "piano") else { return };
    assert!(lan.address_v6(0, "fd77::11") && lan.address_v6(1, "fd77::12"));
    let mut pi = Appliance::new();
    pi.start(&lan, 0, "[::]:8642", &[("HEARKEN_MDNS_IPV6", "true")]);
    pi.shows("10.77.0.11", "hearken.local");
    let listed = |address: &str| avahi.browse().iter().any(|line| line.contains(&format!(";hearken.local;{address};")));
    until("by IPv4 and IPv6", || {
        let lines = avahi.browse();
        let by = |kind: &str| lines.iter().any(|line| line.contains(&format!(";{kind};hearken;")));
        (by("IPv4") && by("IPv6")).then_some(())
    });
    assert!(lan.address(0, "10.77.0.51"));
    pi.shows("10.77.0.51", "hearken.local");
    until("the new address", || listed("10.77.0.51").then_some(()));
}

#[test]
fn a_terminal_on_another_machine_finds_the_appliance_pairs_once_and_drives_it() {
    let Some(lan) = Lan::plug(2) else { return };
    let (mut pi, home) = (Appliance::with_music(3), tempfile::tempdir().unwrap());
    let home = home.path();
    pi.start(&lan, 0, "0.0.0.0:0", &[]);
    let url = pi.ready["url"].as_str().unwrap();
    assert!(url.starts_with("http://10.77.0.11:"), "the QR shows the address on the LAN: {url}");

    // The name takes a moment to be won; the browser of the other machine asks for two seconds each time.
    let found = (0..10).find_map(|_| {
        let told = lan.type_there(1, home, &["discover", "--json"]);
        said(&told).contains("hearken.local").then_some(told)
    });
    let found = found.unwrap_or_else(|| panic!("not found on the LAN; the appliance says:\n{}", pi.log()));
    let port = url.rsplit(':').next().unwrap();
    assert!(said(&found).contains(port), "{}", said(&found));

    let host = format!("hearken.local:{port}");
    let unpaired = lan.type_there(1, home, &["next", "--host", &host]);
    assert_eq!(unpaired.status.code(), Some(1), "{}", said(&unpaired));
    let code = pi.ready["pairingCode"].as_str().unwrap();
    let paired = lan.type_there(1, home, &["pair", "--host", &host, code]);
    assert!(paired.status.success(), "{}", said(&paired));
    for words in [&["next", "--json"][..], &["--json", "--host", &host, "pause"], &["queue", "--json"]] {
        let output = lan.type_there(1, home, words);
        assert!(output.status.success(), "{words:?}: {}", said(&output));
    }
    let status = lan.type_there(1, home, &["status", "--json"]);
    let status: Value = serde_json::from_slice(&status.stdout).unwrap();
    assert!(status.to_string().contains("paused"), "{status}");
    assert_eq!(pi.stop(), Some(0), "{}", pi.log());
}
