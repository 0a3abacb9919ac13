//! Time, read in one place.
//!
//! Everything else gets time as a value: the core decides over a [`Now`], tests make one by hand. Two clocks
//! matter: a monotonic one for everything that must be right (barriers, positions, deadlines), and the wall clock
//! for what people read (`ts`, stars).
//!
//! The wall clock may lie: a Raspberry Pi has no battery-backed clock, boots in the past, and is put right when the network
//! is there. Here it never runs backwards, within one process and, by [`Clock::not_before`], beyond it. While the machine
//! says less than was said before, time goes on a sixteenth slower: what happens later still has the later time, and if it
//! is what was said before that was wrong, the truth catches up. That it was put right shows in [`Clock::offset_ms`].

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// 1 January 2026 in milliseconds since the Unix epoch: a wall clock before this was never set, and says nothing.
pub const PLAUSIBLE_FROM_MS: i64 = 1_767_225_600_000;

/// An instant of the server's monotonic clock, in milliseconds since the process' clock was made.
///
/// It has a meaning only together with the `clockId` of this start, so it is never stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mono(pub u64);

impl Mono {
    /// This instant plus `ms` milliseconds.
    #[must_use]
    pub fn plus(self, ms: u64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    /// Milliseconds from `earlier` to this instant; 0 if `earlier` is later.
    #[must_use]
    pub fn since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// One reading of both clocks: what the core is given when it decides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Now {
    /// The monotonic clock.
    pub mono: Mono,
    /// The wall clock, milliseconds since the Unix epoch.
    pub wall_ms: i64,
}

/// The process' clock. Cheap to share by reference; there is one per server.
#[derive(Debug)]
pub struct Clock {
    source: Source,
    /// The last reading that the machine gave for true: the wall clock, and how long the machine was up.
    told: Mutex<(i64, i64)>,
}

#[derive(Debug)]
enum Source {
    /// The machine's clocks; the monotonic one counts from here.
    System(Instant),
    /// Somebody's hand: the monotonic milliseconds, and the wall clock when they are zero.
    Hand(AtomicU64, AtomicI64),
}

impl Clock {
    /// Starts a monotonic clock at zero.
    #[must_use]
    pub fn start() -> Self {
        Self { source: Source::System(Instant::now()), told: Mutex::new((i64::MIN, 0)) }
    }

    /// A clock that stands still until [`Clock::pass`]: for simulations, where time is a value.
    #[must_use]
    pub fn by_hand(wall_ms: i64) -> Self {
        let source = Source::Hand(AtomicU64::new(0), AtomicI64::new(wall_ms));
        Self { source, told: Mutex::new((i64::MIN, 0)) }
    }

    /// Moves a clock by hand forward. The machine's clock needs no help, and takes none.
    pub fn pass(&self, ms: u64) {
        if let Source::Hand(mono, _) = &self.source {
            mono.fetch_add(ms, Ordering::Relaxed);
        }
    }

    /// Sets the wall clock of a clock by hand, as a time server does with the machine's.
    pub fn set(&self, wall_ms: i64) {
        if let Source::Hand(mono, from) = &self.source {
            from.store(wall_ms.saturating_sub_unsigned(mono.load(Ordering::Relaxed)), Ordering::Relaxed);
        }
    }

    /// The wall clock was at `wall_ms` before this process: it is never told to be before that.
    pub fn not_before(&self, wall_ms: i64) {
        let uptime_ms = self.uptime_ms();
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if wall_ms > told.0 {
            *told = (wall_ms, uptime_ms);
        }
    }

    /// Reads both clocks.
    #[must_use]
    pub fn now(&self) -> Now {
        Now { mono: self.mono(), wall_ms: self.wall_ms() }
    }

    /// Reads the monotonic clock, in whole milliseconds.
    #[must_use]
    pub fn mono(&self) -> Mono {
        match &self.source {
            Source::System(origin) => Mono(u64::try_from(origin.elapsed().as_millis()).unwrap_or(u64::MAX)),
            Source::Hand(mono, _) => Mono(mono.load(Ordering::Relaxed)),
        }
    }

    /// Reads the monotonic clock as the wire has it in time probes: milliseconds with microsecond fraction.
    #[must_use]
    #[allow(clippy::cast_precision_loss)] // 2^53 ms are 285,000 years
    pub fn precise_ms(&self) -> f64 {
        match &self.source {
            Source::System(origin) => origin.elapsed().as_secs_f64() * 1000.0,
            Source::Hand(..) => self.mono().0 as f64,
        }
    }

