//! What is answered, on stdout: lines for people, or JSON documents, one a line.

use super::Failure;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::Value;
use std::io::{self, Write};
use std::time::Duration;

/// How long a large store on a slow card may take to be copied or read.
pub(super) const PATIENCE: Duration = Duration::from_secs(600);

/// The answer's way out.
#[derive(Clone, Copy, Debug)]
pub(super) struct Out {
    /// `--json` was given.
    pub json: bool,
}

impl Out {
    pub(super) fn new(json: bool) -> Self {
        Self { json }
    }

    /// A line.
    pub(super) fn line(&self, line: &str) -> Result<(), Failure> {
        self.bytes(format!("{line}\n").as_bytes())
    }

    /// A document in `--json`, else the line that `told` makes.
    pub(super) fn either(&self, document: &Value, told: impl FnOnce() -> String) -> Result<(), Failure> {
        if self.json { self.line(&document.to_string()) } else { self.line(&told()) }
    }

    /// Bytes as they are. A reader that went away ends the run without a word.
    pub(super) fn bytes(&self, bytes: &[u8]) -> Result<(), Failure> {
        let mut stdout = io::stdout().lock();
        match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Err(Failure::reader_gone()),
            Err(error) => Err(Failure::refused(format!("cannot write: {error}"))),
        }
    }
}

/// A bar on stderr, drawn only if that is a terminal.
pub(super) fn bar(what: &'static str) -> ProgressBar {
    let bar = ProgressBar::new(0).with_message(what);
    if let Ok(style) = ProgressStyle::with_template("{msg} {bar:40} {pos} of {len}") {
        bar.set_style(style);
    }
    bar
}

/// A sign of life for what cannot say how far it is.
pub(super) fn spinner(what: &'static str) -> ProgressBar {
    let spinner = ProgressBar::new_spinner().with_message(what);
    spinner.enable_steady_tick(Duration::from_millis(120));
    spinner
}
