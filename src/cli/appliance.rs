//! An appliance that knows us: where it is, and by which token.

use super::Failure;
use crate::client::{Client, ClientError, Http, Options, Target};

/// Ready to be asked.
#[derive(Clone, Debug)]
pub(super) struct Appliance {
    pub target: Target,
    pub token: Option<String>,
    pub room: String,
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

    /// Whether the token is still worth something. Anything but a clear no counts as yes.
    pub(super) fn knows_us(&self) -> bool {
        let asked = self.http().get("/clients");
        !matches!(asked, Err(ClientError::NotPaired(_) | ClientError::Unreachable { .. }))
    }
}
