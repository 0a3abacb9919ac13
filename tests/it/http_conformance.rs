//! What RFC 9112 (messages) and RFC 9110 (meanings) ask of the public port, as tables: a section, the bytes that are sent,
//! what must come, and whether the connection stays. The rows are in one module for each subject.
//!
//! A row proves more than its statuses. Behind what it sends goes a request for [`LANDMARK`], which is answered like nothing
//! else: on a connection that stays, that answer must come next, so not a byte too few or too many was taken for the request
//! before; on one that ends, nothing may come. Every row is run over plain TCP and over TLS, and after all of them nothing has
//! changed in the house: what stood inside a doubtful request was never obeyed.
//!
//! The rule for what is doubtful: it is refused with 400 and the connection ends. There are never two readings.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod body;
mod connection;
mod fields;
mod incomplete;
mod message;
mod methods;
mod ranges;
mod request_line;

use crate::house::http::{Line, Patient};
use crate::house::secure::Trust;
use crate::house::{House, Setup};

/// What nothing else asks for, and its status.
const LANDMARK: (&str, u16) = ("GET /ratings?profile=nobody-has-this-name HTTP/1.1\r\nHost: localhost\r\n\r\n", 404);

/// One row.
pub struct Row {
    /// Section and rule.
    rule: &'static str,
    /// All that is sent, at once.
    sent: Vec<u8>,
    /// The statuses that must come, in order.
    come: Vec<u16>,
    /// Whether the connection is there for more.
    stays: bool,
    /// Whether the answers are to HEAD.
    heads: bool,
}

impl Row {
    /// As an answer to HEAD: whatever its fields say, no body follows.
    pub fn heads(self) -> Self {
        Self { heads: true, ..self }
    }
}

/// A row after which the connection is there for more.
pub fn kept(rule: &'static str, sent: impl AsRef<[u8]>, come: &[u16]) -> Row {
    Row { rule, sent: sent.as_ref().to_vec(), come: come.to_vec(), stays: true, heads: false }
}

/// A row after which nothing comes but the end.
pub fn ended(rule: &'static str, sent: impl AsRef<[u8]>, come: &[u16]) -> Row {
    Row { stays: false, ..kept(rule, sent, come) }
}

/// A GET of a path that everybody may ask, with these field lines.
pub fn get(fields: &str) -> String {
    format!("GET /healthz HTTP/1.1\r\nHost: localhost\r\n{fields}\r\n")
}

/// A POST with these field lines, and what stands behind its head. It is answered with 200 exactly if its body is read as
/// `{"t0":1}`.
pub fn post(fields: &str, body: &str) -> String {
    format!("POST /time HTTP/1.1\r\nHost: localhost\r\n{fields}\r\n{body}")
}

/// The body that [`post`] means, 8 bytes.
pub const BODY: &str = "{\"t0\":1}";

/// A house in which this machine needs no token, so that rows show HTTP and nothing else.
pub fn house() -> House {
    House::with(Setup::default().flag("--trust-loopback"))
}

/// Checks a row on a connection of its own; what is wrong with it.
fn wrong<S: Patient>(row: &Row, line: &mut Line<S>) -> Result<(), String> {
    // The other end may have enough before all of it is sent.
    let _ = line.try_say(&row.sent);
    for (nth, status) in row.come.iter().enumerate() {
        let answer = line.answer(row.heads).ok_or_else(|| format!("no answer {nth}"))?;
        if answer.status != *status {
            return Err(format!("answer {nth} is {}, not {status}: {}", answer.status, answer.text()));
        }
        let is_last = nth + 1 == row.come.len() && !row.stays;
        if *status >= 200 && (answer.field("connection") == Some("close")) != is_last {
            return Err(format!("answer {nth} tells wrongly whether the connection stays: {:?}", answer.fields));
        }
        if *status >= 400 && !row.heads {
            answer.problem(*status);
        }
    }
    let _ = line.try_say(LANDMARK.0);
    if row.stays {
        let next = line.answer(false).ok_or("the connection ended")?;
        let is_it = next.status == LANDMARK.1 && next.text().contains("profile");
        return if is_it { Ok(()) } else { Err(format!("another answer came: {} {}", next.status, next.text())) };
    }
    let more = line.rest();
    if more.is_empty() { Ok(()) } else { Err(format!("more came: {}", String::from_utf8_lossy(&more))) }
}

/// Checks every row both ways.
fn check_all(rows: &[Row]) {
    let house = house();
    let trust = Trust::of(&house);
    let before = house.fingerprint();
    let mut found = Vec::new();
    for row in rows {
        let plain = wrong(row, &mut house.door().knock()).map_err(|what| ("http", what));
        let sealed = wrong(row, &mut trust.knock(house.door().address())).map_err(|what| ("https", what));
        for (way, what) in [plain, sealed].into_iter().filter_map(Result::err) {
            let sent: String = String::from_utf8_lossy(&row.sent).chars().take(300).collect();
            found.push(format!("{} ({way}): {what}\n    sent: {sent:?}", row.rule));
        }
    }
    assert!(found.is_empty(), "{} rows fail\n{}", found.len(), found.join("\n"));
    assert_eq!(house.fingerprint(), before, "something was obeyed");
    assert!(!house.log().contains("panicked"), "a handler panicked");
}
