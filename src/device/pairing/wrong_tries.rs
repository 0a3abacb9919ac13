//! Wrong codes by address, over the last minute, in a table that cannot grow.
//!
//! The table slows one guesser down; what stops many is the code itself, which is replaced after ten wrong tries
//! from anywhere. So a full table may forget its oldest address.

use crate::clock::Mono;
use crate::limits::{CODE_WRONG_ADDRESSES_MAX, CODE_WRONG_PER_MINUTE_MAX};
use std::collections::{HashMap, VecDeque};
use std::net::{IpAddr, Ipv6Addr};
use std::time::Duration;

const MINUTE_MS: u64 = 60_000;

/// When each address last typed a wrong code.
#[derive(Debug, Default)]
pub(super) struct WrongTries {
    by_address: HashMap<IpAddr, VecDeque<Mono>>,
}

impl WrongTries {
    /// How long `from` must wait before its next try is looked at; `None`: not at all.
    pub(super) fn must_wait(&self, from: IpAddr, now: Mono) -> Option<Duration> {
        let tries = self.by_address.get(&source(from))?;
        let recent: Vec<&Mono> = tries.iter().filter(|at| now.since(**at) < MINUTE_MS).collect();
        let oldest = recent.first().filter(|_| recent.len() >= CODE_WRONG_PER_MINUTE_MAX as usize)?;
        let seconds = (MINUTE_MS - now.since(**oldest)).div_ceil(1000);
        Some(Duration::from_secs(seconds))
    }

    /// Remembers a wrong try of `from`.
    pub(super) fn note(&mut self, from: IpAddr, now: Mono) {
        let from = source(from);
        if !self.by_address.contains_key(&from) && self.by_address.len() >= CODE_WRONG_ADDRESSES_MAX {
            self.forget_one(now);
        }
        let tries = self.by_address.entry(from).or_default();
        tries.push_back(now);
        if tries.len() > CODE_WRONG_PER_MINUTE_MAX as usize {
            tries.pop_front();
        }
    }

    /// Forgets what is over a minute old; if that is nobody, the address whose last try is the oldest.
    fn forget_one(&mut self, now: Mono) {
        let last = |tries: &VecDeque<Mono>| tries.back().copied().unwrap_or_default();
        self.by_address.retain(|_, tries| now.since(last(tries)) < MINUTE_MS);
        if self.by_address.len() >= CODE_WRONG_ADDRESSES_MAX {
            let oldest = self.by_address.iter().min_by_key(|(_, tries)| last(tries)).map(|(from, _)| *from);
            oldest.map(|from| self.by_address.remove(&from));
        }
    }
}

/// An IPv6 host changes its address at will within its /64, so that is what counts as one source.
fn source(from: IpAddr) -> IpAddr {
    match from.to_canonical() {
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(number: u32) -> IpAddr {
        IpAddr::V4(number.into())
    }

    #[test]
    fn the_table_stays_bounded_and_keeps_the_newest() {
        let mut wrong = WrongTries::default();
        for number in 0..10_000 {
            for _ in 0..5 {
                wrong.note(address(number), Mono(u64::from(number)));
            }
        }
        assert!(wrong.by_address.len() <= CODE_WRONG_ADDRESSES_MAX);
        assert!(wrong.must_wait(address(9_999), Mono(9_999)).is_some());
        assert!(wrong.must_wait(address(1), Mono(9_999)).is_none());
    }

    #[test]
    fn a_host_is_one_source_by_whatever_address() {
        let mut wrong = WrongTries::default();
        for host in 1..=5 {
            wrong.note(format!("2001:db8::{host}").parse().unwrap(), Mono(0));
            wrong.note("::ffff:192.0.2.7".parse().unwrap(), Mono(0));
        }
        assert!(wrong.must_wait("2001:db8::99".parse().unwrap(), Mono(1)).is_some());
        assert!(wrong.must_wait("2001:db8:0:1::99".parse().unwrap(), Mono(1)).is_none());
        assert!(wrong.must_wait("192.0.2.7".parse().unwrap(), Mono(1)).is_some());
    }
}
