//! Radio over HTTP: what ordinary players hear, and what commands on stations need of the library.
//!
//! ```text
//! Station::at(clock) ──▶ Broadcaster (one thread a station that is heard) ──▶ Ring ──▶ one thread a listener
//!        ▲                     │ a file that cannot be played
//!        └──────── hub ◀───────┘
//! ```
//!
//! Nothing here decides what is on: that is [`crate::core::radio`]'s. A [`Studio`] finds files, makes frames of them,
//! keeps the pace, and counts who listens.

pub mod asking;
mod broadcast;
pub mod ffmpeg;
pub mod frames;
mod icy;
pub mod keys;
mod listener;
mod programme;
mod ring;

pub use icy::METAINT;
pub use listener::Listener;

use crate::core::ids::{StationId, TrackId};
use crate::core::presence::Signal;
use crate::hub::Hub;
use crate::library::Library;
use broadcast::Broadcaster;
use keys::Keys;
use ring::Ring;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

/// Where stations are made and heard. One per server.
pub struct Studio {
    hub: Hub,
    library: Library,
    /// The stations' keys.
    pub keys: Keys,
    ffmpeg: Option<PathBuf>,
    desk: Mutex<Desk>,
}

#[derive(Default)]
struct Desk {
    on_air: BTreeMap<StationId, Arc<OnAir>>,
    /// Threads, also of stations that nobody hears any more.
    threads: Vec<JoinHandle<()>>,
    is_closed: bool,
}

/// A station that is heard.
struct OnAir {
    ring: Arc<Ring>,
    listeners: Mutex<u32>,
}

impl Studio {
    /// Opens. `ffmpeg`: the program, if it was found.
    #[must_use]
    pub fn new(hub: Hub, library: Library, ffmpeg: Option<PathBuf>) -> Arc<Self> {
        Arc::new(Self { hub, library, keys: Keys::default(), ffmpeg, desk: Mutex::default() })
    }

    /// Whether files of every format can be streamed.
    #[must_use]
    pub fn has_ffmpeg(&self) -> bool {
        self.ffmpeg.is_some()
    }

    /// The tracks of a station that only ffmpeg could play; `None` if there is no other.
    fn needing_ffmpeg(&self, station: &StationId) -> Option<Vec<TrackId>> {
        let published = self.hub.published();
        let tracks = &published.durable.radio.stations.get(station)?.tracks;
        let others = programme::not_mp3(&self.library.catalog(), tracks.iter().map(|track| &track.id));
        (others.len() < tracks.len()).then_some(others)
    }

    /// Whether a stream of `station` would have anything to say.
    #[must_use]
    pub fn can_stream(&self, station: &StationId) -> bool {
        self.has_ffmpeg() || self.needing_ffmpeg(station).is_some()
    }

    /// Begins to listen: to what others hear already, or as the first.
    ///
    /// # Errors
    /// The operating system's, when it gives no thread; `ConnectionAborted` while the server stops.
    pub fn listen(self: &Arc<Self>, station: &StationId) -> std::io::Result<Listener> {
        let mut desk = self.desk();
        if desk.is_closed {
            return Err(std::io::ErrorKind::ConnectionAborted.into());
        }
        let on_air = match desk.on_air.get(station).filter(|on_air| !on_air.ring.is_closed()) {
            Some(on_air) => Arc::clone(on_air),
            None => self.begin(&mut desk, station)?,
        };
        self.count(station, &on_air, 1);
        Ok(Listener::new(Arc::clone(self), station.clone(), on_air))
    }

    /// Ends all streams and waits for their threads.
    pub fn close(&self) {
        let mut desk = self.desk();
        desk.is_closed = true;
        desk.on_air.values().for_each(|on_air| on_air.ring.close());
        let threads = std::mem::take(&mut desk.threads);
        drop(desk);
        for thread in threads {
            if thread.join().is_err() {
                log::error!("a radio thread panicked; please report this");
            }
        }
    }

    fn begin(self: &Arc<Self>, desk: &mut Desk, station: &StationId) -> std::io::Result<Arc<OnAir>> {
        let on_air = Arc::new(OnAir { ring: Arc::default(), listeners: Mutex::new(0) });
        let broadcaster = Broadcaster::new(Arc::clone(self), station.clone(), Arc::clone(&on_air));
        // Counted before it runs: a station without listeners retires.
        let builder = std::thread::Builder::new().name("radio".into());
        desk.threads.retain(|thread| !thread.is_finished());
        desk.threads.push(builder.spawn(move || broadcaster.run())?);
        desk.on_air.insert(station.clone(), Arc::clone(&on_air));
        Ok(on_air)
    }

    /// Takes a station off the air if nobody hears it.
    fn retire(&self, station: &StationId, on_air: &Arc<OnAir>) -> bool {
        // Under the desk's lock, so that nobody joins what is about to end.
        let mut desk = self.desk();
        if *lock(&on_air.listeners) > 0 {
            return false;
        }
        on_air.ring.close();
        if desk.on_air.get(station).is_some_and(|current| Arc::ptr_eq(current, on_air)) {
            desk.on_air.remove(station);
        }
        true
    }

    /// Somebody came or went; called under the desk's lock, so that the hub hears the counts in order.
    fn count(&self, station: &StationId, on_air: &OnAir, change: i32) {
        let mut listeners = lock(&on_air.listeners);
        *listeners = listeners.saturating_add_signed(change);
        self.hub.signal(Signal::Streams(station.clone(), *listeners));
    }

    fn leave(&self, station: &StationId, on_air: &Arc<OnAir>) {
        let desk = self.desk();
        match desk.on_air.get(station) {
            // Of a stream that has ended, and began anew for others meanwhile: those are counted.
            Some(current) if !Arc::ptr_eq(current, on_air) => *lock(&on_air.listeners) -= 1,
            _ => self.count(station, on_air, -1),
        }
    }

    fn desk(&self) -> MutexGuard<'_, Desk> {
        lock(&self.desk)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
