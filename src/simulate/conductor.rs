//! The one who gives commands: seeks, pauses, plays and skips at a steady rate, always based on what it saw last.

use super::Options;
use super::listener::{Heard, connect};
use super::tally::Tally;
use futures_util::{SinkExt, StreamExt};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};
use tokio::sync::watch;
use tokio::time::MissedTickBehavior;
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};

/// What is given in turn. Mostly seeks: they are accepted whatever the listeners do.
const COMMANDS: [(&str, &str); 8] = [
    ("next", "{}"),
    ("seek", "{\"positionSec\":1}"),
    ("seek", "{\"positionSec\":2}"),
    ("seek", "{\"positionSec\":3}"),
    ("pause", "{}"),
    ("play", "{}"),
    ("seek", "{\"positionSec\":4}"),
    ("seek", "{\"positionSec\":5}"),
];

/// Gives commands until the run ends.
pub(super) async fn run(options: Arc<Options>, token: String, tally: Arc<Tally>, mut stopped: watch::Receiver<bool>) {
    let mut socket = match connect(&options, &token, "tab=conductor&topics=session").await {
        Ok(socket) => socket,
        Err(error) => return tally.refused(error.to_string()),
    };
    let mut tick = tokio::time::interval(Duration::from_secs_f64(1.0 / options.rate.max(0.01)));
    tick.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let mut under_way: HashMap<String, Instant> = HashMap::new();
    let (mut event_count, mut nth) = (None, 0_usize);
    loop {
        tokio::select! {
            _ = stopped.changed() => return,
            _ = tick.tick() => {
                // One at a time: the next is based on the answer to the one before.
                let (Some(guard), true) = (event_count, under_way.is_empty()) else { continue };
                let (name, args) = COMMANDS[nth % COMMANDS.len()];
                let id = format!("sim-{}-{nth}", options.seed);
                nth += 1;
                let command = format!(
                    "{{\"type\":\"command\",\"id\":\"{id}\",\"name\":\"{name}\",\"args\":{args},\"ifMatchEvent\":{guard}}}"
                );
                under_way.insert(id, Instant::now());
                tally.commands.fetch_add(1, Relaxed);
                if socket.send(Message::Text(Utf8Bytes::from(command))).await.is_err() {
                    return;
                }
            }
            heard = socket.next() => {
                let Some(Ok(message)) = heard else { return };
                let Message::Text(text) = message else { continue };
                let Ok(heard) = serde_json::from_str::<Heard>(&text) else { continue };
                if let Some(session) = heard.data.as_ref().and_then(|data| data.session.as_ref()) {
                    event_count = Some(session.event_count);
                }
                event_count = heard.event_count.or(heard.expected_event_count).or(event_count);
                let given = heard.id.as_ref().and_then(|id| under_way.remove(id));
                match (given, heard.kind.as_str(), heard.seq) {
                    (Some(given), "ack", Some(seq)) => tally.acknowledged(seq, given, Instant::now()),
                    (Some(_), "reject", _) if heard.status == Some(409) => drop(tally.stale.fetch_add(1, Relaxed)),
                    _ => {}
                }
            }
        }
    }
}
