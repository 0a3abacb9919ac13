//! The music on the disk: what there is, who it is by, and where its bytes are. The read side; no commands.
//!
//! A *scan* walks the music directory (`walk`), compares it with what `library.db` remembers (`store`), reads what
//! changed (`audio`, `tags`, `ids`), settles which track each file is (`scan`), and puts a new *catalogue* in
//! place (`catalog`): one immutable value in memory that answers everything but full-text search (`search`).
//! `watch` notices changes; `cover` and `inside` open pictures and files, never outside the music directory.
//!
//! Nothing here plays or decides anything: queues take ids from the catalogue's events, and HTTP asks this handle.

pub mod audio;
pub mod catalog;
pub mod codec;
pub mod cover;
mod event;
mod files;
pub mod ids;
mod inside;
pub mod listed;
#[cfg(test)]
mod samples;
#[cfg(test)]
mod scale;
mod scan;
mod search;
pub mod source;
mod store;
#[cfg(test)]
mod stories;
pub mod tags;
mod walk;
mod watch;

pub use audio::mpeg;
pub use catalog::Catalog;
pub use cover::{Cover, CoverError};
pub use event::{LibraryEvent, Progress};
pub use files::{Payload, TrackFile};
pub use inside::open_inside;
pub use scan::{ScanError, ScanReport};
pub use search::Found;
pub use store::StoreError;
pub use watch::Watch;

use rusqlite::Connection;
use scan::gate::Gate;
use std::fmt;
use std::path::PathBuf;
use std::sync::mpsc::{SyncSender, TrySendError};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use watch::Wake;

/// What a library needs to know.
#[derive(Clone, Debug)]
pub struct LibrarySettings {
    /// Where the music is. Only ever read.
    pub audio_dir: PathBuf,
    /// Where `library.db` is, or is to be.
    pub db_path: PathBuf,
    /// Follow symlinks that lead out of `audio_dir`.
    pub follow_links: bool,
}

/// The library. Cloning gives another handle on the same one.
#[derive(Clone)]
pub struct Library {
    inner: Arc<Inner>,
}

type Listener = Arc<dyn Fn(&LibraryEvent) + Send + Sync>;

struct Inner {
    settings: LibrarySettings,
    catalog: RwLock<Arc<Catalog>>,
    /// For the catalogue and for search; a scan has a connection of its own.
    reader: Mutex<Connection>,
    /// Held by the scan under way.
    scanning: Mutex<()>,
    reported: Mutex<Option<Arc<ScanReport>>>,
    gate: Gate,
    listeners: Mutex<Vec<Listener>>,
    wakes: Mutex<Option<SyncSender<Wake>>>,
    covers: Mutex<cover::Cache>,
    /// Held while a picture is decoded: one at a time bounds the memory.
    shrinking: Mutex<()>,
}

