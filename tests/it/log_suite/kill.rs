//! The plug is pulled on the process while it appends.
//!
//! The test binary runs itself again as the child that appends; the parent kills it at some point and looks at what
//! is there. (That a *power cut* loses nothing rests on SQLite's `synchronous=FULL`; here it is the process.)

use super::places::SqlitePlace;
use super::{Bench, appended, keyed};
use hearken::clock;
use hearken::core::ids::{CommandKey, DeviceId};
use hearken::log::sqlite::SqliteLog;
use hearken::log::{EventLog, NewEntry, Vault};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

const STORE: &str = "HEARKEN_TEST_APPENDS_TO";
const BATCH: u64 = 7;
const ROUNDS: u64 = 5;

#[test]
fn what_was_acknowledged_is_there_after_a_kill() {
    let place = SqlitePlace::new();
    let mut acknowledged = 0;
    for round in 1..=ROUNDS {
        let mut child = appending_child(&place.store());
        let mut acks = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        while !line.contains("ack") {
            line.clear();
            assert_ne!(acks.read_line(&mut line).unwrap(), 0, "the child ended by itself in round {round}");
        }
        clock::pause(Duration::from_millis(23 * round));
        child.kill().unwrap();
        child.wait().unwrap();
        let mut rest = String::new();
        acks.read_to_string(&mut rest).unwrap();
        // The last line may be half a number.
        let whole = rest.rsplit_once('\n').map_or("", |(whole, _)| whole);
        let last = line.lines().chain(whole.lines()).filter_map(|line| line.split_once("ack ")).next_back();
        let last: u64 = last.unwrap().1.trim().parse().unwrap();
        assert!(last > acknowledged, "round {round} came no further than {acknowledged}");
        acknowledged = last;
        check(&place.open(), acknowledged);
    }
}

/// Everything up to `acknowledged` is there, batches are whole, versions go on.
fn check(log: &SqliteLog, acknowledged: u64) {
    let head = log.head().unwrap();
    assert!(head.seq >= acknowledged, "{} of {acknowledged} acknowledged entries are there", head.seq);
    assert_eq!(head.seq % BATCH, 0, "half a batch is there");
    for (n, entry) in (1..).zip(log.read_after(0, usize::MAX).unwrap()) {
        assert_eq!((entry.seq, entry.version), (n, n));
        let key = CommandKey::new(&format!("k{n}")).unwrap();
        assert_eq!(log.answer_to(&DeviceId::local(), &key).unwrap().unwrap().seq, n);
    }
    let put = log.list("token").unwrap();
    assert_eq!(put, [("last".to_owned(), head.seq.to_string().into_bytes())]);
    assert_eq!(log.verify().unwrap(), [""; 0]);
}

fn appending_child(store: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "log_suite::kill::appends_until_killed", "--nocapture", "--test-threads=1"])
        .env(STORE, store)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Not a test of its own: what the child runs.
#[test]
fn appends_until_killed() {
    let Some(store) = std::env::var_os(STORE) else { return };
    let mut log = SqliteLog::open(Path::new(&store)).unwrap();
    loop {
        let seq = log.head().unwrap().seq;
        let batch: Vec<_> = (seq..seq + BATCH).map(numbered).collect();
        let outcomes = log.append(&batch).unwrap();
        assert_eq!(outcomes.last(), Some(&appended(seq + BATCH, seq + BATCH)));
        let mut out = std::io::stdout().lock();
        writeln!(out, "ack {}", seq + BATCH).unwrap();
        out.flush().unwrap();
    }
}

fn numbered(before: u64) -> NewEntry {
    let n = (before + 1).to_string();
    NewEntry { puts: vec![super::put("last", Some(&n))], ..keyed("radio", before, &format!("k{n}")) }
}
