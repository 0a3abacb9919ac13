//! How the library's news become the house's: known tracks for decisions, an event for everybody, new files for the queue.
//!
//! The library and the log are two stores. The log may not take the news (its disk is full), the power may go between the
//! two, a backup of the one may be put back beside the other as it was. So it is looked now and then whether the log says
//! what is so, and what it did not take is given to it again.

use crate::core::command::{Command, SessionCommand, Wish};
use crate::core::ids::{RoomId, TrackId};
use crate::core::presence::Signal;
use crate::core::topic::Topic;
use crate::core::tracks::KnownTracks;
use crate::hub::{Hub, Refused, Submission};
use crate::library::{Catalog, Library, LibraryEvent};
use crate::wire::json;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Gives the hub the library's news, again if need be.
pub(super) struct Follower {
    hub: Hub,
    library: Library,
    /// Whether new files go into the house's queue.
    follows: Arc<AtomicBool>,
    /// New files that the queue has not got, because the store did not take them.
    owed: Mutex<Vec<TrackId>>,
}

/// Tells the hub what the library has, and goes on telling it. Nothing here waits for the writer to store anything.
pub(super) fn start(hub: &Hub, library: &Library, follows: &Arc<AtomicBool>) -> Arc<Follower> {
    let (hub, library, follows) = (hub.clone(), library.clone(), Arc::clone(follows));
    let follower = Arc::new(Follower { hub, library, follows, owed: Mutex::default() });
    follower.tell_tracks();
    let told = Arc::clone(&follower);
    follower.library.listen(move |event| told.news(event));
    if !follower.library.catalog().is_empty() {
        follower.fill_first_queue();
    }
    follower
}

impl Follower {
    /// Looks whether the log says what is so; not while its store refuses everything.
    pub fn look(self: &Arc<Self>) {
        if self.hub.trouble().is_some() {
            return;
        }
        let (known, catalog) = (self.hub.published().durable.library, self.library.catalog());
        if (known.version, known.count) != (catalog.version(), catalog.count() as u64) {
            // How many came and went nobody can tell any more.
            self.tell_changed(&catalog, 0, 0);
        }
        let owed = std::mem::take(&mut *self.owed());
        self.follow(owed.into_iter().filter(|id| catalog.playable(id)).collect());
    }

    fn news(self: &Arc<Self>, event: &LibraryEvent) {
        match event {
            LibraryEvent::Progress(progress) => self.hub.ephemeral("library:scan", Topic::Library, json(progress)),
            LibraryEvent::Changed { added, removed, .. } => {
                self.tell_tracks();
                let catalog = self.library.catalog();
                self.tell_changed(&catalog, added.len() as u64, removed.len() as u64);
                if self.is_first() {
                    self.fill_first_queue();
                } else if self.follows.load(Ordering::Relaxed) {
                    self.follow(added.iter().filter(|id| catalog.playable(id)).cloned().collect());
                }
            }
            LibraryEvent::MassMissing { missing, known } => {
                let data = json(&serde_json::json!({ "missing": missing, "known": known }));
                self.hub.ephemeral("library:missing", Topic::Library, data);
            }
        }
    }

    fn tell_tracks(&self) {
        self.hub.signal(Signal::Library(Arc::new(KnownTracks::of(self.library.catalog()))));
    }

    fn tell_changed(&self, catalog: &Catalog, added: u64, removed: u64) {
        let (version, count) = (catalog.version(), catalog.count() as u64);
        // What is not taken is seen by the next look.
        self.wish(Command::LibraryChanged { version, count, added, removed }, |_| {});
    }

    /// Whether nobody has ever touched the house's queue.
    fn is_first(&self) -> bool {
        self.hub.published().event_count(&RoomId::house()) == 0
    }

    /// At the first start the house's queue is the whole library, in album order.
    fn fill_first_queue(self: &Arc<Self>) {
        if self.is_first() {
            let catalog = self.library.catalog();
            self.follow(catalog.album_order().filter(|id| catalog.playable(id)).cloned().collect());
        }
    }

