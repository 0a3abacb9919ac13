//! Everything that can happen to a house, one step at a time: people's commands, what connections report, time, restarts.

use super::world::{TRACKS, World, library, track};
use hearken::core::command::{Command, Origin, SessionCommand, Wish};
use hearken::core::ids::{DeviceId, ProfileId, RoomId, TrackId};
use hearken::core::presence::{ClockReport, ConnectionId, Signal};
use hearken::core::rejection::Rejection;
use hearken::core::{household, next_deadline};
use proptest::prelude::*;

/// One thing that happens.
#[derive(Clone, Debug)]
pub enum Step {
    Ask(Who, SessionCommand, Guard),
    Household(Who, hearken::core::command::HouseholdCommand),
    Report(Signal),
    /// The library now has the tracks whose bits are set.
    Scan(u16),
    /// Time passes.
    Pass(u64),
    /// Time passes until just when something is due.
    UntilDue,
    /// The process dies and comes back, with this position saved.
    Restart(u64),
}

/// One of a few devices.
pub type Who = usize;

/// Which version a command says it was based on.
#[derive(Clone, Copy, Debug)]
pub enum Guard {
    Right,
    Stale(u64),
    Missing,
}

const DEVICES: usize = 4;

pub fn device(n: Who) -> DeviceId {
    DeviceId::new(&format!("D{}", n % DEVICES)).unwrap()
}

pub fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => (0..DEVICES, any_command(), any_guard()).prop_map(|(who, command, guard)| Step::Ask(who, command, guard)),
        2 => (0..DEVICES, any_household()).prop_map(|(who, command)| Step::Household(who, command)),
        8 => any_signal().prop_map(Step::Report),
        1 => any::<u16>().prop_map(Step::Scan),
        2 => (0_u64..9_000).prop_map(Step::Pass),
        3 => Just(Step::UntilDue),
        1 => (0_u64..9_000).prop_map(Step::Restart),
    ]
}

fn any_guard() -> impl Strategy<Value = Guard> {
    prop_oneof![
        12 => Just(Guard::Right),
        1 => (0_u64..40).prop_map(Guard::Stale),
        1 => Just(Guard::Missing),
    ]
}

fn any_track() -> impl Strategy<Value = TrackId> {
    // One more than there are: a track that nobody knows.
    (0..=TRACKS).prop_map(track)
}

fn any_tracks() -> impl Strategy<Value = Vec<TrackId>> {
    prop::collection::vec(any_track(), 0..8)
}

fn any_ms() -> impl Strategy<Value = u64> {
    prop_oneof![0_u64..9_000, Just(0), Just(u64::MAX / 2)]
}

fn any_command() -> impl Strategy<Value = SessionCommand> {
    use SessionCommand as Ask;
    prop_oneof![
        4 => prop::option::of(any_ms()).prop_map(|position_ms| Ask::Play { position_ms }),
        2 => prop::option::of(any_ms()).prop_map(|position_ms| Ask::Pause { position_ms }),
        2 => any_ms().prop_map(|position_ms| Ask::Seek { position_ms }),
        2 => Just(Ask::Next),
        1 => Just(Ask::Prev),
        2 => any_track().prop_map(|track| Ask::Nudge { track }),
        3 => (any_tracks(), prop::option::of(0_usize..9)).prop_map(|(tracks, at)| Ask::QueueAdd { tracks, at }),
        1 => any_track().prop_map(|track| Ask::QueueRemove { track }),
        1 => (any_track(), 0_usize..9).prop_map(|(track, to)| Ask::QueueMove { track, to }),
        1 => any::<u64>().prop_map(|seed| Ask::QueueShuffle { seed }),
        2 => any_tracks().prop_map(|tracks| Ask::QueueSet { tracks }),
        1 => Just(Ask::StartAnyway),
        2 => prop_oneof![2 => Just(Ask::Undo), 1 => Just(Ask::Redo)],
        3 => any_track().prop_map(|track| Ask::Ended { track }),
        1 => prop_oneof![Just(Ask::Release), Just(Ask::AdvanceGapless), Just(Ask::AdvanceEnded)],
    ]
}

