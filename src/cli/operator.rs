//! What the operator asks of this machine's hearken, over its private socket: export and log. The doctor is in `doctor.rs`.

use super::Failure;
use super::args::{ExportArgs, LogArgs, LogVerb};
use super::context::Context;
use super::devices::devices;
use super::output::{self, PATIENCE};
use crate::core::ids::DeviceId;
use serde_json::{Value, json};

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
        Some(LogVerb::Compact(_)) => return compact(context),
    };
    let socket = context.socket()?;
    let answer = socket.http().get(&format!("/log?limit={limit}"))?.json();
    // For people: who a device is today. One that was shown out since has its number only.
    let known = if context.out.json { Vec::new() } else { devices(&socket)? };
    for entry in answer["entries"].as_array().map(Vec::as_slice).unwrap_or_default() {
        context.out.either(entry, || entry_told(entry, &known))?;
    }
    Ok(())
}

/// Makes the log shorter and tells by how much.
fn compact(context: &Context) -> Result<(), Failure> {
    let socket = context.socket()?;
    let spinner = output::spinner("looking through the log");
    let answer = socket.http().patient(PATIENCE).post("/log/compact", &json!({}));
    spinner.finish_and_clear();
    let answer = answer?.json();
    context.out.either(&answer, || compacted(&answer))
}

fn compacted(answer: &Value) -> String {
    let number = |key: &str| answer[key].as_u64().unwrap_or_default();
    let went = count(number("entries"), "superseded entry", "superseded entries");
    let kilobytes = |key| number(key).div_ceil(1000);
    format!("{went} went; {} kB in use, before {} kB", kilobytes("bytesAfter"), kilobytes("bytesBefore"))
}

fn count(number: u64, one: &str, several: &str) -> String {
    match number {
        0 => format!("no {one}"),
        1 => format!("1 {one}"),
        _ => format!("{number} {several}"),
    }
}

fn entry_told(entry: &Value, known: &[Value]) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let seconds = std::time::Duration::try_from_secs_f64(entry["ts"].as_f64().unwrap_or_default()).unwrap_or_default();
    let when = httpdate::fmt_http_date(std::time::UNIX_EPOCH + seconds);
    let id = text(&entry["origin"]["clientId"]);
    let device = known.iter().find(|device| device["clientId"] == id.as_str());
    let who = match device.and_then(|device| device["name"].as_str()) {
        _ if id == DeviceId::local().as_str() => "the appliance's own command line".to_owned(),
        Some(name) => name.to_owned(),
        None => id,
    };
    let line = format!("{}  {when}  {}  {}  {who}", entry["seq"], text(&entry["topic"]), text(&entry["type"]));
    line.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_compacting_came_to_is_one_line() {
        let told = |entries| compacted(&json!({"entries": entries, "bytesBefore": 20_480, "bytesAfter": 10_000}));
        assert_eq!(told(7), "7 superseded entries went; 10 kB in use, before 21 kB");
        assert_eq!(
            [told(0), told(1)].map(|line| line.split(" went").next().unwrap().to_owned()),
            ["no superseded entry", "1 superseded entry"]
        );
    }

    #[test]
    fn an_entry_is_one_line() {
        let entry = json!({"seq": 7, "ts": 0.5, "topic": "session:house", "type": "session:paused", "origin": null});
        let line = "7  Thu, 01 Jan 1970 00:00:00 GMT  session:house  session:paused";
        assert_eq!(entry_told(&entry, &[]), line);
        let known = [json!({"clientId": "0A", "name": "Kitchen phone"})];
        for (id, who) in
            [("0A", "Kitchen phone"), ("0B", "0B"), (DeviceId::local().as_str(), "the appliance's own command line")]
        {
            let by = json!({"seq": 7, "ts": 0.5, "topic": "session:house", "type": "session:paused",
                "origin": {"clientId": id, "tab": null}});
            assert_eq!(entry_told(&by, &known), format!("{line}  {who}"));
        }
    }
}
