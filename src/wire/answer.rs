//! What whoever made a wish is told, where that is not what everybody is told.
//!
//! Most answers are the event's own data, and a declaration that changed nothing is answered `{}`. Commands that want
//! something else have a line here. The same words go into the ack, into the body of an HTTP answer, and into the log with
//! the key, so a repeated key gets them again, also after a restart.

use super::{json, playback, plays, stars};
use crate::core::Durable;
use crate::core::command::{Command, Wish};
use crate::core::event::Event;
use crate::core::plays::{PlaysCommand, PlaysEvent};
use crate::core::starring::StarsCommand;

/// The answer's data, encoded; `None`: the default. `event` is what the wish became, `None` if it changed nothing;
/// `durable` is the state right after it.
#[must_use]
pub fn data(wish: &Wish, event: Option<&Event>, durable: &Durable) -> Option<String> {
    match &wish.command {
        Command::Stars(profile, StarsCommand::Mark(reports)) => {
            let event = event.and_then(|event| if let Event::Stars(_, event) = event { Some(event) } else { None });
            let sender = wish.origin.as_ref().map(|origin| &origin.device);
            Some(json(&stars::results(reports, sender, event, durable.stars(profile))))
        }
        Command::Plays(profile, PlaysCommand::Heard { track, .. }) => {
            let plays = durable.plays(profile).get(track)?;
            let mut told = plays::counted(track, plays.count, plays.last_ms);
            told["counted"] = matches!(event, Some(Event::Plays(_, PlaysEvent::Counted { .. }))).into();
            Some(json(&told))
        }
        Command::Playback(device, command) if wish.origin.is_some() => {
            Some(playback::answer(device, command, event, durable))
        }
        _ => None,
    }
}
