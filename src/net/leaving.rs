//! A device that goes because another one is the same: its tokens go in the transaction that says so, its sockets right
//! after.

use super::auth::{Auth, TOKENS};
use super::live::Live;
use crate::core::command::Command;
use crate::core::ids::DeviceId;
use crate::core::playing::PlaybackCommand;
use crate::hub::Answer;
use crate::log::Put;
use std::sync::Arc;

/// A device that goes if a command is accepted.
#[derive(Clone, Debug)]
pub struct Leaving {
    device: DeviceId,
    hashes: Vec<String>,
}

impl Leaving {
    /// The device that goes by `command`, if one does.
    #[must_use]
    pub fn by(command: &Command, auth: &Auth) -> Option<Self> {
        let Command::Playback(_, PlaybackCommand::Merge { from }) = command else { return None };
        Some(Self { device: from.clone(), hashes: auth.hashes_of(from) })
    }

    /// What takes its tokens out of the store.
    pub fn puts(&self) -> impl Iterator<Item = Put> {
        self.hashes.iter().map(|hash| Put { bucket: TOKENS, key: hash.as_str().into(), value: None })
    }

    /// It is out: its tokens are worthless and its sockets end.
    pub fn leave(&self, auth: &Auth, live: &Live) {
        auth.expel(&self.device);
        live.close_device(&self.device);
    }

    /// The same answer, after the device has left, if the command was accepted.
    #[must_use]
    pub fn once_accepted(leaving: Option<Self>, auth: &Arc<Auth>, live: &Arc<Live>, answer: Answer) -> Answer {
        let Some(leaving) = leaving else { return answer };
        let (auth, live) = (Arc::clone(auth), Arc::clone(live));
        Box::new(move |result| {
            if result.is_ok() {
                leaving.leave(&auth, &live);
            }
            answer(result);
        })
    }
}
