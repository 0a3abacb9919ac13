//! Commands by POST and by WebSocket alike: from a name and arguments to the command, and to the hub with what goes
//! beside it.
//!
//! Some commands carry a secret (a station's key) or end one (a device's tokens). Secrets are never events: they are
//! written in the event's own transaction, and taken over by the writer's thread once that is durable, in its order.

use super::auth::Auth;
use super::live::Live;
use super::live::connection::Connection;
use super::problem::{self, Problem};
use super::radio::{Studio, asking as radio};
use super::{asking, refusal, sources};
use crate::core::command::{Command, ComparisonCommand, HouseholdCommand, Origin, Wish};
use crate::core::ids::{CommandKey, DeviceId, ProfileId, RoomId};
use crate::core::playing::PlaybackCommand;
use crate::device::secrets;
use crate::hub::{Accepted, Answer, Refused, Submission};
use crate::log::Put;
use crate::wire::household::{self, Misunderstood};
use crate::wire::snapshot::Published;
use crate::wire::{command, comparing, playback, playlists, plays, stars};
use serde_json::Value;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;

/// Who says it: what a command is about where its arguments do not say.
#[derive(Clone, Copy, Debug)]
pub struct Speaker<'a> {
    /// The room.
    pub room: &'a RoomId,
    /// Whose comparison, whose stars.
    pub profile: &'a ProfileId,
    /// Whose playback.
    pub device: &'a DeviceId,
}

/// A command as it was said.
pub struct Said<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its arguments.
    pub args: &'a Value,
    /// The idempotency key.
    pub key: Option<CommandKey>,
    /// The version it was based on.
    pub guard: Option<u64>,
    /// Who said it.
    pub origin: Origin,
    /// The room it is about where its arguments do not say.
    pub room: &'a RoomId,
    /// The socket it came by, if any.
    pub connection: Option<&'a Connection>,
}

/// What commands reach: the hub, and the secrets beside it.
#[derive(Clone)]
pub struct Beside {
    /// Live sockets, and the hub behind them.
    pub live: Arc<Live>,
    /// The stations' keys.
    pub radio: Arc<Studio>,
    /// The devices' tokens.
    pub auth: Arc<Auth>,
}

impl Beside {
    /// Gives a command to the hub. `answer` makes what is called with the hub's answer, by the writer's thread.
    ///
    /// # Errors
    /// The problem to answer with if it is no command; then `answer` was not called.
    pub fn submit(&self, said: Said<'_>, answer: impl FnOnce(&Command) -> Answer) -> Result<(), Problem> {
        let hub = self.live.hub();
        let published = hub.published();
        // One that was shown out has no profile, and nothing to say, though its socket may still be read for a moment.
        if !published.lets_in(&said.origin.device) {
            return Err(Problem::new(problem::UNAUTHORIZED));
        }
        // A device's profile is what it is now, not what it was when its socket opened.
        let profile = published.profile_of(&said.origin.device);
        let speaker = Speaker { room: said.room, profile: &profile, device: &said.origin.device };
        let command = understand(said.name, said.args, speaker, &published)?;
        let station_key = self.radio.key_change(&command)?;
        let revoked = match &command {
            Command::Household(HouseholdCommand::Revoke { device })
            | Command::Playback(_, PlaybackCommand::Merge { from: device }) => Some(device.clone()),
            _ => None,
        };
        let tokens = revoked.iter().flat_map(|device| self.auth.forget_puts(device));
        let puts: Vec<Put> = station_key.iter().map(|key| key.put()).chain(tokens).collect();
        let answer = self.radio.keys.once_accepted(station_key, answer(&command));
        let answer = self.auth.expel_once_accepted(revoked, answer);
        let key = said.key.map(|key| (key, asking::body_hash(said.name, said.args)));
        let wish = Wish { command, origin: Some(said.origin), guard: said.guard };
        let submission = Submission { wish, key, connection: said.connection.map(|it| it.id), puts, answer };
        match said.connection {
            Some(connection) => connection.hub.submit(submission),
            None => hub.submit(submission),
        }
        Ok(())
    }

