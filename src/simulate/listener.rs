//! One socket of a synthetic listener: it joins, follows, checks, loses its connection and resumes.

use super::rand::Chance;
use super::tally::Tally;
use super::{Options, SimulateError};
use futures_util::{SinkExt, StreamExt};
use serde::Deserialize;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::Sleep;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};

/// What is under way when the run ends may take this long to arrive.
const DRAIN: Duration = Duration::from_millis(1500);
/// How long a "download" takes, on average.
const DOWNLOAD: Duration = Duration::from_millis(40);
/// How long a lost listener stays away, on average.
const AWAY: Duration = Duration::from_millis(800);

/// What this socket is to do.
pub(super) struct Plan {
    pub token: String,
    pub tab: usize,
    pub joins: bool,
    pub chance: Chance,
}

/// The parts of a message that a listener looks at.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Heard {
    #[serde(rename = "type")]
    pub kind: String,
    pub seq: Option<u64>,
    pub event_count: Option<u64>,
    pub topic: Option<String>,
    pub epoch: Option<String>,
    pub id: Option<String>,
    pub status: Option<u16>,
    pub expected_event_count: Option<u64>,
    pub data: Option<Data>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Data {
    pub play_state: Option<PlayState>,
    pub session: Option<Session>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Session {
    pub event_count: u64,
    pub play_state: PlayState,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PlayState {
    pub mode: String,
    pub track_id: Option<String>,
}

pub(super) type Socket = WebSocketStream<TcpStream>;

/// Connects as the holder of `token`.
pub(super) async fn connect(options: &Options, token: &str, query: &str) -> Result<Socket, SimulateError> {
    let failed = |why: String| SimulateError::Connect(why);
    let tcp = TcpStream::connect(options.server).await.map_err(|error| failed(error.to_string()))?;
    tcp.set_nodelay(true)?;
    let url = format!("ws://{}/ws/sync?{query}", options.host);
    let mut request = url.into_client_request().map_err(|error| failed(error.to_string()))?;
    let bearer = HeaderValue::from_str(&format!("Bearer {token}")).map_err(|error| failed(error.to_string()))?;
    request.headers_mut().insert("Authorization", bearer);
    let made = tokio_tungstenite::client_async(request, tcp).await;
    made.map(|(socket, _)| socket).map_err(|error| failed(error.to_string()))
}

/// Lives until the run ends.
pub(super) async fn run(options: Arc<Options>, mut plan: Plan, tally: Arc<Tally>, mut stopped: watch::Receiver<bool>) {
    let mut seen = Seen::default();
    let mut is_first = true;
    while !*stopped.borrow() {
        let since = seen.since().map(|since| format!("&since={since}")).unwrap_or_default();
        let query = format!("tab=sim{}&topics=session{since}", plan.tab);
        let Ok(socket) = connect(&options, &plan.token, &query).await.map_err(|error| {
            if is_first {
                tally.refused(error.to_string());
            }
        }) else {
            tokio::time::sleep(Duration::from_millis(200)).await;
            continue;
        };
        if std::mem::take(&mut is_first) {
            tally.connected.fetch_add(1, Relaxed);
        }
        let life = options.churn.map(|mean| plan.chance.wait(mean));
        if !follow(&mut plan, socket, &tally, &mut seen, &mut stopped, life).await {
            tally.cut.fetch_add(1, Relaxed);
        }
        if !*stopped.borrow() {
            tokio::time::sleep(plan.chance.wait(AWAY)).await;
        }
    }
}

/// Follows until the run ends, the connection is to be lost (`life`), or the server ends it: then false.
async fn follow(
    plan: &mut Plan,
    mut socket: Socket,
    tally: &Tally,
    seen: &mut Seen,
    stopped: &mut watch::Receiver<bool>,
    life: Option<Duration>,
) -> bool {
    let mut end = Box::pin(tokio::time::sleep(life.unwrap_or(Duration::from_secs(365 * 86_400))));
    let mut is_draining = false;
    // A download goes on beside everything else: it must not keep the socket from being read.
    let mut download: Option<(Pin<Box<Sleep>>, String)> = None;
    if plan.joins {
        drop(socket.send(text("{\"type\":\"join\"}")).await);
    }
    loop {
        tokio::select! {
            () = &mut end => return true,
            _ = stopped.changed(), if !is_draining => {
                is_draining = true;
                end = Box::pin(tokio::time::sleep(DRAIN));
            }
            track = finished(&mut download) => {
                let have = format!("{{\"type\":\"have\",\"trackIds\":[\"{track}\"]}}");
                drop(socket.send(text(&have)).await);
            }
            heard = socket.next() => match heard {
                Some(Ok(Message::Text(message))) => {
                    let at = Instant::now();
                    let Ok(heard) = serde_json::from_str::<Heard>(&message) else { continue };
                    if let Some(track) = seen.take(&heard, tally, at).filter(|_| plan.joins) {
                        download = Some((Box::pin(tokio::time::sleep(plan.chance.wait(DOWNLOAD))), track));
                    }
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return *stopped.borrow(),
            }
        }
    }
}

/// Waits for the download under way; for ever if there is none.
async fn finished(download: &mut Option<(Pin<Box<Sleep>>, String)>) -> String {
    match download {
        Some((sleep, _)) => sleep.await,
        None => std::future::pending().await,
    }
    download.take().map(|(_, track)| track).unwrap_or_default()
}

fn text(message: &str) -> Message {
    Message::Text(Utf8Bytes::from(message))
}

/// Where a socket is in the story.
#[derive(Default)]
struct Seen {
    epoch: Option<String>,
    seq: u64,
    event_count: u64,
}

impl Seen {
    fn since(&self) -> Option<String> {
        self.epoch.as_ref().map(|epoch| format!("{epoch}:{}", self.seq))
    }

    /// Takes over a message; returns the track to download, if the room now waits for one.
    fn take(&mut self, heard: &Heard, tally: &Tally, at: Instant) -> Option<String> {
        match (heard.kind.as_str(), &heard.data) {
            ("sync:full", Some(Data { session: Some(session), .. })) => {
                if self.epoch.is_some() {
                    tally.full.fetch_add(1, Relaxed);
                }
                self.epoch.clone_from(&heard.epoch);
                self.seq = heard.seq.unwrap_or(0);
                self.event_count = session.event_count;
                return session.play_state.track_id.clone();
            }
            ("sync:resumed", _) => {
                tally.resumed.fetch_add(1, Relaxed);
                self.seq = heard.seq.unwrap_or(self.seq);
                return None;
            }
            ("cursor", _) => self.seq = heard.seq.unwrap_or(self.seq).max(self.seq),
            _ => {}
        }
        let is_session = heard.topic.as_deref().is_some_and(|topic| topic.starts_with("session:"));
        let (Some(seq), Some(count), true) = (heard.seq, heard.event_count, is_session) else { return None };
        match count.cmp(&(self.event_count + 1)) {
            std::cmp::Ordering::Less => drop(tally.doubled.fetch_add(1, Relaxed)),
            std::cmp::Ordering::Greater => drop(tally.lost.fetch_add(count - self.event_count - 1, Relaxed)),
            std::cmp::Ordering::Equal => tally.arrived(seq, at),
        }
        (self.seq, self.event_count) = (seq, count);
        let state = heard.data.as_ref()?.play_state.as_ref()?;
        state.track_id.clone().filter(|_| state.mode == "waiting")
    }
}
