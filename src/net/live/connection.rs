//! One live socket: who it is, what it sees, whether it is alive.

use super::out::Out;
use super::view::View;
use crate::clock::Mono;
use crate::core::command::Origin;
use crate::core::presence::ConnectionId;
use crate::hub::Hub;
use crate::hub::ring::{Own, Slot};
use crate::limits;
use crate::wire::snapshot::{Published, You};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

/// One live socket.
#[derive(Debug)]
pub struct Connection {
    /// Its name in this process.
    pub id: ConnectionId,
    /// Its device and tab.
    pub origin: Origin,
    /// What it was told about itself.
    pub you: You,
    /// What it sees.
    pub view: View,
    /// Its sending side.
    pub out: Out,
    /// The hub, for what it says: in its device's turns.
    pub hub: Hub,
    /// Whether it joined its room as a listener.
    pub listens: AtomicBool,
    heard_at: AtomicU64,
    pinged_at: AtomicU64,
    answered: AtomicBool,
}

/// What a look at a connection's pulse says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pulse {
    /// Nothing to do.
    Quiet,
    /// It is time to ask for a sign of life.
    Ask,
    /// It did not answer in time.
    Gone,
}

impl Connection {
    /// A socket that has just opened. Its first ping comes at a phase of its own, so that a thousand sockets that came
    /// back together are not asked together.
    #[must_use]
    pub fn new(id: ConnectionId, you: You, view: View, out: Out, hub: Hub) -> Self {
        let (origin, now) = (Origin { device: you.client_id.clone(), tab: you.tab.clone() }, hub.clock().mono());
        // Consecutive ids are spread over the period by the golden ratio.
        let period = millis(limits::PING_EVERY);
        let phase = id.wrapping_mul(0x9e37_79b9_7f4a_7c15) % period;
        Self {
            id,
            origin,
            you,
            view,
            out,
            hub,
            listens: AtomicBool::new(false),
            heard_at: AtomicU64::new(now.0),
            pinged_at: AtomicU64::new((now.0 + phase).saturating_sub(period)),
            answered: AtomicBool::new(true),
        }
    }

    /// The other end said something.
    pub fn heard(&self, now: Mono) {
        self.heard_at.store(now.0, Ordering::Relaxed);
        self.answered.store(true, Ordering::Relaxed);
    }

    /// Looks at its pulse. `urgent`: its room waits for it at a barrier. `period`: the usual time between two signs.
    #[must_use]
    pub fn pulse(&self, now: Mono, urgent: bool, period: Duration, needs_answer: bool) -> Pulse {
        let pinged_at = Mono(self.pinged_at.load(Ordering::Relaxed));
        let (period, patience) = match urgent {
            true => (limits::BARRIER_PING_EVERY, limits::BARRIER_PONG_WITHIN),
            false => (period, limits::PONG_WITHIN),
        };
        // Patience shrinks when a barrier opens, and what was asked long ago may have been missed: the last question counts
        // only when there was time to answer it.
        let had_time = now.since(pinged_at) >= millis(patience) / 3;
        let unanswered = needs_answer && !self.answered.load(Ordering::Relaxed);
        let heard_at = Mono(self.heard_at.load(Ordering::Relaxed));
        if unanswered && had_time && now.since(heard_at) >= millis(patience) {
            return Pulse::Gone;
        }
        if now.since(pinged_at) >= millis(period) { Pulse::Ask } else { Pulse::Quiet }
    }

    /// It is asked for a sign of life.
    pub fn asked(&self, now: Mono) {
        self.pinged_at.store(now.0, Ordering::Relaxed);
        self.could_not_be_asked(now);
    }

    /// It is time to ask it, and its network takes nothing: it is asked when that does, and the patience with it runs.
    pub fn could_not_be_asked(&self, now: Mono) {
        if self.answered.swap(false, Ordering::Relaxed) {
            self.heard_at.store(now.0, Ordering::Relaxed);
        }
    }