fn any_household() -> impl Strategy<Value = hearken::core::command::HouseholdCommand> {
    use hearken::core::command::{HouseholdCommand as Ask, WhichProfile};
    let home = ProfileId::home;
    prop_oneof![
        (0..DEVICES, ".{0,8}").prop_map(move |(n, name)| Ask::Pair { device: device(n), name, profile: home().into() }),
        (0..DEVICES, prop::option::of(".{0,8}")).prop_map(|(n, name)| Ask::Change {
            device: device(n),
            name,
            profile: None
        }),
        (0..DEVICES, ".{0,8}").prop_map(|(n, name)| {
            let profile = WhichProfile::Named(name.clone());
            Ask::Pair { device: device(n), name, profile }
        }),
        (0..DEVICES, any_profile()).prop_map(|(n, id)| Ask::Change {
            device: device(n),
            name: None,
            profile: Some(id)
        }),
        "[a-c]{0,2}".prop_map(|name| Ask::CreateProfile { name }),
        (any_profile(), "[a-c]{0,2}").prop_map(|(profile, name)| Ask::RenameProfile { profile, name }),
        any_profile().prop_map(|profile| Ask::DeleteProfile { profile }),
        (0..DEVICES).prop_map(|n| Ask::Revoke { device: device(n) }),
        ".{0,8}".prop_map(|name| Ask::CreateRoom { room: attic(), name }),
        (any::<bool>(), ".{0,8}").prop_map(|(house, name)| Ask::RenameRoom { room: either_room(house), name }),
        any::<bool>().prop_map(|house| Ask::DeleteRoom { room: either_room(house) }),
    ]
}

fn any_profile() -> impl Strategy<Value = ProfileId> {
    prop_oneof![1 => Just(ProfileId::home()), 3 => (1_u64..12).prop_map(ProfileId::of_version)]
}

fn attic() -> RoomId {
    RoomId::new("attic").unwrap()
}

fn either_room(house: bool) -> RoomId {
    if house { RoomId::house() } else { attic() }
}

fn any_signal() -> impl Strategy<Value = Signal> {
    let who = || (0..DEVICES).prop_map(device);
    let connection = || (0_u64..2).prop_map(|n| n as ConnectionId);
    let fraction = prop_oneof![0.0_f32..1.0, Just(f32::NAN)];
    let rtt = prop_oneof![0.0..400.0, Just(f64::NAN), Just(-1.0), Just(f64::INFINITY)];
    prop_oneof![
        2 => (who(), connection()).prop_map(|(who, by)| Signal::Connected(who, by)),
        2 => (who(), connection()).prop_map(|(who, by)| Signal::Disconnected(who, by)),
        6 => (who(), connection()).prop_map(|(who, by)| Signal::Join(who, RoomId::house(), by)),
        1 => (who(), connection()).prop_map(|(who, by)| Signal::Join(who, attic(), by)),
        2 => who().prop_map(Signal::Leave),
        9 => (who(), any_tracks()).prop_map(|(who, tracks)| Signal::Have(who, tracks)),
        1 => (who(), any_tracks()).prop_map(|(who, tracks)| Signal::Dropped(who, tracks)),
        2 => (who(), any_track(), fraction).prop_map(|(who, track, done)| Signal::Progress(who, track, done)),
        4 => (who(), rtt).prop_map(|(who, rtt_ms)| {
            Signal::Clock(who, ClockReport { offset_ms: 0.0, rtt_ms, error_ms: None })
        }),
        2 => who().prop_map(|who| Signal::EndedEarly(who, RoomId::house())),
    ]
}

impl World {
    /// Does one step. Returns what became of a command.
    pub fn take(&mut self, step: &Step) -> Option<Result<(), Rejection>> {
        match step {
            Step::Ask(who, command, guard) => {
                let command = Command::Session(RoomId::house(), command.clone());
                let version = self.state.durable.head(&command.topic()).version;
                let guard = match guard {
                    Guard::Right => Some(version),
                    Guard::Stale(n) => Some(*n),
                    Guard::Missing => None,
                };
                return Some(self.wish(&Wish { command, origin: origin(*who), guard }));
            }
            Step::Household(who, command) => {
                let command = Command::Household(command.clone());
                return Some(self.wish(&Wish { command, origin: origin(*who), guard: None }));
            }
            Step::Report(signal) => self.signal(signal),
            Step::Scan(bits) => self.signal(&Signal::Library(library(*bits))),
            Step::Pass(ms) => self.pass(*ms),
            Step::UntilDue => {
                if let Some(at) = next_deadline(&self.state, self.now) {
                    self.pass(at.since(self.now.mono));
                }
            }
            Step::Restart(position_ms) => self.restart(*position_ms),
        }
        None
    }

    fn pass(&mut self, ms: u64) {
        self.now.mono = self.now.mono.plus(ms);
        self.now.wall_ms += ms as i64;
    }
}

fn origin(who: Who) -> Option<Origin> {
    Some(Origin { device: device(who), tab: None })
}

/// Devices keep their bound, good names and a profile that is there, whatever is asked.
pub fn is_good(household: &household::Household) -> bool {
    let good = |name: &str| !name.is_empty() && name.trim() == name && name.chars().count() <= 64;
    let is_there = |profile: &ProfileId| household.profiles.contains_key(profile);
    household.devices.len() <= DEVICES
        && household.devices.values().all(|device| good(&device.name) && is_there(&device.profile))
        && household.profiles.values().all(|name| good(name))
        && is_there(&ProfileId::home())
}
