//! What the operator asks of this machine's hearken, over its private socket: export and log. The doctor is in `doctor.rs`.

use super::Failure;
use super::args::{ExportArgs, LogArgs, LogVerb};
use super::context::Context;
use super::output::PATIENCE;
use serde_json::Value;

/// Writes out what is remembered, as it comes.
pub(super) fn export(context: &Context, typed: &ExportArgs) -> Result<(), Failure> {
    let path = if typed.state { "/export?state=1" } else { "/export" };
    let answer = context.socket()?.http().patient(PATIENCE).get(path)?;
    match &typed.out {
        Some(path) => std::fs::write(path, &answer.body).map_err(|error| Failure::file(path, &error)),
        None => context.out.bytes(&answer.body),
    }
}

/// Lists the log's latest entries.
pub(super) fn log(context: &Context, typed: &LogArgs) -> Result<(), Failure> {
    let limit = match &typed.verb {
        None => 20,
        Some(LogVerb::List(typed)) => typed.limit,
    };
    let answer = context.socket()?.http().get(&format!("/log?limit={limit}"))?.json();
    for entry in answer["entries"].as_array().map(Vec::as_slice).unwrap_or_default() {
        context.out.either(entry, || entry_told(entry))?;
    }
    Ok(())
}

fn entry_told(entry: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let seconds = std::time::Duration::try_from_secs_f64(entry["ts"].as_f64().unwrap_or_default()).unwrap_or_default();
    let when = httpdate::fmt_http_date(std::time::UNIX_EPOCH + seconds);
    let who = text(&entry["origin"]["clientId"]);
    let line = format!("{}  {when}  {}  {}  {who}", entry["seq"], text(&entry["topic"]), text(&entry["type"]));
    line.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_entry_is_one_line() {
        let entry = json!({"seq": 7, "ts": 0.5, "topic": "session:house", "type": "session:paused", "origin": null});
        assert_eq!(entry_told(&entry), "7  Thu, 01 Jan 1970 00:00:00 GMT  session:house  session:paused");
    }
}
