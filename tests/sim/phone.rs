//! A phone: a page that follows docs/protocol.md, with an owner who presses keys, sleeps and walks out of reach.

use super::client::{Applied, Client};
use super::dice::Dice;
use super::server::LENGTHS_MS;
use serde_json::{Value, json};
use std::collections::{BTreeMap, VecDeque};

/// What a phone says.
#[derive(Clone, Debug)]
pub enum Up {
    Join,
    Leave,
    Have(Vec<String>),
    Dropped(Vec<String>),
    Progress(String, f32),
    Clock(f64),
    Command(Asked),
}

/// A command that waits for its answer, to be said again after a reconnect.
#[derive(Clone, Debug)]
pub struct Asked {
    pub id: String,
    pub name: &'static str,
    pub args: Value,
    pub guard: Option<u64>,
}

pub struct Phone {
    pub n: usize,
    /// What it knows; kept while it is away, to read on from there.
    pub view: Option<Client>,
    pub connection: Option<u64>,
    pub listens: bool,
    /// Until when it hears nothing, though its connection stands.
    pub asleep_until: u64,
    /// Whether it was shown out, and must be let in again.
    pub is_out: bool,
    /// When it acts next, or comes back.
    pub next_act: u64,
    pub clock_id: String,
    pub asked: Vec<Asked>,
    /// The seq that each of its commands was acknowledged with.
    pub acknowledged: BTreeMap<String, u64>,
    has: VecDeque<String>,
    download: Option<Download>,
    knows_clock: bool,
    /// The eventCount for which it said `ended`.
    ended_for: Option<u64>,
    /// When it heard of the present play state.
    heard_at: u64,
    commands: u64,
}

struct Download {
    track: String,
    from: u64,
    takes: u64,
}

impl Phone {
    pub fn new(n: usize) -> Self {
        Self {
            n,
            view: None,
            connection: None,
            listens: false,
            asleep_until: 0,
            is_out: false,
            next_act: 10 * n as u64,
            clock_id: String::new(),
            asked: Vec::new(),
            acknowledged: BTreeMap::new(),
            has: VecDeque::new(),
            download: None,
            knows_clock: false,
            ended_for: None,
            heard_at: 0,
            commands: 0,
        }
    }

    /// What it says first on a new connection.
    pub fn greets(&mut self) -> Vec<Up> {
        let mut says = Vec::new();
        if self.listens {
            says.push(Up::Join);
        }
        says.push(Up::Have(self.has.iter().cloned().collect()));
        says.extend(self.asked.iter().cloned().map(Up::Command));
        self.knows_clock = false;
        says
    }

    /// It was shown out: it forgets the household, but not its music.
    pub fn shown_out(&mut self) {
        self.lost();
        (self.view, self.is_out) = (None, true);
        self.asked.clear();
    }

    /// The connection broke; a download that was under way begins anew.
    pub fn lost(&mut self) {
        self.connection = None;
        self.download = None;
    }

    /// A message arrives.
    pub fn hear(&mut self, text: &str, now: u64) {
        let message: Value = serde_json::from_str(text).expect("JSON");
        let kind = message["type"].as_str().expect("a type");
        if let Some(clock_id) = message["clockId"].as_str().filter(|id| *id != self.clock_id) {
            (self.clock_id, self.knows_clock) = (clock_id.to_owned(), false);
        }
        match kind {
            "sync:full" => self.view = Some(Client::snapshot(&message["data"]["session"])),
            "sync:resumed" => {
                let seq = self.view.as_ref().map(|view| view.seq);
                assert_eq!(seq, message["seq"].as_u64(), "phone {}: exactly what it missed", self.n);
            }
            "reject" => self.answered(&message, None),
            // Without a place in the stream: the answer to something said twice, or to what changed nothing.
            "ack" if message["topic"].is_null() => self.answered(&message, message["seq"].as_u64()),
            _ => {
                if kind == "ack" {
                    self.answered(&message, message["seq"].as_u64());
                }
                let view = self.view.as_mut().expect("the full state comes first");
                if let Some(seq) = message["seq"].as_u64().filter(|_| message["eph"] != true) {
                    assert_eq!(seq, view.seq + 1, "phone {}: nothing missed, nothing twice: {text}", self.n);
                }
                let before = view.play_state.clone();
                assert_eq!(view.message(&message), Applied::Yes);
                assert!(!view.is_lost, "phone {}: a queue of another length: {text}", self.n);
                if view.play_state != before {
                    self.heard_at = now;
                }
            }
        }
    }

    fn answered(&mut self, message: &Value, seq: Option<u64>) {
        let id = message["id"].as_str().expect("an id").to_owned();
        self.asked.retain(|asked| asked.id != id);
        // A declaration that changed nothing is answered with the head: that may be another one each time.
        let is_event = message["result"]["data"] != json!({});
        if let Some(seq) = seq.filter(|_| is_event) {
            let first = *self.acknowledged.entry(id.clone()).or_insert(seq);
            assert_eq!(first, seq, "phone {}: command {id} happened twice", self.n);
        }
    }

    /// What the protocol asks of it now: downloads, readiness, `ended`.
    pub fn follows(&mut self, dice: &mut Dice, now: u64, server_started_at: u64) -> Vec<Up> {
        let mut says = Vec::new();
        if self.listens && !self.knows_clock && dice.one_in(3) {
            self.knows_clock = true;
            says.push(Up::Clock(dice.from(1, 300) as f64));
        }
        self.downloads(dice, now, &mut says);
        says.extend(self.ends(dice, now, server_started_at));
        says
    }

