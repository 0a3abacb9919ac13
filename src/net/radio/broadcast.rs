//! One station's stream: a thread that reads what is on, in step with the clock, for all who hear it.
//!
//! It runs a few seconds ahead ([`LEAD_MS`]) and asks the station again and again what is on at the moment that its next
//! piece will be heard. Whatever moves the station (a skip, another list, a clock that was set) is seen there within a
//! piece's length, so page and stream agree without telling each other anything. A file that cannot be played is reported
//! to the hub, and what is on then is another track, for everybody.

use super::programme::{self, Item, NoSound, Opener};
use super::ring::{Piece, Ring};
use super::{OnAir, Studio};
use crate::clock::Now;
use crate::core::command::{Command, Wish};
use crate::core::ids::{StationId, TrackId};
use crate::core::radio::{DropReason, Playing, RadioCommand, Station};
use crate::core::rejection::Rejection;
use crate::hub::Refused;
use std::sync::Arc;
use std::time::Duration;

/// How far ahead of the clock pieces are made: what a player that connects has at once in its buffer, milliseconds.
pub const LEAD_MS: i64 = 3_000;
/// Length of a piece, milliseconds: a dozen frames for one system call.
const PIECE_MS: i64 = 250;
/// A clock that is off by this much was set, milliseconds.
const JUMP_MS: i64 = 2_000;
/// What moved by less than this is where it was, milliseconds.
const SAME_MS: i64 = 200;
/// So close to its beginning a track is played from its beginning, milliseconds.
const BEGINNING_MS: u64 = 100;
/// A file may be so much shorter than the library says, milliseconds: the lead bridges it.
const SHORT_MS: i64 = 1_500;
/// So long before its turn it is looked whether the next file can be played, milliseconds.
const JUDGED_MS: i64 = 12_000;
/// Files in a row that may turn out to be unplayable before the stream gives up.
const DROPS_MAX: u32 = 20;
/// After a store that failed, so long until the next try.
const PAUSE: Duration = Duration::from_secs(1);

/// The thread's state.
pub(super) struct Broadcaster {
    studio: Arc<Studio>,
    station: StationId,
    on_air: Arc<OnAir>,
    item: Option<Reading>,
    /// The moment that the next piece will be heard, by the wall clock; nanoseconds.
    next_ns: i128,
    /// Both clocks when the pace was set.
    zero: Now,
    wall_ms_before: i64,
    judged: Option<TrackId>,
    drops: u32,
}

/// The track that is being read.
struct Reading {
    item: Item,
    playing: Playing,
    title: Arc<str>,
}

/// What a step came to.
enum Step {
    Go,
    Rest(Duration),
    End,
}

impl Broadcaster {
    pub fn new(studio: Arc<Studio>, station: StationId, on_air: Arc<OnAir>) -> Self {
        let now = studio.hub.clock().now();
        let next_ns = ns(now.wall_ms);
        let (zero, wall_ms_before) = (now, now.wall_ms);
        Self { studio, station, on_air, item: None, next_ns, zero, wall_ms_before, judged: None, drops: 0 }
    }

    /// Runs until nobody listens, or nothing can be heard.
    pub fn run(mut self) {
        log::info!("radio {}: on the air", self.station);
        while !self.ring().is_closed() && !self.studio.retire(&self.station, &self.on_air) {
            match self.step() {
                Step::Go => {}
                Step::Rest(span) => self.ring().rest(span),
                Step::End => break,
            }
        }
        log::info!("radio {}: off the air", self.station);
    }

    fn ring(&self) -> &Arc<Ring> {
        &self.on_air.ring
    }