    /// The answer to something that is no command, for this `problem`: the first one, if it was a command when its key was
    /// used first. Waits for the writer.
    ///
    /// # Errors
    /// The problem to answer with.
    pub fn again(&self, by: &DeviceId, key: &CommandKey, hash: u64, problem: Problem) -> Result<Accepted, Problem> {
        let hub = self.live.hub();
        if !hub.published().lets_in(by) {
            return Err(problem);
        }
        match hub.recall(by, key, hash) {
            Ok(Some(first)) => Ok(first),
            Err(reused @ Refused::KeyReused) => Err(refusal::of_refused_beside(&reused)),
            Ok(None) | Err(_) => Err(problem),
        }
    }

    /// Gives a command to the hub and waits for the answer.
    ///
    /// # Errors
    /// The problem to answer with: it is no command, or the hub refused it.
    pub fn ask(&self, said: Said<'_>) -> Result<Accepted, Problem> {
        let (answer, answered) = sync_channel(1);
        let (name, args) = (said.name, said.args);
        let keyed = said.key.clone().map(|key| (said.origin.device.clone(), key));
        let submitted = self.submit(said, |command| {
            let topic = command.topic();
            Box::new(move |result| drop(answer.send((result, topic))))
        });
        match (submitted, keyed) {
            (Err(problem), Some((by, key))) => return self.again(&by, &key, asking::body_hash(name, args), problem),
            (submitted, _) => submitted?,
        }
        match answered.recv() {
            Ok((result, topic)) => result.map_err(|refused| refusal::of_refused_on(&refused, &topic)),
            Err(_) => Err(refusal::of_refused_beside(&Refused::Stopping)),
        }
    }
}

/// Understands a command.
///
/// # Errors
/// The problem to answer with: no such command, an argument to correct, a source that stands for nothing.
pub fn understand(name: &str, args: &Value, who: Speaker<'_>, published: &Published) -> Result<Command, Problem> {
    let understood = match name.split('/').next().unwrap_or_default() {
        "comparison" => return comparison(name, args, who.profile, published),
        "radio" => return radio::understand(name, args, who.profile, published).map(Command::Radio),
        "clients" | "rooms" | "profiles" => return of_household(name, args),
        "playback" => playback::command(name, args, who.device),
        "stars" => stars::command(name, args).map(|command| Command::Stars(who.profile.clone(), command)),
        "playlists" => playlists::command(name, args).map(Command::Playlists),
        "plays" => plays::command(name, args).map(|heard| Command::Plays(who.profile.clone(), heard)),
        _ => command::session(name, args, who.room, asking::chance()),
    };
    understood.map_err(|bad| refusal::of_bad_command(&bad))
}

fn comparison(name: &str, args: &Value, profile: &ProfileId, published: &Published) -> Result<Command, Problem> {
    let asked = comparing::command(name, args).map_err(|bad| refusal::of_bad_command(&bad))?;
    let command = match asked {
        comparing::Asked::Ready(command) => command,
        comparing::Asked::Start { source, mode } => {
            let tracks = sources::resolve(&source, profile, published)?;
            ComparisonCommand::Start { source, mode, tracks, seed: asking::chance() }
        }
    };
    Ok(Command::Comparison(profile.clone(), command))
}

fn of_household(name: &str, args: &Value) -> Result<Command, Problem> {
    let id = secrets::appliance_id().map_err(|why| problem::INTERNAL.because(why.to_string()))?;
    let room = RoomId::new(&id).map_err(|bad| problem::INTERNAL.because(bad.to_string()))?;
    let understood = household::command(name, args, room).map_err(|why| match why {
        Misunderstood::Bad(bad) => refusal::of_bad_command(&bad),
        Misunderstood::Nothing(rejection) => refusal::of_rejection(&rejection),
    });
    understood.map(Command::Household)
}
