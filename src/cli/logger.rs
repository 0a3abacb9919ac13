//! The log, on stderr: for people in a terminal, with syslog's levels for the journal.
//!
//! `HEARKEN_LOG` is `error`, `warn`, `info`, `debug` or `trace`; without it `serve` sets the level that `log_level` names.
//! Libraries are heard from `debug` on, and then only their warnings: they speak of what is not ours to mend, such as a
//! bridge that takes no multicast or a tag that breaks its own rules. `trace` has everything that anybody says.

use log::{Level, LevelFilter, Log, Metadata, Record};
use std::io::Write;
use std::sync::OnceLock;

static LOGGER: OnceLock<Logger> = OnceLock::new();

struct Logger {
    journal: bool,
}

/// Installs it: `serve` tells what it does, other verbs only what goes wrong.
pub(super) fn install(serving: bool) {
    let asked = std::env::var("HEARKEN_LOG").ok().and_then(|level| level.parse().ok());
    let level = asked.unwrap_or(if serving { LevelFilter::Info } else { LevelFilter::Warn });
    let journal = std::env::var_os("JOURNAL_STREAM").is_some();
    if log::set_logger(LOGGER.get_or_init(|| Logger { journal })).is_ok() {
        log::set_max_level(level);
    }
}

impl Log for Logger {
    fn enabled(&self, about: &Metadata) -> bool {
        is_heard(about, log::max_level())
    }

    fn log(&self, record: &Record) {
        if self.enabled(record.metadata()) {
            // Nobody is left to tell if stderr is gone.
            let _ = std::io::stderr().lock().write_all(line(record, self.journal).as_bytes());
        }
    }

    fn flush(&self) {}
}

/// Whether this is told at `level`.
fn is_heard(about: &Metadata, level: LevelFilter) -> bool {
    let of_libraries = match level {
        LevelFilter::Trace => LevelFilter::Trace,
        LevelFilter::Debug => LevelFilter::Warn,
        _ => LevelFilter::Off,
    };
    about.level() <= if about.target().starts_with("hearken") { level } else { of_libraries }
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
        let about = |target, level| Metadata::builder().level(level).target(target).build();
        for (target, said, level, heard) in [
            ("hearken::net", Level::Warn, LevelFilter::Info, true),
            ("hearken::net", Level::Debug, LevelFilter::Info, false),
            ("mdns_sd", Level::Error, LevelFilter::Info, false),
            ("mdns_sd", Level::Warn, LevelFilter::Debug, true),
            ("lofty", Level::Debug, LevelFilter::Debug, false),
            ("lofty", Level::Trace, LevelFilter::Trace, true),
        ] {
            assert_eq!(is_heard(&about(target, said), level), heard, "{target} {said} {level}");
        }
    }
}
