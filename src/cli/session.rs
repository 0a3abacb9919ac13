//! play, pause, seek, next, prev, nudge: one guarded command, and what came of it.

use super::Failure;
use super::appliance::Appliance;
use super::args::{NudgeArgs, PauseArgs, PlayArgs, SeekArgs};
use super::catalogue::Catalogue;
use super::context::Context;
use super::describe::Stage;
use super::position::Position;
use super::tracks;
use crate::client::{Ack, Client};
use serde_json::{Value, json};
use std::time::Duration;

/// A barrier that everybody is ready for is released at once; so long is waited to tell that it plays.
const RELEASE_WITHIN: Duration = Duration::from_millis(300);

pub(super) fn play(context: &Context, typed: &PlayArgs) -> Result<(), Failure> {
    command(context, "play", &at(typed.at))
}

pub(super) fn pause(context: &Context, typed: &PauseArgs) -> Result<(), Failure> {
    command(context, "pause", &at(typed.at))
}

pub(super) fn seek(context: &Context, typed: &SeekArgs) -> Result<(), Failure> {
    command(context, "seek", &at(Some(typed.position)))
}

pub(super) fn next(context: &Context) -> Result<(), Failure> {
    command(context, "next", &json!({}))
}

pub(super) fn prev(context: &Context) -> Result<(), Failure> {
    command(context, "prev", &json!({}))
}

pub(super) fn nudge(context: &Context, typed: &NudgeArgs) -> Result<(), Failure> {
    let words = tracks::words(&typed.track)?;
    let appliance = context.appliance()?;
    let catalogue = Catalogue::load(&appliance)?;
    let track = tracks::find(&appliance, &catalogue, &words, None)?;
    let ack = appliance.client(&[&appliance.session()])?.intend("nudge", &json!({"trackId": track}))?;
    context.out.either(&document(&ack), || format!("next: {}", catalogue.name(&track)))
}

/// An ack as `--json` prints it.
pub(super) fn document(ack: &Ack) -> Value {
    json!({"eventCount": ack.event_count, "seq": ack.seq, "result": ack.result})
}

fn at(position: Option<Position>) -> Value {
    position.map_or_else(|| json!({}), |position| json!({"positionSec": position.0}))
}

fn command(context: &Context, name: &str, args: &Value) -> Result<(), Failure> {
    let appliance = context.appliance()?;
    let mut client = appliance.client(&[&appliance.session()])?;
    let ack = client.intend(name, args)?;
    if context.out.json {
        return context.out.line(&document(&ack).to_string());
    }
    let told = outcome(&appliance, &mut client, &ack)?;
    context.out.line(&told)
}

/// What the room does after the command, in words.
fn outcome(appliance: &Appliance, client: &mut Client, ack: &Ack) -> Result<String, Failure> {
    let mut data = ack.result["data"].clone();
    if data["playState"]["mode"] == "waiting"
        && let Some(released) = released(client)?
    {
        data = released;
    }
    let catalogue = Catalogue::load(appliance).unwrap_or_default();
    let playing = data["playState"]["mode"] == "playing";
    let server_ms = if playing { Some(client.server_ms()?) } else { None };
    Ok(Stage { play_state: &data["playState"], barrier: &data["barrier"], server_ms }.told(&catalogue))
}

fn released(client: &mut Client) -> Result<Option<Value>, Failure> {
    let end = crate::clock::instant() + RELEASE_WITHIN;
    loop {
        let left = end.saturating_duration_since(crate::clock::instant());
        match client.next_message(left)? {
            Some(message) if message.kind() == "barrier.release" => return Ok(Some(message.data().clone())),
            Some(_) if !left.is_zero() => {}
            _ => return Ok(None),
        }
    }
}
