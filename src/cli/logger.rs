//! The log, on stderr: for people in a terminal, with syslog's levels for the journal.
//!
//! `HEARKEN_LOG` is `error`, `warn`, `info`, `debug` or `trace`. Libraries are heard from `debug` on only: they warn
//! of what is not ours to mend, such as a bridge that takes no multicast.

use log::{Level, LevelFilter, Log, Metadata, Record};
use std::io::Write;
use std::sync::OnceLock;

static LOGGER: OnceLock<Logger> = OnceLock::new();

struct Logger {
    level: LevelFilter,
    journal: bool,
}

/// Installs it: `serve` tells what it does, other verbs only what goes wrong.
pub(super) fn install(serving: bool) {
    let asked = std::env::var("HEARKEN_LOG").ok().and_then(|level| level.parse().ok());
    let level = asked.unwrap_or(if serving { LevelFilter::Info } else { LevelFilter::Warn });
    let journal = std::env::var_os("JOURNAL_STREAM").is_some();
    if log::set_logger(LOGGER.get_or_init(|| Logger { level, journal })).is_ok() {
        log::set_max_level(level);
    }
}

impl Log for Logger {
    fn enabled(&self, about: &Metadata) -> bool {
        about.level() <= self.level && (about.target().starts_with("hearken") || self.level >= LevelFilter::Debug)
    }

    fn log(&self, record: &Record) {
        if self.enabled(record.metadata()) {
            // Nobody is left to tell if stderr is gone.
            let _ = std::io::stderr().lock().write_all(line(record, self.journal).as_bytes());
        }
    }

    fn flush(&self) {}
}

fn line(record: &Record, journal: bool) -> String {
    let (syslog, word) = match record.level() {
        Level::Error => (3, "error"),
        Level::Warn => (4, "warning"),
        Level::Info => (6, "info"),
        Level::Debug | Level::Trace => (7, "debug"),
    };
    // One record is one line: what a peer sent must not forge a second one.
    let text = record.args().to_string().replace(char::is_control, " ");
    match (journal, record.level()) {
        (true, _) => format!("<{syslog}>{text}\n"),
        // What must not be overlooked begins its line, and is its own word.
        (false, _) if text.starts_with("SCREAM") => format!("{text}\n"),
        (false, Level::Info) => format!("{text}\n"),
        (false, _) => format!("{word}: {text}\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_one_line() {
        let told = |level, journal| {
            line(&Record::builder().level(level).args(format_args!("a\nSCREAM {}", 1)).build(), journal)
        };
        assert_eq!(told(Level::Info, false), "a SCREAM 1\n");
        assert_eq!(told(Level::Error, false), "error: a SCREAM 1\n");
        assert_eq!(told(Level::Warn, true), "<4>a SCREAM 1\n");
    }

    #[test]
    fn libraries_are_heard_when_debugging_only() {
        let about = |target| Metadata::builder().level(Level::Warn).target(target).build();
        let at = |level| Logger { level, journal: false };
        assert!(at(LevelFilter::Info).enabled(&about("hearken::net")));
        assert!(!at(LevelFilter::Info).enabled(&about("mdns_sd")));
        assert!(at(LevelFilter::Debug).enabled(&about("mdns_sd")));
    }
}