    fn step(&mut self) -> Step {
        let now = self.studio.hub.clock().now();
        self.keep_pace(now);
        let ahead_ms = self.next_ms() - self.paced_ms(now);
        if ahead_ms > LEAD_MS {
            return Step::Rest(Duration::from_millis((ahead_ms - LEAD_MS).unsigned_abs()));
        }
        let published = self.studio.hub.published();
        let Some(station) = published.durable.radio.stations.get(&self.station) else { return Step::End };
        if !station.is_on_air(now.wall_ms) {
            return Step::End;
        }
        let Some(wanted) = station.at(self.next_ms()) else { return Step::End };
        if !self.item.as_ref().is_some_and(|reading| is_same(&reading.playing, &wanted))
            && let Err(why) = self.tune(&wanted)
        {
            return self.without(&wanted.track.id, why);
        }
        self.look_ahead(station, &wanted);
        self.piece(&wanted, now)
    }

    /// Follows a clock that was set. Paced by the monotonic clock, the stream bridges a wall clock that stands still
    /// because it must not run backwards; when that goes on, the stream follows.
    fn keep_pace(&mut self, now: Now) {
        let off_ms = now.wall_ms - self.paced_ms(now);
        let stands = now.wall_ms == self.wall_ms_before;
        self.wall_ms_before = now.wall_ms;
        if off_ms > JUMP_MS || (off_ms < -JUMP_MS && !stands) {
            log::info!("radio {}: the clock was set by {off_ms} ms", self.station);
            (self.zero, self.next_ns, self.item) = (now, ns(now.wall_ms), None);
        } else if self.next_ms() < self.paced_ms(now) - JUMP_MS {
            // The machine slept, or a file took its time: what is over is over.
            (self.next_ns, self.item) = (ns(self.paced_ms(now)), None);
        }
    }

    /// The wall clock as it would be if it had only gone on since the pace was set.
    fn paced_ms(&self, now: Now) -> i64 {
        self.zero.wall_ms.saturating_add_unsigned(now.mono.since(self.zero.mono))
    }

    fn next_ms(&self) -> i64 {
        i64::try_from(self.next_ns / 1_000_000).unwrap_or(i64::MAX)
    }

