//! Synthetic listeners: a household of any size on one machine, for load and for demonstration.
//!
//! Each listener is a paired device with a WebSocket of its own that does what a phone does: it joins, declares what it
//! has, follows every event, now and then loses its connection and resumes. One conductor gives commands. While they run,
//! every listener checks that it sees every event of the session exactly once: what is reported as lost or doubled is a
//! fault of the server (or of this file), never "noise".
//!
//! This is the one place where tokio earns its keep: thousands of clients on two cores. The server itself uses threads.

mod conductor;
mod histogram;
mod listener;
mod report;
mod tally;

pub use histogram::Times;
pub use report::Report;

use crate::client::Credentials;
use rand::Chance;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tally::Tally;
use tokio::sync::watch;

pub mod rand;

/// What to simulate.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where the appliance is.
    pub server: SocketAddr,
    /// The `Host` it knows itself by.
    pub host: String,
    /// How long, once everybody is there.
    pub span: Duration,
    /// Commands a second.
    pub rate: f64,
    /// Mean time between two losses of a listener's connection; `None`: they are never lost.
    pub churn: Option<Duration>,
    /// WebSockets each listener opens: the first joins the room, the others watch.
    pub tabs: usize,
    /// Chance, as a value: the same seed makes the same plans.
    pub seed: u64,
}

/// Why a simulation could not run.
#[derive(Debug, thiserror::Error)]
pub enum SimulateError {
    /// A listener could not connect.
    #[error("a listener could not connect: {0}")]
    Connect(String),
    /// No runtime, no descriptors.
    #[error("the system refused: {0}; for many listeners raise the limit of open files (ulimit -n)")]
    System(#[from] std::io::Error),
}

/// How far a run is, for whoever shows it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Sockets that are connected.
    pub connected: usize,
    /// Commands given.
    pub commands: u64,
    /// Events that arrived, over all sockets.
    pub events: u64,
    /// Events that were missed or came twice.
    pub faults: u64,
}

/// Runs `devices` as listeners, and tells `shown` once a second how far it is.
///
/// # Errors
/// [`SimulateError`] when it could not begin; what goes wrong later stands in the report.
pub fn run(options: &Options, devices: &[Credentials], shown: impl Fn(Progress)) -> Result<Report, SimulateError> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(simulate(options, devices, shown))
}

async fn simulate(
    options: &Options,
    devices: &[Credentials],
    shown: impl Fn(Progress),
) -> Result<Report, SimulateError> {
    let (tally, options) = (Arc::new(Tally::default()), Arc::new(options.clone()));
    let (stop, stopped) = watch::channel(false);
    let mut tasks = Vec::new();
    for (nth, device) in devices.iter().enumerate() {
        for tab in 0..options.tabs {
            let chance = Chance::new(options.seed ^ ((nth as u64) << 20) ^ tab as u64);
            let plan = listener::Plan { token: device.token.clone(), tab, joins: tab == 0, chance };
            tasks.push(tokio::spawn(listener::run(Arc::clone(&options), plan, Arc::clone(&tally), stopped.clone())));
        }
        // A household does not come home in one millisecond.
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    wait_for_all(&tally, tasks.len()).await?;
    let token = devices.first().map(|device| device.token.clone()).unwrap_or_default();
    let conductor = tokio::spawn(conductor::run(Arc::clone(&options), token, Arc::clone(&tally), stopped));
    let begun = tokio::time::Instant::now();
    while begun.elapsed() < options.span {
        tokio::time::sleep(Duration::from_secs(1).min(options.span)).await;
        shown(tally.progress());
    }
    // The conductor ends first, then everybody has a moment to get what is under way.
    let _ = stop.send(true);
    drop(conductor.await);
    for task in tasks {
        drop(task.await);
    }
    Ok(tally.report(options.span, devices.len(), options.tabs))
}

async fn wait_for_all(tally: &Tally, sockets: usize) -> Result<(), SimulateError> {
    for _ in 0..600 {
        if let Some(why) = tally.first_refusal() {
            return Err(SimulateError::Connect(why));
        }
        if tally.progress().connected >= sockets {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Err(SimulateError::Connect(format!("only {} of {sockets} were let in within a minute", tally.progress().connected)))
}
