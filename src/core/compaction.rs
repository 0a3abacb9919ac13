//! Which entries of the log may go, because a newer one says all that they said.
//!
//! Stars and plays are compacted: of each item the entry stays that its state rests on, so that the state can always be
//! made anew from the log alone. What is superseded stays superseded, so a decision about an entry never gets wrong by
//! being carried out late. Sessions and playbacks go by age once a snapshot covers them; that is the log's business.

use super::Durable;
use super::event::Event;
use super::topic::TopicKind;

/// The kinds of topics that are compacted.
pub const COMPACTED: [TopicKind; 2] = [TopicKind::Stars, TopicKind::Plays];

impl Durable {
    /// Whether what is remembered rests on `event`; if not, its entry may go. This state must include it.
    #[must_use]
    pub fn rests_on(&self, event: &Event) -> bool {
        match event {
            Event::Stars(profile, event) => self.stars(profile).rest_on(event),
            Event::Plays(profile, event) => self.plays(profile).rest_on(event),
            _ => true,
        }
    }
}
