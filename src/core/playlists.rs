//! The household's playlists: named, ordered, each track at most once.
//!
//! A playlist changes as a queue does, by the same [`QueueChange`]; edits name tracks, not places, so two people who edit at
//! once both get what they meant. A track whose file is gone stays: it may come back.

use super::command::PlaylistsCommand;
use super::event::PlaylistsEvent;
use super::household::good_name;
use super::ids::{PlaylistId, TrackId};
use super::queue::{Queue, QueueChange};
use super::rejection::Rejection;
use super::tracks::KnownTracks;
use crate::clock::Now;
use crate::limits;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

type Decision = Result<PlaylistsEvent, Rejection>;

/// All playlists. Clones share their tracks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Playlists(BTreeMap<PlaylistId, Playlist>);

/// One playlist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Playlist {
    /// What people call it; two may have the same name.
    pub name: String,
    /// Its tracks, in order.
    pub tracks: Queue,
    /// When it was changed last, milliseconds since the Unix epoch.
    pub changed_ms: i64,
}

impl Playlists {
    /// A playlist.
    #[must_use]
    pub fn get(&self, id: &PlaylistId) -> Option<&Playlist> {
        self.0.get(id)
    }

    /// All of them, by id.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&PlaylistId, &Playlist)> {
        self.0.iter()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The same, where they are shared.
    #[must_use]
    pub(super) fn is_untouched(this: &Arc<Self>) -> bool {
        this.is_empty()
    }

    /// What becomes of `command`; `version` is the topic's after it and names a new playlist.
    ///
    /// # Errors
    /// [`Rejection`] with the reason; nothing has changed.
    pub fn decide(&self, command: &PlaylistsCommand, version: u64, known: &KnownTracks, now: Now) -> Decision {
        match command {
            PlaylistsCommand::Create { name, tracks } => self.create(name, tracks, version, known, now),
            PlaylistsCommand::Change { id, name, tracks } => {
                self.change(id, name.as_deref(), tracks.as_deref(), known, now)
            }
            PlaylistsCommand::Add { id, tracks, at } => self.add(id, tracks, *at, known, now),
            PlaylistsCommand::Remove { id, track } => {
                self.standing(id, track)?;
                self.edited(id, QueueChange::Remove { track_id: track.clone() }, now)
            }
            PlaylistsCommand::Move { id, track, to } => {
                let last = self.standing(id, track)?.tracks.len() - 1;
                place(*to, last)?;
                self.edited(id, QueueChange::Move { track_id: track.clone(), to: *to }, now)
            }
            PlaylistsCommand::Delete { id } => {
                self.playlist(id)?;
                Ok(PlaylistsEvent::Deleted { id: id.clone() })
            }
        }
    }

    /// Takes over what happened.
    pub fn apply(&mut self, event: &PlaylistsEvent) {
        match event {
            PlaylistsEvent::Created { id, name, tracks, at_ms } => {
                let playlist = Playlist { name: name.clone(), tracks: Queue::from(tracks.clone()), changed_ms: *at_ms };
                self.0.insert(id.clone(), playlist);
            }
            PlaylistsEvent::Changed { id, name, change, at_ms } => {
                let Some(playlist) = self.0.get_mut(id) else { return };
                playlist.changed_ms = *at_ms;
                if let Some(name) = name {
                    playlist.name.clone_from(name);
                }
                if let Some(change) = change {
                    playlist.tracks.apply(change);
                }
            }
            PlaylistsEvent::Deleted { id } => {
                self.0.remove(id);
            }
        }
    }

    fn create(&self, name: &str, tracks: &[TrackId], version: u64, known: &KnownTracks, now: Now) -> Decision {
        let name = good_name(name)?;
        once_each(tracks)?;
        tracks.iter().try_for_each(|track| there(known, track))?;
        fits(tracks.len())?;
        if self.0.len() >= limits::PLAYLISTS_MAX {
            return Err(Rejection::TooManyPlaylists { max: limits::PLAYLISTS_MAX });
        }
        let (id, tracks) = (PlaylistId::of_version(version), tracks.to_vec());
        Ok(PlaylistsEvent::Created { id, name, tracks, at_ms: now.wall_ms })
    }