    /// Tracks that browsers cannot play are found by those who look for them, but come into no queue by themselves.
    fn follow(self: &Arc<Self>, tracks: Arc<[TrackId]>) {
        if tracks.is_empty() {
            return;
        }
        let (told, owed) = (Arc::clone(self), Arc::clone(&tracks));
        let command = Command::Session(RoomId::house(), SessionCommand::Follow { tracks });
        self.wish(command, move |refused| {
            if matches!(refused, Refused::Store(_) | Refused::Busy) {
                told.owed().extend(owed.iter().cloned());
            }
        });
    }

    fn wish(&self, command: Command, refused: impl FnOnce(&Refused) + Send + 'static) {
        let wish = Wish { command, origin: None, guard: None };
        let answer = Box::new(|answer: Result<_, Refused>| {
            if let Err(why) = answer {
                ::log::debug!("the library's news were not taken: {why}");
                refused(&why);
            }
        });
        self.hub.submit(Submission { wish, key: None, connection: None, puts: Vec::new(), answer });
    }

    fn owed(&self) -> MutexGuard<'_, Vec<TrackId>> {
        self.owed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::core::Settings;
    use crate::hub::by_hand::ByHand;
    use crate::hub::recovery::recover;
    use crate::library::LibrarySettings;
    use crate::log::LogError;
    use crate::log::memory::MemoryLog;
    use std::path::Path;

    /// A second of silence, each another file.
    fn put_track(dir: &Path, number: u8) {
        let data = vec![number; 8_000];
        let len = |more: usize| u32::try_from(data.len() + more).unwrap().to_le_bytes();
        let format = b"WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x40\x1f\0\0\x01\0\x08\0data";
        let bytes = [b"RIFF".as_slice(), &len(36), format, &len(0), &data].concat();
        std::fs::write(dir.join(format!("{number}.wav")), bytes).unwrap();
    }

    fn library(dir: &Path) -> Library {
        let (audio_dir, db_path) = (dir.join("music"), dir.join("library.db"));
        std::fs::create_dir_all(&audio_dir).unwrap();
        Library::open(LibrarySettings { audio_dir, db_path, follow_links: false }).unwrap()
    }

    fn known(hub: &Hub) -> (u64, usize) {
        let published = hub.published();
        let house = published.durable.session(&RoomId::house()).unwrap();
        (published.durable.library.count, house.queue.len())
    }

    #[test]
    fn what_the_log_does_not_know_or_did_not_take_it_is_told_again() {
        let dir = tempfile::tempdir().unwrap();
        let library = library(dir.path());
        put_track(&dir.path().join("music"), 1);
        library.scan(false).unwrap(); // the power goes before the log hears of it
        let log = MemoryLog::named("e");
        let recovered = recover(Ok(Box::new(log.clone())), Settings::default(), "c".into());
        let (hub, mut writer) = ByHand::new(recovered, Arc::new(Clock::by_hand(0)));
        let follower = start(&hub, &library, &Arc::new(AtomicBool::new(true)));
        follower.look();
        writer.round();
        assert_eq!(known(&hub), (1, 1));
        let seq = hub.published().seq;
        follower.look();
        writer.round();
        assert_eq!(hub.published().seq, seq, "said once");

        put_track(&dir.path().join("music"), 2);
        log.fail_next(LogError::Full { path: "hearken.db".into() });
        library.scan(false).unwrap();
        writer.round();
        assert_eq!(known(&hub), (1, 1), "the disk is full");
        follower.look();
        writer.round();
        assert_eq!(known(&hub), (1, 1), "and not asked again and again");
        hub.clock().pass(60_000);
        writer.round(); // the writer's own trial
        follower.look();
        writer.round();
        assert_eq!(known(&hub), (2, 2));
    }
}