    /// Whether `slot` is an event this very tab caused: it gets the ack in its place.
    #[must_use]
    pub fn caused<'a>(&self, slot: &'a Slot) -> Option<&'a Own> {
        let own = slot.logged.as_ref()?.own.as_ref()?;
        let same_tab = self.origin.tab.is_some() && own.origin == self.origin;
        (own.connection == Some(self.id) || same_tab).then_some(own)
    }

    /// Writes `slots` for this socket alone: its own events as acks, and what is private to its device.
    #[must_use]
    pub fn compose(&self, slots: &[Arc<Slot>], published: &Published) -> Vec<u8> {
        let mut bytes = Vec::new();
        for slot in slots {
            match self.caused(slot) {
                Some(own) if self.view.writing == super::view::Writing::WebSocket => {
                    bytes.extend_from_slice(own.ack.bytes());
                }
                _ if slot.said_by != Some(self.id) && self.view.shows_to(&self.origin.device, &slot.topic) => {
                    self.view.write(&mut bytes, slot, published);
                }
                _ => {}
            }
        }
        bytes
    }
}

fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::core::Settings;
    use crate::core::ids::{DeviceId, ProfileId, RoomId};
    use crate::hub::by_hand::ByHand;
    use crate::hub::recovery::recover;
    use crate::log::memory::MemoryLog;
    use crate::net::live::view::{Topics, Writing};
    use std::net::{TcpListener, TcpStream};

    fn connection() -> Connection {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let socket = Arc::new(TcpStream::connect(listener.local_addr().unwrap()).unwrap());
        let recovered = recover(Ok(Box::new(MemoryLog::named("e"))), Settings::default(), "c".into());
        let (hub, _) = ByHand::new(recovered, Arc::new(Clock::by_hand(0)));
        hub.clock().pass(100_000);
        let you = You { client_id: DeviceId::local(), profile: ProfileId::home(), tab: None };
        let view = View {
            writing: Writing::WebSocket,
            room: RoomId::house(),
            profile: ProfileId::home(),
            topics: Topics::ALL,
        };
        let cursor = hub.ring().join(None).cursor;
        let out = Out::greeting(crate::net::duplex::Duplex::plain(socket), cursor, 0, Vec::new());
        Connection::new(7, you, view, out, hub)
    }

    #[test]
    fn an_answering_socket_is_asked_once_a_period() {
        let socket = connection();
        let period = limits::PING_EVERY;
        socket.asked(Mono(100_000));
        socket.heard(Mono(100_001));
        assert_eq!(socket.pulse(Mono(119_999), false, period, true), Pulse::Quiet);
        assert_eq!(socket.pulse(Mono(120_000), false, period, true), Pulse::Ask);
    }

    #[test]
    fn who_could_not_be_asked_yet_is_asked_again_before_it_is_held_for_gone() {
        let socket = connection();
        let period = limits::PING_EVERY;
        socket.asked(Mono(80_000));
        socket.heard(Mono(80_001));
        assert_eq!(socket.pulse(Mono(100_000), false, period, true), Pulse::Ask);
        socket.could_not_be_asked(Mono(100_000));
        assert_eq!(socket.pulse(Mono(100_500), false, period, true), Pulse::Ask, "as soon as it takes something");
        socket.could_not_be_asked(Mono(100_500));
        socket.asked(Mono(101_000));
        assert_eq!(socket.pulse(Mono(119_999), false, period, true), Pulse::Quiet);
        socket.heard(Mono(119_999));
        assert_eq!(socket.pulse(Mono(121_000), false, period, true), Pulse::Ask);
        for at in (121_000..141_000).step_by(500) {
            assert_eq!(socket.pulse(Mono(at), false, period, true), Pulse::Ask);
            socket.could_not_be_asked(Mono(at));
        }
        assert_eq!(socket.pulse(Mono(141_000), false, period, true), Pulse::Gone, "it has taken nothing for so long");
    }

    #[test]
    fn silence_is_forgiven_longer_when_nobody_waits() {
        let socket = connection();
        let period = limits::PING_EVERY;
        socket.asked(Mono(100_000));
        assert_eq!(socket.pulse(Mono(106_000), false, period, true), Pulse::Quiet);
        assert_eq!(socket.pulse(Mono(106_000), true, period, true), Pulse::Gone);
        assert_eq!(socket.pulse(Mono(120_000), false, period, true), Pulse::Gone);
        assert_eq!(socket.pulse(Mono(120_000), false, period, false), Pulse::Ask, "event streams do not answer");
    }
}
