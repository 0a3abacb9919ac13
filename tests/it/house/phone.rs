//! A paired device, or one of its tabs.

use super::Door;
use super::http::{Answer, Ask};
use super::sse::Stream;
use super::ws::Socket;
use serde_json::{Value, json};

/// A paired device, as one of its tabs if it has a name for it.
#[derive(Clone, Debug)]
pub struct Phone {
    door: Door,
    /// Its public id.
    pub id: String,
    /// Its secret.
    pub token: String,
    tab: Option<String>,
}

impl Phone {
    /// The device that an answer of `/pair` describes.
    pub fn new(door: Door, paired: &Value) -> Self {
        let text = |key: &str| paired[key].as_str().unwrap().to_owned();
        Self { door, id: text("clientId"), token: text("token"), tab: None }
    }

    /// One of its tabs.
    pub fn tab(&self, name: &str) -> Self {
        Self { tab: Some(name.into()), ..self.clone() }
    }

    /// A request of this device.
    pub fn ask(&self, ask: Ask) -> Answer {
        self.door.ask(self.sign(ask))
    }

    /// The request, with this device's name on it.
    pub fn sign(&self, ask: Ask) -> Ask {
        let ask = ask.bearer(&self.token);
        match &self.tab {
            Some(tab) => ask.field("X-Hearken-Tab", tab),
            None => ask,
        }
    }

    /// GET.
    pub fn get(&self, target: &str) -> Answer {
        self.ask(Ask::get(target))
    }

    /// POST, without a guard.
    pub fn post(&self, target: &str, body: &Value) -> Answer {
        self.ask(Ask::post(target).json(body))
    }

    /// A command on the session, guarded by what is now.
    pub fn command(&self, target: &str, body: &Value) -> Answer {
        let count = self.event_count().to_string();
        self.ask(Ask::post(target).json(body).field("If-Match-Event", &count))
    }

    /// The same, which must succeed.
    #[track_caller]
    pub fn does(&self, target: &str, body: &Value) -> Value {
        let answer = self.command(target, body);
        assert_eq!(answer.status, 200, "{target} {body}: {}", answer.text());
        answer.json()
    }

    /// What is in the room.
    pub fn snapshot(&self) -> Value {
        self.get("/snapshot").ok()
    }

    /// The session's version.
    pub fn event_count(&self) -> u64 {
        self.snapshot()["eventCount"].as_u64().unwrap()
    }

    /// A WebSocket. `query` such as `topics=library&since=…`, or nothing.
    pub fn socket(&self, query: &str) -> Socket {
        let tab = self.tab.as_ref().map(|tab| format!("tab={tab}"));
        let query: Vec<_> = tab.into_iter().chain((!query.is_empty()).then(|| query.to_owned())).collect();
        Socket::open(self.door.address(), &format!("/ws/sync?{}", query.join("&")), &self.token)
    }

    /// A WebSocket that has seen the full state and listens, having these tracks.
    pub fn listens(&self, tracks: &[&str]) -> Socket {
        let mut socket = self.socket("");
        socket.wait_for("the full state", |message| message["type"] == "sync:full");
        socket.say(&json!({ "type": "join" }));
        socket.say(&json!({ "type": "have", "trackIds": tracks }));
        let is_here = |message: &Value| {
            let clients = message["data"]["clients"].as_array();
            clients.is_some_and(|clients| clients.iter().any(|client| client["clientId"] == *self.id))
        };
        socket.wait_for("its own name among the listeners", is_here);
        // What came meanwhile is the test's business.
        socket.rewind(1);
        socket
    }

    /// An event stream.
    pub fn stream(&self, query: &str, last_event_id: Option<&str>) -> Stream {
        let mut ask = self.sign(Ask::get(&format!("/events?{query}")));
        if let Some(id) = last_event_id {
            ask = ask.field("Last-Event-ID", id);
        }
        Stream::open(self.door.knock(), &ask)
    }
}
