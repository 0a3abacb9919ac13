//! A client as docs/protocol.md describes it, and nothing more: it knows only the JSON that a WebSocket brings.
//!
//! Its one rule: take over each of `playState`, `barrier`, `queueIndex` that is there; then `queueChange`.

use serde_json::Value;

/// What a page knows of a room.
#[derive(Clone, Debug, Default)]
pub struct Client {
    pub epoch: String,
    pub seq: u64,
    pub event_count: u64,
    pub queue: Vec<String>,
    pub play_state: Value,
    pub barrier: Value,
    /// `clients` of the last presence or snapshot.
    pub clients: Value,
    /// Whether the queue was found to have another length than it should: reconnect without `since`.
    pub is_lost: bool,
}

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applied {
    /// It was about this room, or moved the cursor.
    Yes,
    /// It was applied before.
    Known,
}

impl Client {
    /// Takes over a snapshot, as `GET /snapshot` or a reject gives it.
    pub fn snapshot(session: &Value) -> Self {
        Self {
            epoch: session["epoch"].as_str().expect("an epoch").to_owned(),
            seq: session["seq"].as_u64().expect("a seq"),
            event_count: session["eventCount"].as_u64().expect("an eventCount"),
            queue: strings(&session["queue"]),
            play_state: session["playState"].clone(),
            barrier: session["barrier"].clone(),
            clients: session["clients"].clone(),
            is_lost: false,
        }
    }

    /// Takes over a message that came later: an event, an ack in an event's place, or an ephemeral one.
    pub fn message(&mut self, message: &Value) -> Applied {
        if message["eph"] == true {
            self.ephemeral(message);
            return Applied::Yes;
        }
        let seq = message["seq"].as_u64().expect("a logged message has a seq");
        if seq <= self.seq {
            return Applied::Known;
        }
        self.seq = seq;
        if message["topic"] == "session:house" {
            self.event_count = message["eventCount"].as_u64().expect("an eventCount");
            let is_ack = message["type"] == "ack";
            self.changes(if is_ack { &message["result"]["data"] } else { &message["data"] });
        }
        Applied::Yes
    }

    /// The current track, by the rule that it is the first.
    pub fn current(&self) -> Option<&str> {
        self.queue.first().map(String::as_str)
    }

    /// Whether both know the same of a room; who is ready is told by presence, a moment later.
    pub fn agrees_with(&self, other: &Self) -> bool {
        let place = |one: &Self| (one.epoch.clone(), one.event_count, one.play_state.clone());
        place(self) == place(other) && self.queue == other.queue && self.waits_for() == other.waits_for()
    }

    fn waits_for(&self) -> (&Value, &Value) {
        (&self.barrier["type"], &self.barrier["trackId"])
    }

    fn ephemeral(&mut self, message: &Value) {
        if message["type"] == "session:presence" && message["topic"] == "session:house" {
            self.clients = message["data"]["clients"].clone();
            // The one of a greeting may be older than the state: what is waited for, only events say; here is for whom.
            let told = &message["data"]["barrier"];
            if !self.barrier.is_null() && told["trackId"] == self.barrier["trackId"] {
                self.barrier["members"] = told["members"].clone();
                self.barrier["ready"] = told["ready"].clone();
            }
        }
    }

    fn changes(&mut self, data: &Value) {
        let fields = data.as_object().expect("data is an object");
        if let Some(play_state) = fields.get("playState") {
            self.play_state = play_state.clone();
        }
        if let Some(barrier) = fields.get("barrier") {
            self.barrier = barrier.clone();
        }
        if let Some(change) = fields.get("queueChange") {
            let mut queue: Vec<Value> = self.queue.drain(..).map(Value::from).collect();
            self::change(&mut queue, change);
            self.queue = strings(&Value::from(queue));
            self.is_lost |= data["queueLength"].as_u64() != Some(self.queue.len() as u64);
        }
    }
}

/// Carries out a `queueChange`, of a room's or a device's queue.
pub fn change(queue: &mut Vec<Value>, change: &Value) {
    let incoming = || change["trackIds"].as_array().expect("a list").clone();
    match change["op"].as_str().expect("an op") {
        "rotate" if queue.is_empty() => {}
        "rotate" => {
            let by = change["by"].as_i64().expect("a number").rem_euclid(queue.len() as i64);
            queue.rotate_left(by as usize);
        }
        "insert" => {
            let incoming = incoming();
            queue.retain(|track| !incoming.contains(track));
            let at = place(&change["at"]).min(queue.len());
            queue.splice(at..at, incoming);
        }
        "remove" => queue.retain(|track| *track != change["trackId"]),
        "move" => {
            let length = queue.len();
            queue.retain(|track| *track != change["trackId"]);
            if queue.len() < length {
                queue.insert(place(&change["to"]).min(queue.len()), change["trackId"].clone());
            }
        }
        "set" => *queue = incoming(),
        other => panic!("docs/protocol.md knows no op {other:?}"),
    }
}

fn place(value: &Value) -> usize {
    usize::try_from(value.as_u64().expect("a place")).unwrap()
}

fn strings(value: &Value) -> Vec<String> {
    value.as_array().expect("a list").iter().map(|item| item.as_str().expect("an id").to_owned()).collect()
}
