//! Noticing that the music changes: inotify where it can be had, else a look every five minutes.
//!
//! One thread owns the watcher and runs all scans: the first at start, then one when the disk has been quiet for
//! a moment, or when somebody asks. A disk that is gone takes its watches with it, so while too much is missing
//! the thread looks often and watches anew when the music is back.

use super::Library;
use crate::clock;
use notify::event::{AccessKind, AccessMode, ModifyKind};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use std::ffi::OsStr;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

/// A scan begins when the disk was quiet for this long.
const QUIET: Duration = Duration::from_millis(1500);
/// A disk that is never quiet is scanned this often.
const NEVER_QUIET: Duration = Duration::from_secs(30);
/// How often the disk is looked at where it cannot be watched.
const UNWATCHED_EVERY: Duration = Duration::from_secs(300);
/// How often it is looked whether the music's folder is there, where it was not: on the first day somebody makes it now.
const ABSENT_EVERY: Duration = Duration::from_secs(2);
/// When files that changed while they were read are looked at again.
const UNSETTLED_AGAIN: Duration = Duration::from_secs(10);
/// How often it is looked at while most of the music is missing.
const MISSING_EVERY: Duration = Duration::from_secs(30);
/// How often it is looked at in any case; a watch can lose what happens at the wrong moment.
const ANYHOW_EVERY: Duration = Duration::from_secs(6 * 3600);
/// Wakes that wait for the thread; one of a kind says as much as many.
const WAKES_MAX: usize = 8;

/// File systems that other machines change without this one being told.
const NETWORK_FILE_SYSTEMS: [(u64, &str); 6] = [
    (0x6969, "NFS"),
    (0x517b, "SMB"),
    (0xff53_4d42, "CIFS"),
    (0xfe53_4d42, "SMB2"),
    (0x6573_5546, "FUSE"),
    (0x0102_1997, "9P"),
];

/// Why the thread woke.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wake {
    /// Something happened on the disk.
    Disk,
    /// Somebody asked for a scan.
    Scan {
        /// Missing tracks are to be taken out, however many.
        force: bool,
    },
    /// The house closes.
    Stop,
}

/// The watching thread; it ends, and a scan under way with it, when this is dropped.
#[derive(Debug)]
pub struct Watch {
    library: Library,
    wakes: SyncSender<Wake>,
    thread: Option<JoinHandle<()>>,
}

impl Watch {
    /// Starts the thread, which scans at once.
    ///
    /// # Errors
    /// When there is no thread to be had.
    pub fn start(library: &Library) -> io::Result<Self> {
        let (wakes, woken) = sync_channel(WAKES_MAX);
        library.wake_by(wakes.clone());
        let mut watching = Watching {
            library: library.clone(),
            wakes: wakes.clone(),
            woken,
            dirty: Arc::new(AtomicBool::new(false)),
            watching: None,
            warned: false,
        };
        let thread = std::thread::Builder::new().name("library-watch".into()).spawn(move || watching.run())?;
        Ok(Self { library: library.clone(), wakes, thread: Some(thread) })
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.library.close();
        // Full means that it has reason enough to wake, and it looks at the closed library first.
        let _ = self.wakes.try_send(Wake::Stop);
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            log::error!("library: the watching thread ended in a panic; see the log above, and report it");
        }
    }
}

struct Watching {
    library: Library,
    wakes: SyncSender<Wake>,
    woken: Receiver<Wake>,
    /// A wake by the disk is on its way.
    dirty: Arc<AtomicBool>,
    watching: Option<RecommendedWatcher>,
    warned: bool,
}

impl Watching {
    fn run(&mut self) {
        let mut force = false;
        loop {
            // Before the scan: what changes meanwhile wakes the thread again.
            self.watch();
            let report = self.library.scan(force);
            if let Err(error) = &report
                && !self.library.is_closed()
            {
                log::warn!("library: {error}");
            }
            let missing = report.as_ref().is_ok_and(|report| report.mass_missing.is_some());
            let unsettled = report.is_ok_and(|report| report.unsettled > 0);
            if missing {
                self.watching = None;
            }
            let every = match (missing, &self.watching) {
                _ if unsettled => UNSETTLED_AGAIN,
                (true, _) => MISSING_EVERY,
                (false, None) => UNWATCHED_EVERY,
                (false, Some(_)) => ANYHOW_EVERY,
            };
            match self.wait(every) {
                Some(asked) => force = asked,
                None => return,
            }
        }
    }

