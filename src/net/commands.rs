//! From a command's name and arguments to the command: the same by POST and by WebSocket.

use super::problem::Problem;
use super::radio::asking as radio;
use super::{asking, refusal, sources};
use crate::core::command::{Command, ComparisonCommand};
use crate::core::ids::{ProfileId, RoomId};
use crate::wire::snapshot::Published;
use crate::wire::{command, comparing, playlists, stars};
use serde_json::Value;

/// Who says it: what a command is about where its arguments do not say.
#[derive(Clone, Copy, Debug)]
pub struct Speaker<'a> {
    /// The room.
    pub room: &'a RoomId,
    /// Whose comparison, whose stars.
    pub profile: &'a ProfileId,
}

/// Understands a command.
///
/// # Errors
/// The problem to answer with: no such command, an argument to correct, a source that stands for nothing.
pub fn understand(name: &str, args: &Value, who: Speaker<'_>, published: &Published) -> Result<Command, Problem> {
    let understood = match name.split('/').next().unwrap_or_default() {
        "comparison" => return comparison(name, args, who.profile, published),
        "radio" => return radio::understand(name, args, who.profile, published).map(Command::Radio),
        "stars" => stars::command(name, args).map(|command| Command::Stars(who.profile.clone(), command)),
        "playlists" => playlists::command(name, args).map(Command::Playlists),
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