    fn change(
        &self,
        id: &PlaylistId,
        name: Option<&str>,
        tracks: Option<&[TrackId]>,
        known: &KnownTracks,
        now: Now,
    ) -> Decision {
        let before = self.playlist(id)?;
        let name = name.map(good_name).transpose()?.filter(|name| *name != before.name);
        let tracks = tracks.filter(|tracks| *tracks != before.tracks.tracks());
        if let Some(tracks) = tracks {
            once_each(tracks)?;
            // A track whose file is gone may stay, but not come.
            let standing: HashSet<&TrackId> = before.tracks.tracks().iter().collect();
            tracks.iter().filter(|track| !standing.contains(track)).try_for_each(|track| there(known, track))?;
            fits(tracks.len())?;
        }
        if name.is_none() && tracks.is_none() {
            return Err(Rejection::NoChange);
        }
        let change = tracks.map(|tracks| QueueChange::Set { track_ids: tracks.to_vec() });
        Ok(PlaylistsEvent::Changed { id: id.clone(), name, change, at_ms: now.wall_ms })
    }

    fn add(&self, id: &PlaylistId, tracks: &[TrackId], at: Option<usize>, known: &KnownTracks, now: Now) -> Decision {
        let before = self.playlist(id)?;
        once_each(tracks)?;
        tracks.iter().try_for_each(|track| there(known, track))?;
        let coming: HashSet<&TrackId> = tracks.iter().collect();
        let staying = before.tracks.tracks().iter().filter(|track| !coming.contains(track)).count();
        fits(staying + tracks.len())?;
        let at = at.unwrap_or(staying);
        place(at, staying)?;
        self.edited(id, QueueChange::Insert { at, track_ids: tracks.to_vec() }, now)
    }

    fn edited(&self, id: &PlaylistId, change: QueueChange, now: Now) -> Decision {
        let before = &self.playlist(id)?.tracks;
        if before.changed(&change) == *before {
            return Err(Rejection::NoChange);
        }
        Ok(PlaylistsEvent::Changed { id: id.clone(), name: None, change: Some(change), at_ms: now.wall_ms })
    }

    fn playlist(&self, id: &PlaylistId) -> Result<&Playlist, Rejection> {
        self.0.get(id).ok_or_else(|| Rejection::NoSuchPlaylist(id.to_string()))
    }

    fn standing(&self, id: &PlaylistId, track: &TrackId) -> Result<&Playlist, Rejection> {
        let playlist = self.playlist(id)?;
        match playlist.tracks.contains(track) {
            true => Ok(playlist),
            false => Err(Rejection::NotInPlaylist(track.clone())),
        }
    }
}

fn there(known: &KnownTracks, track: &TrackId) -> Result<(), Rejection> {
    if known.has(track) { Ok(()) } else { Err(Rejection::NoSuchTrack(track.clone())) }
}

fn once_each(tracks: &[TrackId]) -> Result<(), Rejection> {
    let mut seen = HashSet::new();
    match tracks.iter().find(|track| !seen.insert(*track)) {
        Some(twice) => Err(Rejection::NamedTwice(twice.clone())),
        None => Ok(()),
    }
}

fn fits(len: usize) -> Result<(), Rejection> {
    let max = limits::PLAYLIST_TRACKS_MAX;
    if len <= max { Ok(()) } else { Err(Rejection::PlaylistFull { max }) }
}

