//! A client that comes back: after every break it asks for what it missed, and waits a random while before it does,
//! so that a household whose appliance restarts does not knock all at once (full jitter).

use super::{Client, ClientError, Cursor, Message, Options, Target};
use crate::clock;
use std::time::Duration;

/// The longest wait before the first try; each further one doubles it.
const FIRST_WAIT: Duration = Duration::from_millis(500);
/// The longest wait of all.
const LONGEST_WAIT: Duration = Duration::from_secs(15);

/// What a watcher is told.
#[derive(Debug)]
pub enum Watched {
    /// Something happened. A `sync:full` replaces everything known.
    Message(Message),
    /// Nothing happened for as long as was waited.
    Quiet,
    /// The connection broke; the next call tries again after the wait.
    Lost {
        /// Why.
        error: ClientError,
        /// How long the next call will wait first.
        retry_in: Duration,
    },
}

/// The watcher. `W` is its way in, asked before each connection: whom to speak to, and by which token. This machine's
/// own tokens end with the appliance, so they are asked for anew.
#[derive(Debug)]
pub struct Watch<W> {
    way_in: W,
    options: Options,
    client: Option<Client>,
    tries: u32,
    retry_in: Duration,
    refresh_ms: Option<u64>,
}

impl<W: FnMut() -> Result<(Target, Option<String>), ClientError>> Watch<W> {
    /// A watcher that will connect at its first [`Watch::next`].
    #[must_use]
    pub fn new(way_in: W, options: Options) -> Self {
        Self { way_in, options, client: None, tries: 0, retry_in: Duration::ZERO, refresh_ms: None }
    }

    /// What happens next, waiting up to `wait` once connected.
    ///
    /// # Errors
    /// [`ClientError`] when trying again cannot help: revoked, or no appliance.
    pub fn next(&mut self, wait: Duration) -> Result<Watched, ClientError> {
        let Some(client) = &mut self.client else {
            return self.come_back();
        };
        match client.next_message(wait) {
            Ok(Some(message)) => {
                if message.kind() == "server:refresh" {
                    self.refresh_ms = message.0["retryAfterMs"].as_u64();
                }
                Ok(Watched::Message(message))
            }
            Ok(None) => Ok(Watched::Quiet),
            Err(error) => {
                self.options.since = Some(client.cursor());
                self.client = None;
                self.break_off(error)
            }
        }
    }

    fn come_back(&mut self) -> Result<Watched, ClientError> {
        clock::pause(self.retry_in);
        let connected =
            (self.way_in)().and_then(|(target, token)| Client::connect(&target, token.as_deref(), &self.options));
        match connected {
            Ok(client) => {
                self.tries = 0;
                self.refresh_ms = None;
                let full = client.full().cloned();
                self.client = Some(client);
                Ok(full.map_or(Watched::Quiet, |full| Watched::Message(Message(full))))
            }
            Err(error) => self.break_off(error),
        }
    }

    fn break_off(&mut self, error: ClientError) -> Result<Watched, ClientError> {
        if !error.is_passing() {
            return Err(error);
        }
        self.retry_in = jittered(longest_wait(self.tries, self.refresh_ms), getrandom::u32().unwrap_or(u32::MAX / 2));
        self.tries = self.tries.saturating_add(1);
        Ok(Watched::Lost { error, retry_in: self.retry_in })
    }

    /// Where a later watcher may go on.
    #[must_use]
    pub fn cursor(&self) -> Option<Cursor> {
        self.client.as_ref().map(Client::cursor).or_else(|| self.options.since.clone())
    }
}

/// The bound that doubles; an appliance that said how long it will be away is taken at its word first.
fn longest_wait(tries: u32, refresh_ms: Option<u64>) -> Duration {
    let first = refresh_ms.map_or(FIRST_WAIT, |ms| Duration::from_millis(ms).saturating_mul(2));
    first.saturating_mul(1 << tries.min(10)).min(LONGEST_WAIT)
}

fn jittered(longest: Duration, chance: u32) -> Duration {
    longest.mul_f64(f64::from(chance) / f64::from(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_up_to_its_bound_and_is_anything_below_it() {
        assert_eq!(longest_wait(0, None), FIRST_WAIT);
        assert_eq!(longest_wait(2, None), FIRST_WAIT * 4);
        assert_eq!(longest_wait(0, Some(800)), Duration::from_millis(1600));
        assert_eq!(longest_wait(60, Some(u64::MAX)), LONGEST_WAIT);
        assert_eq!(jittered(LONGEST_WAIT, 0), Duration::ZERO);
        assert_eq!(jittered(LONGEST_WAIT, u32::MAX), LONGEST_WAIT);
    }

    #[test]
    fn nobody_there_is_a_break_and_not_the_end() {
        let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let target = Target::at(taken.local_addr().unwrap().ip(), taken.local_addr().unwrap().port());
        drop(taken);
        let mut watch = Watch::new(|| Ok((target.clone(), None)), Options::default());
        assert!(matches!(watch.next(Duration::ZERO), Ok(Watched::Lost { error: ClientError::Unreachable { .. }, .. })));
    }
}
