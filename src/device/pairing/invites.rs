//! One-time tokens: one for each drawing of the QR code, good once and for five minutes.

use crate::clock::Mono;
use crate::device::secrets::{self, NoChance};
use crate::limits::{INVITE_KEPT, INVITES_MAX};
use std::collections::VecDeque;

/// The tokens that are alive, oldest first.
#[derive(Debug, Default)]
pub(super) struct Invites {
    alive: VecDeque<Invite>,
}

/// A one-time token with the time it was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invite(String, Mono);

impl Invites {
    /// Makes a token. Beyond [`INVITES_MAX`] the oldest is dropped: its drawing is the likeliest to be unseen.
    pub(super) fn make(&mut self, now: Mono) -> Result<String, NoChance> {
        let token = secrets::one_time_token()?;
        self.alive.retain(|Invite(_, made)| fresh(*made, now));
        self.give_back(Invite(token.clone(), now));
        Ok(token)
    }

    pub(super) fn is_good(&self, token: &str, now: Mono) -> bool {
        self.find(token, now).is_some()
    }

    /// Takes the token away; `None` if it was not there to take.
    pub(super) fn spend(&mut self, token: &str, now: Mono) -> Option<Invite> {
        self.find(token, now).and_then(|at| self.alive.remove(at))
    }

    /// Puts a token among those that are alive.
    pub(super) fn give_back(&mut self, invite: Invite) {
        if self.alive.len() >= INVITES_MAX {
            self.alive.pop_front();
        }
        self.alive.push_back(invite);
    }

    /// Looks at every token, so that the time taken tells nothing.
    fn find(&self, token: &str, now: Mono) -> Option<usize> {
        self.alive.iter().enumerate().fold(None, |found, (at, Invite(known, made))| {
            if secrets::same(known, token) && fresh(*made, now) { Some(at) } else { found }
        })
    }
}

fn fresh(made: Mono, now: Mono) -> bool {
    u128::from(now.since(made)) < INVITE_KEPT.as_millis()
}