impl Library {
    /// Opens `library.db`, made if it is missing, and loads what it knows. The disk with the music is not looked
    /// at: that is [`Library::scan`]'s work.
    ///
    /// # Errors
    /// [`StoreError`] when the state directory cannot be written or the disk fails.
    pub fn open(settings: LibrarySettings) -> Result<Self, StoreError> {
        let (reader, catalog) = load(&settings)?;
        let inner = Inner {
            settings,
            catalog: RwLock::new(Arc::new(catalog)),
            reader: Mutex::new(reader),
            scanning: Mutex::default(),
            reported: Mutex::default(),
            gate: Gate::default(),
            listeners: Mutex::default(),
            wakes: Mutex::default(),
            covers: Mutex::default(),
            shrinking: Mutex::default(),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// What it was opened with.
    #[must_use]
    pub fn settings(&self) -> &LibrarySettings {
        &self.inner.settings
    }

    /// The library as it is now; it stays so for whoever holds it.
    #[must_use]
    pub fn catalog(&self) -> Arc<Catalog> {
        Arc::clone(&self.inner.catalog.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Calls `listener` with everything that happens from now on, on the thread where it happens.
    pub fn listen(&self, listener: impl Fn(&LibraryEvent) + Send + Sync + 'static) {
        lock(&self.inner.listeners).push(Arc::new(listener));
    }

    /// Says whether the house waits at a barrier: a scan gives way then.
    pub fn set_busy(&self, busy: bool) {
        self.inner.gate.set_busy(busy);
    }

    /// Scans the music and waits for the end of it; a scan under way is waited for first. With `force`, tracks
    /// that are missing are taken out, however many.
    ///
    /// # Errors
    /// [`ScanError`] when the store fails or the library is closed; the catalogue stays as it was.
    pub fn scan(&self, force: bool) -> Result<Arc<ScanReport>, ScanError> {
        let _one_at_a_time = lock(&self.inner.scanning);
        let report = match self.scan_once(force) {
            Err(ScanError::Store(StoreError::Sqlite(error))) if store::schema::is_broken(&error) => {
                self.renew(&error)?;
                self.scan_once(force)?
            }
            report => report?,
        };
        self.refresh()?;
        let report = Arc::new(report);
        let last = lock(&self.inner.reported).replace(Arc::clone(&report));
        self.tell_outcome(&report, last.as_deref());
        Ok(report)
    }

    /// Has the watching thread ([`Watch`]) scan as soon as it can; `false` when there is none.
    #[must_use]
    pub fn scan_soon(&self, force: bool) -> bool {
        let wakes = lock(&self.inner.wakes);
        let asked = wakes.as_ref().map(|wakes| wakes.try_send(Wake::Scan { force }));
        // Full means that as many scans are asked for already.
        matches!(asked, Some(Ok(()) | Err(TrySendError::Full(_))))
    }

    /// What the last scan reported; `None` before the first one ended.
    #[must_use]
    pub fn last_report(&self) -> Option<Arc<ScanReport>> {
        lock(&self.inner.reported).clone()
    }

    /// Looks for words in titles, artists, albums and file names of `catalog`; up to `limit` of each kind.
    ///
    /// # Errors
    /// [`StoreError`] when the disk fails; never because of what is in `query`.
    pub fn search<'a>(&self, catalog: &'a Catalog, query: &str, limit: usize) -> Result<Found<'a>, StoreError> {
        search::search(&lock(&self.inner.reader), catalog, query, limit)
    }

    /// Ends a scan under way, for good.
    pub fn close(&self) {
        self.inner.gate.close();
    }

    fn is_closed(&self) -> bool {
        self.inner.gate.is_closed()
    }

    fn wake_by(&self, wakes: SyncSender<Wake>) {
        *lock(&self.inner.wakes) = Some(wakes);
    }

    fn scan_once(&self, force: bool) -> Result<ScanReport, ScanError> {
        let (show, shown) = std::sync::mpsc::channel();
        let scan = move || {
            let settings = &self.inner.settings;
            let task = scan::Task {
                audio_dir: &settings.audio_dir,
                db_path: &settings.db_path,
                follow_links: settings.follow_links,
                force,
                gate: &self.inner.gate,
                progress: &|progress| self.tell(&LibraryEvent::Progress(progress)),
                // Nobody looks any more only if the thread below panicked.
                show: &|| show.send(()).unwrap_or_default(),
            };
            scan::run(&task)
        };
        // A thread of its own, because a thread cannot get its priority back. What stays in memory is made on this one:
        // among what a scan allocates and forgets, it would keep all of that from going back to the system.
        std::thread::scope(|scope| {
            let thread = std::thread::Builder::new().name("library-scan".into());
            let scan = thread.spawn_scoped(scope, scan).map_err(ScanError::Thread)?;
            for () in shown {
                if let Err(error) = self.refresh() {
                    log::warn!("library: {error}");
                }
            }
            scan.join().unwrap_or(Err(ScanError::Panicked))
        })
    }

    /// Puts the catalogue in place that the store has, if it is another one.
    fn refresh(&self) -> Result<(), StoreError> {
        let old = self.catalog();
        let reader = lock(&self.inner.reader);
        if !store::load::is_other(&reader, old.etag())? {
            return Ok(());
        }
        let new = Arc::new(store::load::catalog(&reader)?);
        drop(reader);
        *self.inner.catalog.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&new);
        self.tell(&LibraryEvent::Changed {
            version: new.version(),
            count: new.count(),
            added: new.not_in(&old),
            removed: old.not_in(&new),
        });
        Ok(())
    }

    /// Begins a new store in place of one that is broken.
    fn renew(&self, error: &rusqlite::Error) -> Result<(), StoreError> {
        let mut reader = lock(&self.inner.reader);
        let path = &self.inner.settings.db_path;
        let aside = store::schema::set_aside(path)?;
        log::warn!(
            "library: {} is broken ({error}); it was moved to {}, and the music is scanned anew",
            path.display(),
            aside.display()
        );
        *reader = store::schema::open(path)?;
        Ok(())
    }

    fn tell(&self, event: &LibraryEvent) {
        // Not under the lock: a listener may ask this library.
        let listeners = lock(&self.inner.listeners).clone();
        for listener in listeners {
            listener(event);
        }
    }

    fn tell_outcome(&self, report: &ScanReport, last: Option<&ScanReport>) {
        let known = self.catalog().count();
        report.log(known, last);
        if report.added + report.changed + report.moved == 0 {
            // Whoever asked for it waits for a word, and nothing was read that would have given one.
            self.tell(&LibraryEvent::Progress(Progress { done: 0, total: 0 }));
        }
        let missing = |report: &ScanReport| report.mass_missing.unwrap_or(0);
        if missing(report) != last.map_or(0, missing) {
            self.tell(&LibraryEvent::MassMissing { missing: missing(report), known });
        }
    }
}

impl fmt::Debug for Library {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Library").field("settings", &self.inner.settings).finish_non_exhaustive()
    }
}

/// Opens the store and loads it; one that is broken inside is set aside as one that cannot be opened is.
fn load(settings: &LibrarySettings) -> Result<(Connection, Catalog), StoreError> {
    let path = &settings.db_path;
    let reader = store::schema::open(path)?;
    match store::load::catalog(&reader) {
        Err(StoreError::Sqlite(error)) if store::schema::is_broken(&error) => {
            drop(reader);
            let aside = store::schema::set_aside(path)?;
            log::warn!("library: {} is broken ({error}); it was moved to {}", path.display(), aside.display());
            let reader = store::schema::open(path)?;
            let catalog = store::load::catalog(&reader)?;
            Ok((reader, catalog))
        }
        catalog => Ok((reader, catalog?)),
    }
}

/// A panic elsewhere leaves these values whole: each is replaced in one step.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