    /// The wall clock in milliseconds since the Unix epoch, never smaller than an earlier answer.
    #[must_use]
    pub fn wall_ms(&self) -> i64 {
        let (read, uptime_ms) = (self.machines_wall_ms(), self.uptime_ms());
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let since = (uptime_ms - told.1).max(0);
        let held = told.0.saturating_add(since - since / 16);
        if read >= held {
            *told = (read, uptime_ms);
        }
        read.max(held)
    }

    /// How far the machine's wall clock is ahead of its uptime, milliseconds: always the same, unless somebody sets it.
    #[must_use]
    pub fn offset_ms(&self) -> i64 {
        self.machines_wall_ms().saturating_sub(self.uptime_ms())
    }

    /// How long the machine is up, milliseconds. Unlike the monotonic clock it goes on while the machine sleeps.
    #[must_use]
    pub fn uptime_ms(&self) -> i64 {
        match &self.source {
            Source::System(_) => {
                let up = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
                up.tv_sec.saturating_mul(1000).saturating_add(up.tv_nsec / 1_000_000)
            }
            Source::Hand(mono, _) => mono.load(Ordering::Relaxed).cast_signed(),
        }
    }

    /// The machine's wall clock, as it is.
    fn machines_wall_ms(&self) -> i64 {
        match &self.source {
            Source::System(_) => {
                let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
                i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
            }
            Source::Hand(mono, from) => {
                from.load(Ordering::Relaxed).saturating_add_unsigned(mono.load(Ordering::Relaxed))
            }
        }
    }
}

/// An instant for socket deadlines and measuring spans, where no server clock is at hand.
#[must_use]
pub fn instant() -> Instant {
    Instant::now()
}

/// The wall clock as the system has it, for file names and HTTP dates.
#[must_use]
pub fn system_time() -> SystemTime {
    SystemTime::now()
}

/// The system's monotonic clock in microseconds, as the service manager compares it.
#[must_use]
pub fn monotonic_usec() -> u64 {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
    let (seconds, nanos) = (u64::try_from(now.tv_sec).unwrap_or(0), u64::try_from(now.tv_nsec).unwrap_or(0));
    seconds * 1_000_000 + nanos / 1000
}

/// Waits for `span`; the only place that sleeps, so that a test of the house rules can say so.
pub fn pause(span: Duration) {
    std::thread::sleep(span);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wall_clock_never_runs_backwards_and_never_stands_still() {
        let clock = Clock::by_hand(10_000);
        assert_eq!(clock.wall_ms(), 10_000);
        clock.pass(100);
        assert_eq!(clock.wall_ms(), 10_100);
        clock.set(7_000);
        clock.pass(1);
        assert_eq!(clock.wall_ms(), 10_101, "not what the machine says");
        clock.pass(1_599);
        assert_eq!(clock.wall_ms(), 11_600, "a sixteenth slower");
        clock.pass(98_400);
        assert_eq!((clock.wall_ms(), clock.wall_ms()), (107_000, 107_000), "the truth has caught up");
    }

    #[test]
    fn a_boot_in_the_past_goes_on_where_the_log_ended() {
        let clock = Clock::by_hand(0);
        clock.not_before(50_000);
        clock.not_before(40_000);
        assert_eq!(clock.wall_ms(), 50_000);
        clock.pass(1_600);
        assert_eq!(clock.wall_ms(), 51_500);
        let before = clock.offset_ms();
        clock.set(90_000);
        assert_eq!((clock.wall_ms(), clock.offset_ms() - before), (90_000, 88_400));
        clock.pass(10);
        assert_eq!((clock.wall_ms(), clock.offset_ms() - before), (90_010, 88_400));
    }

    #[test]
    fn the_machines_clocks_go_on() {
        let clock = Clock::start();
        let (wall, up, offset) = (clock.wall_ms(), clock.uptime_ms(), clock.offset_ms());
        assert!(wall > 1_700_000_000_000 && up > 0);
        assert!(clock.wall_ms() >= wall && clock.uptime_ms() >= up);
        assert!((clock.offset_ms() - offset).abs() < 60_000);
    }
}
