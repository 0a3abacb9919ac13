//! Time, read in one place.
//!
//! Everything else gets time as a value: the core decides over a [`Now`], tests make one by hand. Two clocks
//! matter: a monotonic one for everything that must be right (barriers, positions, deadlines), and the wall clock
//! for what people read (`ts`, stars). A Raspberry Pi has no battery-backed clock and boots in the past; the wall
//! clock here therefore never runs backwards within one process.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
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
    last_wall_ms: AtomicI64,
}

#[derive(Debug)]
enum Source {
    /// The machine's clocks; the monotonic one counts from here.
    System(Instant),
    /// Somebody's hand: the monotonic milliseconds, and the wall clock when they are zero.
    Hand(AtomicU64, i64),
}

impl Clock {
    /// Starts a monotonic clock at zero.
    #[must_use]
    pub fn start() -> Self {
        Self { source: Source::System(Instant::now()), last_wall_ms: AtomicI64::new(0) }
    }

    /// A clock that stands still until [`Clock::pass`]: for simulations, where time is a value.
    #[must_use]
    pub fn by_hand(wall_ms: i64) -> Self {
        Self { source: Source::Hand(AtomicU64::new(0), wall_ms), last_wall_ms: AtomicI64::new(0) }
    }

    /// Moves a clock by hand forward. The machine's clock needs no help, and takes none.
    pub fn pass(&self, ms: u64) {
        if let Source::Hand(mono, _) = &self.source {
            mono.fetch_add(ms, Ordering::Relaxed);
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
        let read = match &self.source {
            Source::System(_) => {
                let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
                i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
            }
            Source::Hand(_, from) => from.saturating_add_unsigned(self.mono().0),
        };
        self.last_wall_ms.fetch_max(read, Ordering::Relaxed).max(read)
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
