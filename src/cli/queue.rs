//! The queue: shown with the places that `--at` and `move` count by, and changed.

use super::Failure;
use super::appliance::Appliance;
use super::args::{QueueArgs, QueueVerb};
use super::catalogue::Catalogue;
use super::context::Context;
use super::describe::count;
use super::position::Position;
use super::session::document;
use super::tracks;
use crate::client::Client;
use serde_json::{Value, json};

pub(super) fn run(context: &Context, typed: &QueueArgs) -> Result<(), Failure> {
    check(typed)?;
    let appliance = context.appliance()?;
    let mut queue = Queue { context, client: appliance.client(&[&appliance.session()])?, appliance: &appliance };
    match &typed.verb {
        None | Some(QueueVerb::List(_)) => queue.list(),
        Some(QueueVerb::Add(typed)) => queue.add(&typed.tracks, typed.at),
        Some(QueueVerb::Set(typed)) => queue.set(&typed.tracks),
        Some(QueueVerb::Remove(typed)) => queue.remove(&typed.track.join(" ")),
        Some(QueueVerb::Move(typed)) => queue.shift(&typed.track, typed.to),
        Some(QueueVerb::Undo(_)) => queue.change("undo", &json!({}), "taken back".into()),
        Some(QueueVerb::Redo(_)) => queue.change("redo", &json!({}), "done again".into()),
        Some(QueueVerb::Shuffle(_)) => queue.change("queue/shuffle", &json!({}), "shuffled".into()),
        Some(QueueVerb::Clear(_)) => queue.change("queue/set", &json!({"trackIds": []}), "the queue is empty".into()),
    }
}

/// Refuses what names no track, before anybody is asked.
fn check(typed: &QueueArgs) -> Result<(), Failure> {
    match &typed.verb {
        Some(QueueVerb::Add(typed)) => tracks::words(&typed.tracks).map(drop),
        Some(QueueVerb::Set(typed)) => tracks::words(&typed.tracks).map(drop),
        Some(QueueVerb::Remove(typed)) => tracks::words(&typed.track).map(drop),
        _ => Ok(()),
    }
}

struct Queue<'a> {
    context: &'a Context,
    appliance: &'a Appliance,
    client: Client,
}

impl Queue<'_> {
    fn list(&mut self) -> Result<(), Failure> {
        let tracks = self.tracks();
        let catalogue = Catalogue::load(self.appliance)?;
        if self.context.out.json {
            let entry = |id: &String| catalogue.entry(id).cloned().unwrap_or_else(|| json!({"trackId": id}));
            let queue: Vec<Value> = tracks.iter().map(entry).collect();
            return self.context.out.line(&json!({"queue": queue}).to_string());
        }
        if tracks.is_empty() {
            return self.context.out.line("the queue is empty: `hearken queue add WORDS`");
        }
        let width = (tracks.len() - 1).to_string().len();
        for (place, id) in tracks.iter().enumerate() {
            let length = catalogue.duration(id).map(|length| format!("  {}", Position(length))).unwrap_or_default();
            self.context.out.line(&format!("{place:width$}  {}{length}  [{id}]", catalogue.name(id)))?;
        }
        Ok(())
    }

    fn add(&mut self, wanted: &[String], at: Option<usize>) -> Result<(), Failure> {
        let (ids, names) = self.find_all(wanted)?;
        let mut args = json!({"trackIds": ids});
        if let Some(at) = at {
            args["at"] = at.into();
        }
        self.change("queue/add", &args, format!("added {names}"))
    }

    fn set(&mut self, wanted: &[String]) -> Result<(), Failure> {
        let (ids, _) = self.find_all(wanted)?;
        let told = format!("the queue has {}", count(ids.len() as u64, "track"));
        self.change("queue/set", &json!({"trackIds": ids}), told)
    }

    fn remove(&mut self, words: &str) -> Result<(), Failure> {
        let (id, name) = self.find_queued(words)?;
        self.change("queue/remove", &json!({"trackId": id}), format!("removed {name}"))
    }

    fn shift(&mut self, words: &str, to: usize) -> Result<(), Failure> {
        let (id, name) = self.find_queued(words)?;
        self.change("queue/move", &json!({"trackId": id, "to": to}), format!("{name} is at place {to}"))
    }

    fn change(&mut self, name: &str, args: &Value, told: String) -> Result<(), Failure> {
        let ack = self.client.intend(name, args)?;
        self.context.out.either(&document(&ack), || told)
    }

    /// The queue as this connection began.
    fn tracks(&self) -> Vec<String> {
        let queue = self.client.full().and_then(|full| full["data"]["session"]["queue"].as_array());
        queue.map(|ids| ids.iter().filter_map(Value::as_str).map(str::to_owned).collect()).unwrap_or_default()
    }

    fn find_all(&self, wanted: &[String]) -> Result<(Vec<String>, String), Failure> {
        let catalogue = Catalogue::load(self.appliance)?;
        let find = |words: &String| tracks::find(self.appliance, &catalogue, words, None);
        let ids = wanted.iter().map(find).collect::<Result<Vec<_>, _>>()?;
        let names: Vec<String> = ids.iter().map(|id| catalogue.name(id)).collect();
        Ok((ids, names.join(", ")))
    }

    fn find_queued(&self, words: &str) -> Result<(String, String), Failure> {
        let catalogue = Catalogue::load(self.appliance)?;
        let queued = self.tracks();
        let queued: Vec<&str> = queued.iter().map(String::as_str).collect();
        let id = tracks::find(self.appliance, &catalogue, words, Some(&queued))?;
        let name = catalogue.name(&id);
        Ok((id, name))
    }
}
