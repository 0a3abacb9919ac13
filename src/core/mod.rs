//! The pure core: what the house knows, what may be done, what follows.
//!
//! No I/O, no clock, no threads, no chance, no logging: time and chance come in as values. The state has two halves.
//! [`Durable`] is folded from the log and from nothing else; the same entries give the same bytes on every machine
//! (see [`Durable::digest`]). [`Presence`] comes from connections and is empty at start.
//!
//! ```text
//! decide(&State, &Wish, now) -> Event | Rejection     may it be done?      changes nothing
//! apply(&mut Durable, &Applied)                       it was done          total: never fails
//! observe(&mut Presence, &Signal)                     somebody came, has, went
//! due(&State, now) -> Wish                            what the server now asks of itself
//! next_deadline(&State, now)                          when to ask again
//! ```

pub mod barrier;
pub mod command;
pub mod compaction;
pub mod comparing;
pub mod event;
mod follow;
#[cfg(test)]
pub(crate) mod guards;
pub mod household;
pub mod ids;
pub mod playing;
pub mod playlists;
pub mod plays;
pub mod presence;
pub mod queue;
pub mod radio;
pub mod rating;
pub mod rejection;
pub mod session;
pub mod source;
pub mod starring;
pub mod topic;
pub mod tracks;

use crate::clock::{Mono, Now};
use command::{Command, Wish};
use comparing::Comparison;
use event::{Event, HouseholdEvent, Mode};
pub use follow::{follow, observe};
use household::Household;
use ids::{DeviceId, ProfileId, RoomId};
use playing::Playback;
use playlists::Playlists;
use plays::Plays;
use presence::Presence;
use radio::Radio;
use rejection::Rejection;
use serde::{Deserialize, Serialize};
use session::Session;
use session::decide::View;
use starring::Stars;
use std::collections::BTreeMap;
use std::sync::Arc;
use topic::Topic;

/// Both halves of the state, with the settings that decisions depend on.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// What the log says.
    pub durable: Durable,
    /// What the connections say.
    pub presence: Presence,
    /// The household's settings.
    pub settings: Settings,
}

/// Settings that decisions depend on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Tracks a queue may hold.
    pub queue_max: usize,
    /// Patience with a member whose download stands still, milliseconds; 0 is for ever.
    pub stall_ms: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self { queue_max: 5000, stall_ms: 20_000 }
    }
}

/// Everything that is remembered. Clones share memory, topic by topic, until they change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Durable {
    /// Where each topic stands.
    pub heads: BTreeMap<Topic, TopicHead>,
    /// The rooms' sessions.
    pub sessions: BTreeMap<RoomId, Arc<Session>>,
    /// Devices.
    pub household: Arc<Household>,
    /// The library's version and number of tracks, as last announced.
    pub library: LibraryFacts,
    /// What each profile likes better.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub comparisons: BTreeMap<ProfileId, Arc<Comparison>>,
    /// The playlists.
    #[serde(default, skip_serializing_if = "Playlists::is_untouched")]
    pub playlists: Arc<Playlists>,
    /// The radio stations.
    #[serde(default, skip_serializing_if = "Radio::is_empty")]
    pub radio: Arc<Radio>,
    /// What each profile starred.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub stars: BTreeMap<ProfileId, Arc<Stars>>,
    /// What each profile heard.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub plays: BTreeMap<ProfileId, Arc<Plays>>,
    /// What each device plays for itself.
    #[serde(default, skip_serializing_if = "is_empty")]
    pub playbacks: Arc<BTreeMap<DeviceId, Arc<Playback>>>,
}

/// Where one topic stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TopicHead {
    /// Number of its events; a session's is the `eventCount`.
    pub version: u64,
    /// Seq of its last event.
    pub last_seq: u64,
}

fn is_empty(playbacks: &BTreeMap<DeviceId, Arc<Playback>>) -> bool {
    playbacks.is_empty()
}

/// What the log knows of the library.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LibraryFacts {
    /// The catalogue's version.
    pub version: u64,
    /// Tracks in it.
    pub count: u64,
}

/// An event with its place in the log: what is folded into [`Durable`].
#[derive(Clone, Debug, PartialEq)]
pub struct Applied<'a> {
    /// Position in the whole log.
    pub seq: u64,
    /// The topic's version after it.
    pub version: u64,
    /// What happened.
    pub event: &'a Event,
}

impl Default for Durable {
    fn default() -> Self {
        let sessions = BTreeMap::from([(RoomId::house(), Arc::new(Session::default()))]);
        Self {
            heads: BTreeMap::new(),
            sessions,
            household: Arc::default(),
            library: LibraryFacts::default(),
            comparisons: BTreeMap::new(),
            playlists: Arc::default(),
            radio: Arc::default(),
            stars: BTreeMap::new(),
            plays: BTreeMap::new(),
            playbacks: Arc::default(),
        }
    }
}

