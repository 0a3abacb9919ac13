//! What `serve` says when it answers: where it is, and how to get in.

use super::ServeOptions;
use crate::device::qr::Qr;
use crate::net::api::pairing::{entrance, url};
use crate::net::app::App;
use std::io::{IsTerminal, Write};

/// Whether there is a terminal that shows the QR.
pub(super) fn shows(options: ServeOptions) -> bool {
    !options.json && std::io::stdout().is_terminal()
}

/// The way in has changed: shown anew on the terminal; if only a name came, that is a line.
pub(super) fn moved(app: &App, is_elsewhere: bool) {
    let text = if is_elsewhere {
        let code = app.desk().code().to_owned();
        words(app, &entrance(app), &code)
    } else {
        app.place().name.map(|name| format!("or open http://{name}:{}\n\n", app.place().port)).unwrap_or_default()
    };
    if std::io::stdout().write_all(text.as_bytes()).is_err() {
        ::log::debug!("nobody reads our output");
    }
}

/// Prints one line of JSON, or words and a QR code on a terminal, or a line in the journal.
pub(super) fn ready(app: &App, options: ServeOptions) {
    let (way_in, code) = (entrance(app), app.desk().code().to_owned());
    let mut out = std::io::stdout();
    let written = if options.json {
        let line = serde_json::json!({ "ready": true, "url": url(app), "pairingCode": code });
        writeln!(out, "{line}")
    } else if shows(options) {
        write!(out, "{}", words(app, &way_in, &code))
    } else {
        writeln!(out, "{way_in}  pairing code {code}")
    };
    if written.and_then(|()| out.flush()).is_err() {
        ::log::debug!("nobody reads our output");
    }
    if app.auth.is_empty() {
        ::log::info!("nobody is paired yet: open {way_in} and type {code}, or run 'hearken qr'");
    }
}

fn words(app: &App, url: &str, code: &str) -> String {
    let now = app.now();
    let invite = app.desk().invite(now).map(|token| format!("{url}/#k={token}"));
    let drawn = invite.ok().and_then(|invite| Qr::new(&invite).ok()).map(|qr| qr.terminal()).unwrap_or_default();
    let name = app.place().name.map(|name| format!(" or http://{name}:{}", app.place().port)).unwrap_or_default();
    format!(
        "\nhearken is listening.\n\n{drawn}\nScan the code, or open {url}{name}\nand type the pairing code {code}\n\n"
    )
}