    fn opener(studio: &Studio) -> Opener<'_> {
        Opener { library: &studio.library, ffmpeg: studio.ffmpeg.as_deref() }
    }

    fn tune(&mut self, wanted: &Playing) -> Result<(), NoSound> {
        self.item = None;
        let from = if wanted.position_ms < BEGINNING_MS { 0 } else { wanted.position_ms };
        let mut item = Self::opener(&self.studio).open(&wanted.track.id, from, self.ring())?;
        // To find a place in hours of sound on a slow disk takes seconds: what was to be heard meanwhile is over.
        let late_ms = self.paced_ms(self.studio.hub.clock().now()) - self.next_ms();
        if late_ms > 0 {
            self.next_ns += i128::from(item.skip(late_ms.unsigned_abs()));
        }
        let title = programme::title(&self.studio.library.catalog(), &wanted.track.id);
        log::debug!("radio {}: {title} from {from} ms", self.station);
        self.item = Some(Reading { item, playing: wanted.clone(), title });
        Ok(())
    }

    /// Puts the next piece in.
    fn piece(&mut self, wanted: &Playing, now: Now) -> Step {
        let Some(reading) = &mut self.item else { return Step::End };
        let end_ns = (self.next_ns + ns(PIECE_MS)).min(ns(wanted.ends_ms));
        let (mut bytes, mut at_ns, mut is_over) = (Vec::new(), self.next_ns, false);
        while at_ns < end_ns {
            match reading.item.next() {
                Ok(Some(sound)) => {
                    bytes.extend_from_slice(&sound.bytes);
                    at_ns += i128::from(sound.nanos);
                }
                Ok(None) | Err(_) => {
                    is_over = true;
                    break;
                }
            }
        }
        let (title, sounds) = (Arc::clone(&reading.title), reading.item.sounds);
        if !bytes.is_empty() {
            self.drops = 0;
            let due_ms = self.next_ms() - self.zero.wall_ms;
            let due = self.zero.mono.plus(u64::try_from(due_ms).unwrap_or(0));
            self.on_air.ring.put(Piece { bytes, title, due }, now.mono);
            self.next_ns = at_ns;
        }
        if is_over { self.ended(wanted, sounds) } else { Step::Go }
    }

    /// The file has no more sound.
    fn ended(&mut self, wanted: &Playing, sounds: bool) -> Step {
        if self.ring().is_closed() {
            return Step::End;
        }
        if !sounds {
            return self.without(&wanted.track.id, NoSound::Unplayable("there is no sound in it".into()));
        }
        if wanted.ends_ms - self.next_ms() <= SHORT_MS {
            self.next_ns = self.next_ns.max(ns(wanted.ends_ms));
            return Step::Go;
        }
        // The library was told a longer time than there is sound: everybody goes on to the next track.
        log::info!("radio {}: {} ends before its time", self.station, wanted.track.id);
        self.item = None;
        let skip = RadioCommand::Skip { station: self.station.clone(), track: Some(wanted.track.id.clone()) };
        match self.wish(skip) {
            Err(Refused::Rejected(Rejection::NotCurrent(_), _)) => {
                self.without(&wanted.track.id, NoSound::Unplayable("it ends as soon as it has begun".into()))
            }
            result => self.after(result),
        }
    }

    /// Looks whether the next file can be played, so that nobody has to hear that it cannot.
    fn look_ahead(&mut self, station: &Station, wanted: &Playing) {
        if wanted.ends_ms - self.next_ms() > JUDGED_MS {
            return;
        }
        let Some(next) = station.after(wanted).next().map(|track| track.id) else { return };
        if self.judged.as_ref() == Some(&next) {
            return;
        }
        self.judged = Some(next.clone());
        if let Err(why) = Self::opener(&self.studio).judge(&next) {
            let _ = self.without(&next, why);
        }
    }

    /// The station does without a track, and everybody is told.
    fn without(&mut self, track: &TrackId, why: NoSound) -> Step {
        log::warn!("radio {}: {track} is passed over: {why}", self.station);
        self.drops += 1;
        let (reason, tracks) = match why {
            NoSound::NoMusic(_) => return Step::End,
            NoSound::Unplayable(_) if self.drops > DROPS_MAX => {
                log::error!("radio {}: {DROPS_MAX} files in a row cannot be played; look at the disk", self.station);
                return Step::End;
            }
            NoSound::Unplayable(_) => (DropReason::Unreadable, vec![track.clone()]),
            NoSound::NeedsFfmpeg => match self.studio.needing_ffmpeg(&self.station) {
                Some(tracks) => (DropReason::NeedsFfmpeg, tracks),
                None => return Step::End,
            },
        };
        let result = self.wish(RadioCommand::Drop { station: self.station.clone(), tracks, reason });
        self.after(result)
    }

    fn wish(&self, command: RadioCommand) -> Result<(), Refused> {
        let wish = Wish { command: Command::Radio(command), origin: None, guard: None };
        self.studio.hub.ask(wish, None, Vec::new()).map(drop)
    }

    fn after(&self, result: Result<(), Refused>) -> Step {
        match result {
            Ok(()) | Err(Refused::Rejected(..)) => Step::Go,
            Err(Refused::Stopping) => Step::End,
            Err(why) => {
                log::warn!("radio {}: {why}", self.station);
                Step::Rest(PAUSE)
            }
        }
    }
}

impl Drop for Broadcaster {
    fn drop(&mut self) {
        // Also after a panic: nobody waits for pieces that nobody makes.
        self.on_air.ring.close();
    }
}

/// Whether both are the same track at the same time. What moved by less than is heard is the same.
fn is_same(one: &Playing, other: &Playing) -> bool {
    one.track.id == other.track.id && (one.started_ms - other.started_ms).abs() <= SAME_MS
}

fn ns(ms: i64) -> i128 {
    i128::from(ms) * 1_000_000
}