impl Durable {
    /// Where `topic` stands; a topic without events stands at zero.
    #[must_use]
    pub fn head(&self, topic: &Topic) -> TopicHead {
        self.heads.get(topic).copied().unwrap_or_default()
    }

    /// The session of `room`.
    #[must_use]
    pub fn session(&self, room: &RoomId) -> Option<&Session> {
        self.sessions.get(room).map(Arc::as_ref)
    }

    /// What a profile compares and has compared.
    #[must_use]
    pub fn comparison(&self, profile: &ProfileId) -> &Comparison {
        self.comparisons.get(profile).map_or(&comparing::NOTHING, Arc::as_ref)
    }

    /// What a profile starred.
    #[must_use]
    pub fn stars(&self, profile: &ProfileId) -> &Stars {
        self.stars.get(profile).map_or(&starring::NOTHING, Arc::as_ref)
    }

    /// What a profile heard.
    #[must_use]
    pub fn plays(&self, profile: &ProfileId) -> &Plays {
        self.plays.get(profile).map_or(&plays::NOTHING, Arc::as_ref)
    }

    /// What a device plays for itself, if it ever did.
    #[must_use]
    pub fn playback(&self, device: &DeviceId) -> Option<&Playback> {
        self.playbacks.get(device).map(Arc::as_ref)
    }

    fn forget_profile(&mut self, profile: &ProfileId) {
        self.stars.remove(profile);
        self.plays.remove(profile);
        self.comparisons.remove(profile);
    }