    /// What its owner does.
    pub fn owner(&mut self, dice: &mut Dice) -> Option<Up> {
        match dice.from(0, 14) {
            0 if self.listens => {
                self.listens = false;
                Some(Up::Leave)
            }
            1 | 2 if !self.listens => {
                self.listens = true;
                Some(Up::Join)
            }
            3 if !self.has.is_empty() && dice.one_in(4) => Some(Up::Dropped(self.has.drain(..).collect())),
            4..=8 => Some(self.command(dice)),
            _ => None,
        }
    }

    pub fn is_playing(&self) -> Option<&str> {
        let view = self.view.as_ref()?;
        let track = view.play_state["trackId"].as_str()?;
        let plays = self.listens && view.play_state["mode"] == "playing" && self.has.iter().any(|has| has == track);
        plays.then_some(track)
    }

    fn downloads(&mut self, dice: &mut Dice, now: u64, says: &mut Vec<Up>) {
        if !self.listens {
            return;
        }
        match &self.download {
            Some(under_way) if now >= under_way.from + under_way.takes => {
                let track = under_way.track.clone();
                self.download = None;
                self.has.push_back(track.clone());
                if self.has.len() > 5 {
                    says.push(Up::Dropped(self.has.pop_front().into_iter().collect()));
                }
                says.push(Up::Have(vec![track]));
            }
            // One that stands still says nothing.
            Some(under_way) if under_way.takes < 50_000 => {
                let fraction = (now - under_way.from) as f32 / under_way.takes as f32;
                says.push(Up::Progress(under_way.track.clone(), fraction));
            }
            Some(_) => {}
            None => {
                let queue = self.view.as_ref().map_or(&[][..], |view| &view.queue);
                let wanted = queue.iter().take(2).find(|track| !self.has.contains(track)).cloned();
                self.download = wanted.map(|track| {
                    let takes = if dice.one_in(12) { 60_000 } else { dice.from(20, 4_000) };
                    Download { track, from: now, takes }
                });
            }
        }
    }

    fn ends(&mut self, dice: &mut Dice, now: u64, server_started_at: u64) -> Option<Up> {
        let track = self.is_playing()?.to_owned();
        let view = self.view.as_ref()?;
        if self.ended_for == Some(view.event_count) {
            return None;
        }
        let start = match (self.knows_clock, view.play_state["startAt"].as_u64()) {
            (true, Some(start_at)) => server_started_at + start_at,
            _ => self.heard_at,
        };
        let anchor_ms = (view.play_state["anchorPositionSec"].as_f64()? * 1000.0) as u64;
        let n: usize = track[1..].parse().ok()?;
        let length = u64::from(LENGTHS_MS.get(n).copied().flatten().unwrap_or(3_500));
        let is_over = anchor_ms + now.saturating_sub(start) >= length;
        if !is_over && !dice.one_in(150) {
            return None;
        }
        self.ended_for = Some(view.event_count);
        Some(self.ask("ended", json!({"trackId": track}), None))
    }

    fn command(&mut self, dice: &mut Dice) -> Up {
        if dice.one_in(3) {
            let (name, args) = super::wishes::any(dice, self.n as u64 * 100_000 + self.commands, 1_790_000_000.0);
            return self.ask(name, args, None);
        }
        let tracks = LENGTHS_MS.len() as u64 + 1;
        let track = |dice: &mut Dice| format!("t{}", dice.from(0, tracks));
        let many = |dice: &mut Dice| (0..dice.from(0, 5)).map(|_| track(dice)).collect::<Vec<_>>();
        let (name, args) = match dice.from(0, 24) {
            0..=4 => ("play", json!({})),
            5 => ("play", json!({"positionSec": dice.from(0, 5)})),
            6 => ("pause", json!({})),
            7 => ("pause", json!({"positionSec": dice.from(0, 9)})),
            8 => ("seek", json!({"positionSec": dice.from(0, 9) as f64 / 2.0})),
            9 | 10 => ("next", json!({})),
            11 => ("prev", json!({})),
            12 | 13 => ("nudge", json!({"trackId": track(dice)})),
            14 | 15 => ("queue/add", json!({"trackIds": many(dice)})),
            16 => ("queue/add", json!({"trackIds": many(dice), "at": dice.from(0, 6)})),
            17 => ("queue/remove", json!({"trackId": track(dice)})),
            18 => ("queue/move", json!({"trackId": track(dice), "to": dice.from(0, 8)})),
            19 => ("queue/shuffle", json!({})),
            20 => ("queue/set", json!({"trackIds": many(dice)})),
            21 => ("start-anyway", json!({})),
            22 => ("ended", json!({"trackId": track(dice)})),
            _ => ("seek", json!({"positionSec": -1})),
        };
        let seen = self.view.as_ref().map(|view| view.event_count);
        let guard = if dice.one_in(15) { seen.map(|count| count.saturating_sub(1)) } else { seen };
        self.ask(name, args, guard)
    }

    fn ask(&mut self, name: &'static str, args: Value, guard: Option<u64>) -> Up {
        self.commands += 1;
        let asked = Asked { id: format!("p{}-{}", self.n, self.commands), name, args, guard };
        self.asked.push(asked.clone());
        Up::Command(asked)
    }
}
