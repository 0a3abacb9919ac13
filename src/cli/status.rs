//! `status`: the house at a glance.

use super::Failure;
use super::catalogue::Catalogue;
use super::context::Context;
use super::describe::{self, Stage, count};
use serde_json::{Value, json};

pub(super) fn run(context: &Context) -> Result<(), Failure> {
    let appliance = context.appliance()?;
    let mut client = appliance.client(&[])?;
    let full = client.full().cloned().unwrap_or_default();
    let server_ms = client.server_ms()?;
    if context.out.json {
        let document = json!({"target": appliance.target.to_string(), "epoch": full["epoch"], "seq": full["seq"],
                              "serverMs": server_ms, "versions": full["versions"], "data": full["data"]});
        return context.out.line(&document.to_string());
    }
    let catalogue = Catalogue::load(&appliance)?;
    for line in lines(&full["data"], &catalogue, server_ms) {
        context.out.line(&line)?;
    }
    context.out.line(&format!("appliance: {}", appliance.target))
}

fn lines(data: &Value, catalogue: &Catalogue, server_ms: f64) -> Vec<String> {
    let session = &data["session"];
    let stage = Stage { play_state: &session["playState"], barrier: &session["barrier"], server_ms: Some(server_ms) };
    let queue = session["queue"].as_array().map(Vec::as_slice).unwrap_or_default();
    let mut lines = vec![stage.told(catalogue)];
    lines.push(match queue.get(1).and_then(Value::as_str) {
        Some(next) => format!("next: {} ({} in the queue)", catalogue.name(next), count(queue.len() as u64, "track")),
        None => format!("queue: {}", count(queue.len() as u64, "track")),
    });
    lines.push(format!("listening: {}", describe::listeners(&session["clients"])));
    let devices = data["devices"].as_array().map(Vec::as_slice).unwrap_or_default();
    let online = devices.iter().filter(|device| device["online"] == true).count();
    lines.push(format!("devices: {} paired, {online} online", devices.len()));
    lines.push(format!("library: {}", count(data["library"]["count"].as_u64().unwrap_or_default(), "track")));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_house_at_a_glance() {
        let catalogue =
            Catalogue::of(&json!([{"trackId": "a", "tags": {"title": "A"}}, {"trackId": "b", "tags": {"title": "B"}}]));
        let data = json!({
            "session": {"playState": {"mode": "playing", "trackId": "a", "anchorPositionSec": 0, "startAt": 0},
                        "barrier": null, "queue": ["a", "b"], "clients": [{"name": "Phone", "ready": true}]},
            "devices": [{"online": true}, {"online": false}],
            "library": {"version": 1, "count": 2}});
        let expected = [
            "playing “A”, 0:05",
            "next: “B” (2 tracks in the queue)",
            "listening: Phone",
            "devices: 2 paired, 1 online",
            "library: 2 tracks",
        ];
        assert_eq!(lines(&data, &catalogue, 5000.0), expected);
    }
}