    /// A fingerprint of everything remembered: equal logs give equal digests, on every machine.
    ///
    /// # Errors
    /// Only if the state cannot be encoded as JSON, which would be a programming error.
    pub fn digest(&self) -> Result<String, serde_json::Error> {
        use sha2::{Digest, Sha256};
        let hash = Sha256::digest(serde_json::to_vec(self)?);
        Ok(hash.iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

/// May it be done, and what would it change?
///
/// # Errors
/// [`Rejection`] with the reason; guards come first, in the order 428, 409, then whose it is, then everything else.
pub fn decide(state: &State, wish: &Wish, now: Now) -> Result<Event, Rejection> {
    check_guard(state, wish)?;
    if wish.origin.is_some() {
        state.durable.household.has_owner(&wish.command)?;
    }
    match &wish.command {
        Command::Session(room, command) => {
            if wish.origin.is_some() && command.is_servers_own() {
                return Err(Rejection::ServerOnly);
            }
            let by = wish.origin.as_ref().map(|origin| &origin.device);
            let view = View { by, ..view(state, room, now)? };
            session::decide::decide(view, command).map(|event| Event::Session(room.clone(), event))
        }
        Command::Radio(command) => {
            let by_server = wish.origin.is_none();
            state.durable.radio.decide(command, by_server, now).map(Event::Radio)
        }
        Command::Household(command) => {
            let is_heard = |room: &RoomId| !state.presence.room(room).listeners.is_empty();
            let version = state.durable.head(&Topic::Household).version + 1;
            state.durable.household.decide(command, is_heard, version, now).map(Event::Household)
        }
        Command::LibraryChanged { version, count, .. }
            if state.durable.library == (LibraryFacts { version: *version, count: *count }) =>
        {
            Err(Rejection::NoChange)
        }
        Command::LibraryChanged { version, count, added, removed } => {
            Ok(Event::LibraryChanged { version: *version, count: *count, added: *added, removed: *removed })
        }
        Command::Comparison(profile, command) => {
            let (comparison, tracks) = (state.durable.comparison(profile), state.presence.tracks.as_ref());
            let version = state.durable.head(&wish.command.topic()).version + 1;
            let view = comparing::decide::View { profile, comparison, version, tracks };
            comparing::decide::decide(view, command).map(|event| Event::Comparison(profile.clone(), event))
        }
        Command::Playlists(command) => {
            let version = state.durable.head(&Topic::Playlists).version + 1;
            state.durable.playlists.decide(command, version, &state.presence.tracks, now).map(Event::Playlists)
        }
        Command::Stars(profile, command) => {
            let by = wish.origin.as_ref().map(|origin| &origin.device);
            let version = state.durable.head(&wish.command.topic()).version + 1;
            let decided = state.durable.stars(profile).decide(command, by, version, now);
            decided.map(|event| Event::Stars(profile.clone(), event))
        }
        Command::Plays(profile, command) => {
            let decided = state.durable.plays(profile).decide(command, &state.presence.tracks, now);
            decided.map(|event| Event::Plays(profile.clone(), event))
        }
        Command::Playback(device, command) => {
            let (all, queue_max) = (state.durable.playbacks.as_ref(), state.settings.queue_max);
            let position_ms = |device: &DeviceId| state.position_ms(device, now.mono);
            let profile_of = |device: &DeviceId| state.durable.household.profile_of(device);
            let by = wish.origin.as_ref().map(|origin| &origin.device);
            let (profile_of, position_ms) = (&profile_of, &position_ms);
            let view = playing::decide::View { device, all, profile_of, by, position_ms, queue_max, now };
            let decided = playing::decide::decide(view, command, wish.origin.is_none());
            decided.map(|event| Event::Playback(device.clone(), event))
        }
    }
}

/// Takes over what happened. Total: an entry that was logged always applies.
pub fn apply(durable: &mut Durable, applied: &Applied<'_>) {
    match applied.event {
        Event::Session(room, event) => {
            Arc::make_mut(durable.sessions.entry(room.clone()).or_default()).apply(event);
        }
        Event::Radio(event) => Arc::make_mut(&mut durable.radio).apply(event),
        Event::Household(event) => {
            match event {
                HouseholdEvent::RoomCreated { room, .. } => drop(durable.sessions.entry(room.clone()).or_default()),
                HouseholdEvent::RoomDeleted { room } => drop(durable.sessions.remove(room)),
                HouseholdEvent::ProfileDeleted { profile } => durable.forget_profile(profile),
                HouseholdEvent::Revoked { device } => drop(Arc::make_mut(&mut durable.playbacks).remove(device)),
                _ => {}
            }
            Arc::make_mut(&mut durable.household).apply(event, applied.seq);
        }
        Event::LibraryChanged { version, count, .. } => {
            durable.library = LibraryFacts { version: *version, count: *count };
        }
        Event::Comparison(profile, event) => {
            Arc::make_mut(durable.comparisons.entry(profile.clone()).or_default()).apply(event);
        }
        Event::Playlists(event) => Arc::make_mut(&mut durable.playlists).apply(event),
        Event::Stars(profile, event) => {
            Arc::make_mut(durable.stars.entry(profile.clone()).or_default()).apply(event);
        }
        Event::Plays(profile, event) => {
            Arc::make_mut(durable.plays.entry(profile.clone()).or_default()).apply(event);
        }
        Event::Playback(device, event) => {
            let playbacks = Arc::make_mut(&mut durable.playbacks);
            Arc::make_mut(playbacks.entry(device.clone()).or_default()).apply(event, applied.seq);
        }
    }
    let head = TopicHead { version: applied.version, last_seq: applied.seq };
    durable.heads.insert(applied.event.topic(), head);
}

/// Counts out stalled members of every open barrier. Returns the rooms where somebody was.
pub fn tick(state: &mut State, now: Now) -> Vec<RoomId> {
    let stall_ms = state.settings.stall_ms;
    let presence = &mut state.presence;
    let waiting = state.durable.sessions.iter().filter(|(_, session)| session.stage.mode == Mode::Waiting);
    let mut changed = Vec::new();
    for (room, session) in waiting {
        if let Some(track) = &session.stage.track
            && presence.count_out_stalled(room, track, stall_ms, now)
        {
            changed.push(room.clone());
        }
    }
    changed
}

/// What the server asks of itself now, one wish at a time.
#[must_use]
pub fn due(state: &State, now: Now) -> Option<Wish> {
    let of_rooms = || {
        state.durable.sessions.keys().find_map(|room| {
            let command = session::due::due(view(state, room, now).ok()?)?;
            Some(Command::Session(room.clone(), command))
        })
    };
    let command = of_rooms().or_else(|| playing::away::due(state, now))?;
    Some(Wish { command, origin: None, guard: None })
}

/// When to call [`tick`] and [`due`] again, if nothing else happens before.
#[must_use]
pub fn next_deadline(state: &State, now: Now) -> Option<Mono> {
    let views = state.durable.sessions.keys().filter_map(|room| view(state, room, now).ok());
    let sessions = views.filter_map(|view| session::due::next_deadline(view, state.settings.stall_ms));
    let on_air = radio::airing::next_deadline(&state.durable.radio, &state.presence.air, now);
    sessions.chain(on_air).chain(playing::away::next_deadline(state)).min()
}

/// What a decision about `room` may look at.
///
/// # Errors
/// [`Rejection::NoSuchRoom`].
pub fn view<'a>(state: &'a State, room: &'a RoomId, now: Now) -> Result<View<'a>, Rejection> {
    let session = state.durable.session(room).ok_or_else(|| Rejection::NoSuchRoom(room.to_string()))?;
    Ok(View { room, session, presence: &state.presence, queue_max: state.settings.queue_max, by: None, now })
}

fn check_guard(state: &State, wish: &Wish) -> Result<(), Rejection> {
    if let Command::Session(room, _) = &wish.command
        && !state.durable.sessions.contains_key(room)
    {
        return Err(Rejection::NoSuchRoom(room.to_string()));
    }
    let expected = state.durable.head(&wish.command.topic()).version;
    match wish.guard {
        Some(given) if given != expected => Err(Rejection::Stale { expected, given }),
        None if wish.origin.is_some() && wish.command.needs_guard() => Err(Rejection::GuardMissing { expected }),
        _ => Ok(()),
    }
}