    /// Waits for a reason to scan: `None` to end, else whether missing tracks are to be taken out.
    fn wait(&self, every: Duration) -> Option<bool> {
        let mut began = None;
        let is_there = || self.library.settings().audio_dir.is_dir();
        let was_there = is_there();
        let mut patience = if was_there { every } else { ABSENT_EVERY };
        loop {
            if self.library.is_closed() {
                return None;
            }
            match self.woken.recv_timeout(patience) {
                Ok(Wake::Stop) | Err(RecvTimeoutError::Disconnected) => return None,
                Ok(Wake::Scan { force }) => return Some(self.asked_too(force)),
                Err(RecvTimeoutError::Timeout) if began.is_none() && !was_there && !is_there() => continue,
                Err(RecvTimeoutError::Timeout) => return Some(false),
                Ok(Wake::Disk) => self.dirty.store(false, Ordering::Release),
            }
            let began = *began.get_or_insert_with(clock::instant);
            if began.elapsed() >= NEVER_QUIET {
                return Some(false);
            }
            patience = QUIET;
        }
    }

    /// Takes all that asked for a scan meanwhile: one scan answers them.
    fn asked_too(&self, force: bool) -> bool {
        self.woken.try_iter().fold(force, |force, wake| {
            if wake == Wake::Disk {
                self.dirty.store(false, Ordering::Release);
            }
            force || wake == Wake::Scan { force: true }
        })
    }

    /// Watches the music if it is not watched yet.
    fn watch(&mut self) {
        let audio_dir = self.library.settings().audio_dir.clone();
        if self.watching.is_some() || !audio_dir.is_dir() {
            return;
        }
        match self.try_watch(&audio_dir) {
            Ok(watcher) => self.watching = watcher,
            Err(error) if !self.warned => {
                self.warned = true;
                let minutes = UNWATCHED_EVERY.as_secs() / 60;
                log::warn!("library: {}; the music is scanned every {minutes} minutes instead", advice(&error));
            }
            Err(_) => {}
        }
    }

    fn try_watch(&mut self, audio_dir: &Path) -> notify::Result<Option<RecommendedWatcher>> {
        let audio_dir = audio_dir.canonicalize()?;
        if let Some(kind) = network_file_system(&audio_dir) {
            if !self.warned {
                self.warned = true;
                let minutes = UNWATCHED_EVERY.as_secs() / 60;
                log::info!(
                    "library: the music lies on {kind}, which cannot be watched; it is scanned every {minutes} minutes"
                );
            }
            return Ok(None);
        }
        let (wakes, dirty) = (self.wakes.clone(), Arc::clone(&self.dirty));
        let root = audio_dir.clone();
        let wake = move |event: notify::Result<Event>| {
            let matters = event.is_ok_and(|event| matters(&root, &event));
            if matters && !dirty.swap(true, Ordering::AcqRel) && wakes.try_send(Wake::Disk).is_err() {
                dirty.store(false, Ordering::Release);
            }
        };
        let config = notify::Config::default().with_follow_symlinks(self.library.settings().follow_links);
        let mut watcher = RecommendedWatcher::new(wake, config)?;
        watcher.watch(&audio_dir, RecursiveMode::Recursive)?;
        Ok(Some(watcher))
    }
}

/// Whether an event can mean that the library is another one; reading files is none.
fn matters(root: &Path, event: &Event) -> bool {
    let changes = match event.kind {
        EventKind::Access(kind) => kind == AccessKind::Close(AccessMode::Write),
        EventKind::Modify(ModifyKind::Metadata(_)) => true,
        EventKind::Other => false,
        _ => true,
    };
    let shown = |path: &Path| {
        let below = path.strip_prefix(root).unwrap_or(path);
        !below.components().any(|part| OsStr::as_bytes(part.as_os_str()).starts_with(b"."))
    };
    event.need_rescan() || changes && event.paths.iter().any(|path| shown(path))
}

