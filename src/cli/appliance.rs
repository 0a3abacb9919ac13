//! An appliance that knows us: where it is, and by which token.

use super::Failure;
use crate::client::{Client, ClientError, Http, Options, Target, token_of_this_machine};

/// Ready to be asked.
#[derive(Clone, Debug)]
pub(super) struct Appliance {
    pub target: Target,
    pub token: Option<String>,
    pub room: String,
    /// Where the token came from, if that was this machine's private socket.
    pub socket: Option<Target>,
}

impl Appliance {
    /// For single requests.
    pub(super) fn http(&self) -> Http<'_> {
        Http::new(&self.target, self.token.as_deref())
    }

    /// For commands and changes; `topics` empty: all.
    pub(super) fn client(&self, topics: &[&str]) -> Result<Client, Failure> {
        Ok(Client::connect(&self.target, self.token.as_deref(), &self.options(topics))?)
    }

    /// What a connection of ours asks for.
    pub(super) fn options(&self, topics: &[&str]) -> Options {
        let topics = topics.iter().map(|topic| (*topic).to_owned()).collect();
        Options { topics, room: self.room.clone(), since: None }
    }

    /// The topic of our room.
    pub(super) fn session(&self) -> String {
        format!("session:{}", self.room)
    }

    /// Whom to speak to, and by which token, after a break: this machine's tokens ended with the appliance.
    pub(super) fn way_in(&self) -> Result<(Target, Option<String>), ClientError> {
        match &self.socket {
            Some(socket) => token_of_this_machine(socket).map(|(token, target)| (target, Some(token))),
            None => Ok((self.target.clone(), self.token.clone())),
        }
    }
}
