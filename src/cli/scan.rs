//! `scan`: asks for a scan and follows it to its end.

use super::Failure;
use super::args::ScanArgs;
use super::context::Context;
use super::describe::count;
use super::output;
use crate::client::{Client, Message};
use crate::clock;
use serde_json::{Value, json};
use std::time::Duration;

/// A scan that finds nothing to read says nothing; a large library takes so long to walk through.
const FIRST_WORD_WITHIN: Duration = Duration::from_secs(8);
/// Without a word for so long, a scan that has begun to read is left to itself.
const SILENCE_MAX: Duration = Duration::from_secs(120);
/// After the last file, how long the news of what changed may take.
const NEWS_WITHIN: Duration = Duration::from_secs(3);

pub(super) fn run(context: &Context, typed: &ScanArgs) -> Result<(), Failure> {
    let appliance = context.appliance()?;
    let mut client = appliance.client(&["library"])?;
    let mut missing = 0;
    while let Some(message) = client.next_message(Duration::from_millis(20))? {
        note(&message, &mut missing);
    }
    appliance.http().post("/scan", &json!({ "force": typed.forget_missing }))?;
    let mut outcome = follow(&mut client, &mut missing)?;
    outcome["missing"] = missing.into();
    context.out.either(&outcome, || told(&outcome))
}

/// Until the library has changed, or the last file was looked at and nothing had.
fn follow(client: &mut Client, missing: &mut u64) -> Result<Value, Failure> {
    let bar = output::bar("scanning");
    let mut end = clock::instant() + FIRST_WORD_WITHIN;
    let mut outcome = json!({"added": 0, "removed": 0});
    loop {
        let left = end.saturating_duration_since(clock::instant());
        let Some(message) = client.next_message(left)? else { break };
        note(&message, missing);
        match message.kind() {
            "library:changed" => {
                outcome = message.data().clone();
                if *missing == 0 {
                    break;
                }
                // Whether what was missing is back is told next.
                end = clock::instant() + NEWS_WITHIN;
            }
            "library:missing" if !outcome["count"].is_null() => break,
            "library:scan" => {
                let (done, total) = progress(&message);
                bar.set_length(total);
                bar.set_position(done);
                outcome = json!({"done": done, "total": total, "added": 0, "removed": 0});
                end = clock::instant() + if done >= total { NEWS_WITHIN } else { SILENCE_MAX };
            }
            _ => {}
        }
    }
    bar.finish_and_clear();
    let unfinished = outcome["done"].as_u64() < outcome["total"].as_u64();
    if unfinished {
        return Err(Failure::refused("the scan has stopped telling how far it is; see the appliance's log".into()));
    }
    Ok(outcome)
}

/// Remembers how much is missing and was kept.
fn note(message: &Message, missing: &mut u64) {
    if message.kind() == "library:missing" {
        *missing = message.data()["missing"].as_u64().unwrap_or_default();
    }
}

fn progress(message: &Message) -> (u64, u64) {
    let number = |key: &str| message.data()[key].as_u64().unwrap_or_default();
    (number("done"), number("total"))
}

fn told(outcome: &Value) -> String {
    let number = |key: &str| outcome[key].as_u64().unwrap_or_default();
    let changed = match (number("added"), number("removed"), outcome["count"].as_u64()) {
        (_, _, None) => "nothing changed".into(),
        (0, 0, Some(all)) => format!("tags changed; the library has {}", count(all, "track")),
        (new, gone, Some(all)) => format!("{new} new, {gone} gone; the library has {}", count(all, "track")),
    };
    match number("missing") {
        0 => changed,
        missing => format!(
            "{changed}. {} missing at once, and kept: is the disk mounted? If they were meant to go: \
             hearken scan --forget-missing",
            if missing == 1 { "1 track is".to_owned() } else { format!("{missing} tracks are") }
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_scan_in_words() {
        let table = [
            (json!({"added": 0, "removed": 0}), "nothing changed"),
            (json!({"version": 2, "count": 1, "added": 0, "removed": 0}), "tags changed; the library has 1 track"),
            (
                json!({"added": 0, "removed": 0, "missing": 300}),
                "nothing changed. 300 tracks are missing at once, and kept: is the disk mounted? If they were meant to \
                 go: hearken scan --forget-missing",
            ),
            (json!({"version": 2, "count": 12, "added": 3, "removed": 1}), "3 new, 1 gone; the library has 12 tracks"),
        ];
        for (outcome, expected) in table {
            assert_eq!(told(&outcome), expected);
        }
    }
}