fn advice(error: &notify::Error) -> String {
    match &error.kind {
        notify::ErrorKind::MaxFilesWatch => {
            "the music has more folders than the system lets one watch; raise fs.inotify.max_user_watches".into()
        }
        notify::ErrorKind::Io(error) if error.raw_os_error() == Some(24) => {
            "the system lets nobody watch more directories; raise fs.inotify.max_user_instances".into()
        }
        _ => format!("the music cannot be watched ({error})"),
    }
}

fn network_file_system(path: &Path) -> Option<&'static str> {
    let kind = rustix::fs::statfs(path).ok()?.f_type;
    let kind = u64::from(u32::try_from(i128::from(kind) & 0xffff_ffff).ok()?);
    NETWORK_FILE_SYSTEMS.iter().find(|(known, _)| *known == kind).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::samples::{House, Sample, mp3};
    use notify::event::{CreateKind, MetadataKind};

    fn until(what: &str, done: impl Fn() -> bool) {
        let began = clock::instant();
        while !done() {
            assert!(began.elapsed() < Duration::from_secs(30), "{what} did not happen");
            clock::pause(Duration::from_millis(20));
        }
    }

    #[test]
    fn files_that_come_and_go_are_noticed() {
        let house = House::new();
        house.put("1.mp3", &mp3(&Sample { number: 1, ..Sample::default() }));
        let watch = Watch::start(&house.library).unwrap();
        until("the first scan", || house.library.catalog().count() == 1);
        house.put("new/folder/2.mp3", &mp3(&Sample { number: 2, ..Sample::default() }));
        until("the second file", || house.library.catalog().count() == 2);
        house.remove("1.mp3");
        until("the removal", || house.library.catalog().count() == 1);
        let version = house.library.catalog().version();
        std::fs::remove_file(house.music().join("new/folder/2.mp3")).unwrap();
        until("the warning", || house.library.last_report().is_some_and(|report| report.mass_missing == Some(1)));
        assert_eq!(house.library.catalog().version(), version);
        assert!(house.library.scan_soon(true));
        until("the forced scan", || house.library.catalog().is_empty());
        drop(watch);
        assert!(!house.library.scan_soon(false));
        assert!(house.library.scan(false).is_err());
    }

    #[test]
    fn a_folder_that_is_made_later_is_noticed_with_what_comes_into_it() {
        let house = House::new();
        std::fs::remove_dir_all(house.music()).unwrap();
        let _watch = Watch::start(&house.library).unwrap();
        std::fs::create_dir(house.music()).unwrap();
        house.put("1.mp3", &mp3(&Sample { number: 1, ..Sample::default() }));
        until("the first file", || house.library.catalog().count() == 1);
        house.put("2.mp3", &mp3(&Sample { number: 2, ..Sample::default() }));
        until("the second file", || house.library.catalog().count() == 2);
    }

    #[test]
    fn reading_and_hidden_files_do_not_matter() {
        let root = Path::new("/music");
        let event = |kind, path: &str| Event::new(kind).add_path(path.into());
        let created = EventKind::Create(CreateKind::File);
        assert!(matters(root, &event(created, "/music/a.mp3")));
        assert!(matters(root, &event(EventKind::Modify(ModifyKind::Metadata(MetadataKind::Any)), "/music/a.mp3")));
        assert!(!matters(root, &event(created, "/music/.a.mp3.part")));
        assert!(!matters(root, &event(created, "/music/.trash/a.mp3")));
        assert!(!matters(root, &event(EventKind::Access(AccessKind::Open(AccessMode::Any)), "/music/a.mp3")));
    }

    #[test]
    fn one_scan_answers_all_who_asked() {
        let (wakes, woken) = sync_channel(WAKES_MAX);
        let dirty = Arc::new(AtomicBool::new(true));
        let library = House::new().library;
        let watching = Watching { library, wakes: wakes.clone(), woken, dirty, watching: None, warned: false };
        for wake in [Wake::Scan { force: false }, Wake::Disk, Wake::Scan { force: true }, Wake::Scan { force: false }] {
            wakes.send(wake).unwrap();
        }
        assert_eq!(watching.wait(Duration::ZERO), Some(true));
        assert!(watching.woken.try_recv().is_err());
        assert!(!watching.dirty.load(Ordering::Acquire));
    }
}