fn place(given: usize, high: usize) -> Result<(), Rejection> {
    if given <= high { Ok(()) } else { Err(Rejection::BadPlace { given, low: 0, high }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use PlaylistsCommand as Ask;

    fn track(name: &str) -> TrackId {
        TrackId::new(name).unwrap()
    }

    fn tracks(names: &str) -> Vec<TrackId> {
        names.split_whitespace().map(track).collect()
    }

    fn id(name: &str) -> PlaylistId {
        PlaylistId::new(name).unwrap()
    }

    fn ask(playlists: &mut Playlists, version: u64, command: &Ask) -> String {
        let known: KnownTracks = tracks("a b c d e").into_iter().map(|track| (track, None)).collect();
        match playlists.decide(command, version, &known, Now { wall_ms: 7, ..Now::default() }) {
            Ok(event) => {
                playlists.apply(&event);
                "accepted".into()
            }
            Err(why) => format!("{} {}", why.status(), why.slug()),
        }
    }

    fn evening() -> Playlists {
        let mut playlists = Playlists::default();
        assert_eq!(
            ask(&mut playlists, 3, &Ask::Create { name: " Evening ".into(), tracks: tracks("a b c") }),
            "accepted"
        );
        playlists
    }

    #[test]
    fn a_playlist_is_named_by_the_version_that_made_it() {
        let playlists = evening();
        let playlist = playlists.get(&id("p3")).unwrap();
        assert_eq!((playlist.name.as_str(), playlist.changed_ms), ("Evening", 7));
    }

    #[test]
    fn each_command_does_what_it_says() {
        let change = |name: Option<&str>, names: Option<&str>| Ask::Change {
            id: id("p3"),
            name: name.map(Into::into),
            tracks: names.map(tracks),
        };
        let add = |names: &str, at| Ask::Add { id: id("p3"), tracks: tracks(names), at };
        let to = |name: &str, to| Ask::Move { id: id("p3"), track: track(name), to };
        let remove = |name: &str| Ask::Remove { id: id("p3"), track: track(name) };
        for (command, expected, then) in [
            (change(Some("Night"), None), "accepted", "Night: a b c"),
            (change(None, Some("c a")), "accepted", "Evening: c a"),
            (change(Some("Evening"), Some("a b c")), "409 no-change", "Evening: a b c"),
            (change(Some(""), None), "422 bad-name", "Evening: a b c"),
            (change(None, Some("a a")), "422 named-twice", "Evening: a b c"),
            (change(None, Some("a z")), "404 no-such-track", "Evening: a b c"),
            (add("d e", None), "accepted", "Evening: a b c d e"),
            (add("d a", Some(1)), "accepted", "Evening: b d a c"),
            (add("d", Some(4)), "422 bad-place", "Evening: a b c"),
            (add("z", None), "404 no-such-track", "Evening: a b c"),
            (add("c", None), "409 no-change", "Evening: a b c"),
            (to("a", 2), "accepted", "Evening: b c a"),
            (to("a", 3), "422 bad-place", "Evening: a b c"),
            (to("a", 0), "409 no-change", "Evening: a b c"),
            (to("d", 0), "404 not-in-playlist", "Evening: a b c"),
            (remove("b"), "accepted", "Evening: a c"),
            (remove("d"), "404 not-in-playlist", "Evening: a b c"),
            (Ask::Remove { id: id("p9"), track: track("a") }, "404 no-such-playlist", "Evening: a b c"),
            (Ask::Delete { id: id("p3") }, "accepted", ""),
        ] {
            let mut playlists = evening();
            assert_eq!(ask(&mut playlists, 4, &command), expected, "{command:?}");
            let told = playlists.iter().map(|(_, list)| {
                let ids: Vec<&str> = list.tracks.tracks().iter().map(TrackId::as_str).collect();
                format!("{}: {}", list.name, ids.join(" "))
            });
            assert_eq!(told.collect::<Vec<_>>().join("\n"), then, "{command:?}");
        }
    }

    #[test]
    fn lists_and_their_tracks_are_bounded() {
        let mut playlists = Playlists::default();
        for version in 0..limits::PLAYLISTS_MAX as u64 {
            let wish = Ask::Create { name: "x".into(), tracks: Vec::new() };
            assert_eq!(ask(&mut playlists, version, &wish), "accepted");
        }
        let one_more = Ask::Create { name: "x".into(), tracks: Vec::new() };
        assert_eq!(ask(&mut playlists, 9_999, &one_more), "409 too-many-playlists");
        assert_eq!(fits(limits::PLAYLIST_TRACKS_MAX + 1).unwrap_err().slug(), "playlist-full");
    }
}
