//! The story: who acts when, what travels how long, what breaks. One thing happens at a time.

use super::checks::Checks;
use super::dice::Dice;
use super::phone::{Phone, Up};
use super::server::{Server, device};
use hearken::core::ids::{RoomId, TrackId};
use hearken::core::presence::{ClockReport, Signal};
use hearken::hub::ring::Since;
use hearken::log::LogError;
use hearken::log::memory::MemoryLog;
use std::collections::{BTreeMap, VecDeque};

/// Lines of the story that are shown after a failure.
const STORY_LINES: usize = 40;

pub struct Household {
    pub server: Server,
    pub phones: Vec<Phone>,
    pub now: u64,
    links: BTreeMap<u64, Link>,
    /// Broken connections that the server has not noticed yet.
    unnoticed: Vec<(u64, u64)>,
    dice: Dice,
    story: VecDeque<String>,
    checks: Checks,
    is_quiet: bool,
    told: Told,
    disk_works_from: u64,
}

/// What a connection holds on the way; in order, each with its time of arrival.
struct Link {
    phone: usize,
    up: VecDeque<(u64, Up)>,
    down: VecDeque<(u64, String)>,
    latency: u64,
}

/// What happened, counted.
#[derive(Clone, Copy, Debug, Default)]
pub struct Told {
    pub accepted: u64,
    pub releases: u64,
    pub gapless: u64,
    pub resumed: u64,
    pub restarts: u64,
    pub full_disks: u64,
    pub sleeps: u64,
    pub shown_out: u64,
    pub jumps: u64,
    pub compacted: u64,
    pub agreements: u64,
}

impl Told {
    pub fn is_rich(self) -> bool {
        let session = [self.accepted, self.releases, self.gapless, self.resumed, self.restarts, self.full_disks];
        let others = [self.sleeps, self.shown_out, self.jumps, self.compacted];
        let mut counts = session.iter().chain(&others);
        counts.all(|count| *count >= 10) && self.agreements > self.accepted
    }
}

impl std::ops::AddAssign for Told {
    fn add_assign(&mut self, more: Self) {
        self.accepted += more.accepted;
        self.releases += more.releases;
        self.gapless += more.gapless;
        self.resumed += more.resumed;
        self.restarts += more.restarts;
        self.full_disks += more.full_disks;
        self.sleeps += more.sleeps;
        self.shown_out += more.shown_out;
        self.jumps += more.jumps;
        self.compacted += more.compacted;
        self.agreements += more.agreements;
    }
}

impl Household {
    pub fn new(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let mut server = Server::start(MemoryLog::named("story"), 1, 0);
        let phones = dice.from(2, 6) as usize;
        (0..phones).for_each(|n| assert!(server.pair(n)));
        Self {
            server,
            phones: (0..phones).map(Phone::new).collect(),
            now: 0,
            links: BTreeMap::new(),
            unnoticed: Vec::new(),
            dice,
            story: VecDeque::new(),
            checks: Checks::default(),
            is_quiet: false,
            told: Told::default(),
            disk_works_from: 0,
        }
    }

    pub fn live(&mut self, steps: usize) {
        (0..steps).for_each(|_| self.step());
    }

    /// Nobody presses a key any more; phones go on downloading and playing. Then the music stops, and all must agree.
    pub fn falls_quiet(&mut self) {
        self.tell("the house falls quiet".into());
        self.is_quiet = true;
        self.server.store.heal();
        self.live_until(self.now + 70_000);
        self.tell("the music stops".into());
        self.phones.iter_mut().for_each(|phone| phone.next_act = u64::MAX);
        self.server.pause();
        self.send();
        self.live_until(self.now + 4_000);
        self.checks.all_agree_to_the_letter(&self.server, &self.phones);
        self.checks.replayed(&self.server);
    }

    fn live_until(&mut self, until: u64) {
        while self.now < until {
            self.step();
        }
    }

    pub fn story(&self) -> String {
        self.story.iter().map(String::as_str).collect::<Vec<_>>().join("\n")
    }

    pub fn told(&self) -> Told {
        let mut told = self.told;
        (told.accepted, told.releases, told.gapless, told.agreements) = self.checks.counted();
        told
    }

    /// The next thing happens, whatever it is.
    fn step(&mut self) {
        let wakes = |link: &Link| self.phones[link.phone].asleep_until;
        let arrivals = self
            .links
            .values()
            .flat_map(|link| [link.up.front().map(|up| up.0), link.down.front().map(|down| down.0.max(wakes(link)))]);
        let acts = self.phones.iter().map(|phone| phone.next_act);
        let notices = self.unnoticed.iter().map(|(at, _)| *at);
        let next = arrivals.flatten().chain(acts).chain(notices).chain([self.server.wakes_at()]).min().unwrap();
        self.now = next.max(self.now);
        self.server.at(self.now);
        self.arrive_at_the_server();
        self.arrive_at_phones();
        self.act();
        self.mishaps();
        self.server.round();
        self.send();
        let caught_up = |phone: &Phone| phone.connection.is_some_and(|id| self.links[&id].down.is_empty());
        let agreeing: Vec<&Phone> = self.phones.iter().filter(|phone| caught_up(phone)).collect();
        self.checks.after_a_step(&self.server, &agreeing, self.now, self.is_quiet);
    }

    fn arrive_at_the_server(&mut self) {
        let gone: Vec<u64> = self.unnoticed.extract_if(.., |(at, _)| *at <= self.now).map(|(_, id)| id).collect();
        for id in gone {
            self.tell(format!("the server notices that connection {id} is gone"));
            self.server.disconnect(id);
        }
        let ids: Vec<u64> = self.links.keys().copied().collect();
        for id in ids {
            while let Some((_, up)) =
                self.links.get_mut(&id).and_then(|link| link.up.pop_front_if(|up| up.0 <= self.now))
            {
                self.said(id, up);
            }
        }
    }

    fn said(&mut self, id: u64, up: Up) {
        let n = self.links[&id].phone;
        self.tell(format!("phone {n} says {up:?}"));
        let who = device(n);
        let ids = |names: Vec<String>| names.iter().map(|name| TrackId::new(name).unwrap()).collect();
        let signal = match up {
            Up::Join => Signal::Join(who, RoomId::house(), id),
            Up::Leave => Signal::Leave(who),
            Up::Have(tracks) => Signal::Have(who, ids(tracks)),
            Up::Dropped(tracks) => Signal::Dropped(who, ids(tracks)),
            Up::Progress(track, fraction) => Signal::Progress(who, TrackId::new(&track).unwrap(), fraction),
            Up::Clock(rtt_ms) => Signal::Clock(who, ClockReport { offset_ms: 0.0, rtt_ms, error_ms: None }),
            Up::Command(asked) => {
                return self.server.command(id, n, &asked.id, asked.name, &asked.args, asked.guard);
            }
        };
        self.server.report(signal);
    }

    fn arrive_at_phones(&mut self) {
        for link in self.links.values_mut() {
            if self.phones[link.phone].asleep_until > self.now {
                continue;
            }
            while let Some((_, text)) = link.down.pop_front_if(|down| down.0 <= self.now) {
                self.phones[link.phone].hear(&text, self.now);
            }
        }
    }

    fn act(&mut self) {
        for n in 0..self.phones.len() {
            if self.phones[n].next_act > self.now {
                continue;
            }
            let Some(id) = self.phones[n].connection else {
                self.connect(n);
                continue;
            };
            if self.phones[n].asleep_until > self.now {
                self.phones[n].next_act = self.phones[n].asleep_until;
                continue;
            }
            self.phones[n].next_act = self.now + self.dice.from(50, 900);
            if self.phones[n].view.is_none() {
                continue;
            }
            let phone = &mut self.phones[n];
            let mut says = phone.follows(&mut self.dice, self.now, self.server.started_at);
            if !self.is_quiet {
                says.extend(phone.owner(&mut self.dice));
            }
            self.say(id, says);
            if self.is_quiet {
                continue;
            }
            match self.dice.from(0, 120) {
                0..=2 => self.breaks(n),
                3 => self.sleeps(n),
                4 => self.shows_out(n),
                _ => {}
            }
        }
    }

    fn connect(&mut self, n: usize) {
        if self.phones[n].is_out {
            self.phones[n].is_out = !self.server.pair(n);
            self.tell(format!(
                "phone {n} is {}",
                if self.phones[n].is_out { "not let in now" } else { "let in again" }
            ));
            if self.phones[n].is_out {
                self.phones[n].next_act = self.now + 1_000;
                return;
            }
        }
        let known = self.phones[n].view.as_ref();
        let since = known.map(|view| Since { epoch: view.epoch.clone(), seq: view.seq });
        let (id, greeting) = self.server.connect(n, since);
        self.told.resumed += u64::from(greeting.iter().any(|text| text.contains("sync:resumed")));
        self.tell(format!("phone {n} connects as {id}"));
        let latency = self.dice.from(1, 250);
        self.links.insert(id, Link { phone: n, up: VecDeque::new(), down: VecDeque::new(), latency });
        let phone = &mut self.phones[n];
        (phone.connection, phone.next_act) = (Some(id), self.now + self.dice.from(100, 600));
        let says = phone.greets();
        greeting.into_iter().for_each(|text| self.sends(id, text));
        self.say(id, says);
    }

    fn say(&mut self, id: u64, says: Vec<Up>) {
        let link = self.links.get_mut(&id).expect("a connection");
        for up in says {
            let at = (self.now + self.dice.from(1, link.latency + 2)).max(link.up.back().map_or(0, |last| last.0));
            link.up.push_back((at, up));
        }
    }

    fn sends(&mut self, id: u64, text: String) {
        // A connection that broke, and the server has not noticed: nobody hears it.
        let Some(link) = self.links.get_mut(&id) else { return };
        let at = (self.now + self.dice.from(1, link.latency + 2)).max(link.down.back().map_or(0, |last| last.0));
        link.down.push_back((at, text));
    }

    fn send(&mut self) {
        for (id, text) in self.server.outgoing() {
            self.sends(id, text);
        }
    }

    /// A connection breaks, with all that is on the way; the server notices later, the phone comes back some time.
    fn breaks(&mut self, n: usize) {
        let (noticed, back) =
            (*self.dice.pick(&[0, 10, 400, 6_000, 20_000]), *self.dice.pick(&[1, 200, 3_000, 7_000, 30_000]));
        self.breaks_for(n, noticed, back);
    }

    fn breaks_for(&mut self, n: usize, noticed: u64, back: u64) {
        let Some(id) = self.phones[n].connection else { return };
        self.phones[n].lost();
        self.links.remove(&id);
        let (noticed, back) = (self.now + noticed, self.now + back);
        self.unnoticed.push((noticed, id));
        self.phones[n].next_act = back;
        self.tell(format!("connection {id} of phone {n} breaks; it comes back at {back}"));
    }

    /// A phone falls asleep with its connection open: for a moment, and then it hears everything at once; or for long,
    /// and then the server has let it go meanwhile.
    fn sleeps(&mut self, n: usize) {
        let span = *self.dice.pick(&[500, 2_000, 5_500, 20_000, 60_000]);
        self.tell(format!("phone {n} sleeps for {span} ms"));
        self.told.sleeps += 1;
        if span > 5_500 {
            let noticed = *self.dice.pick(&[6_000, 20_000]);
            return self.breaks_for(n, noticed, span);
        }
        self.phones[n].asleep_until = self.now + span;
        self.phones[n].next_act = self.now + span;
    }

    /// Somebody takes a phone out of the household; its connection ends at once, and it may come again.
    fn shows_out(&mut self, n: usize) {
        if !self.server.revoke(n) {
            return;
        }
        self.tell(format!("phone {n} is shown out"));
        self.told.shown_out += 1;
        let back = *self.dice.pick(&[300, 4_000, 40_000]);
        self.breaks_for(n, 0, back);
        self.phones[n].shown_out();
    }

    /// The wall clock is set, as a time server does it, to and fro; what was agreed goes by another one.
    fn clock_jumps(&mut self) {
        let jump = *self.dice.pick(&[-90_000_000, -3_000, 5_000, 86_400_000]);
        self.tell(format!("the wall clock jumps by {jump} ms"));
        self.told.jumps += 1;
        self.server.clock.set(self.server.clock.wall_ms() + jump);
    }

    /// The log is made shorter; what is left gives the same state.
    fn compacts(&mut self) {
        let gone = self.server.compact();
        self.tell(format!("the log is compacted: {gone} entries go"));
        self.told.compacted += gone;
        self.checks.replayed(&self.server);
    }

    fn mishaps(&mut self) {
        if self.is_quiet {
            return;
        }
        match self.dice.from(0, 1_000) {
            0..=3 => self.restart(),
            4..=8 if self.now > self.disk_works_from => {
                let times = *self.dice.pick(&[1, 1, 1, 3, 6]);
                self.tell(format!("the disk is full, {times} times"));
                self.told.full_disks += 1;
                self.disk_works_from = self.now + 5_000;
                (0..times).for_each(|_| self.server.store.fail_next(LogError::Full { path: "/data".into() }));
            }
            13..=15 => self.clock_jumps(),
            16..=18 if self.now > self.disk_works_from => self.compacts(),
            9..=12 => {
                let bits = if self.dice.one_in(2) { u64::MAX } else { self.dice.any() };
                self.tell(format!("a scan finds {:b}", bits & 0xff));
                self.server.scan(bits);
            }
            _ => {}
        }
    }

    fn restart(&mut self) {
        let is_planned = self.dice.one_in(2);
        self.tell(format!("the server {}", if is_planned { "stops and starts" } else { "is killed and comes back" }));
        self.told.restarts += 1;
        self.links.clear();
        self.unnoticed.clear();
        let ids = self.phones.iter_mut().filter(|phone| phone.connection.is_some());
        for phone in ids {
            phone.lost();
            phone.asleep_until = 0;
            phone.next_act = self.now + self.dice.from(1, 2_000);
        }
        let (store, starts) = (self.server.store.clone(), self.server.starts);
        let server = std::mem::replace(&mut self.server, Server::start(MemoryLog::named("nothing"), starts, self.now));
        drop(store);
        self.server = server.restarted(is_planned, self.now);
        self.checks.restarted(&self.server);
    }

    fn tell(&mut self, line: String) {
        self.story.push_back(format!("{:>8} ms  {line}", self.now));
        if self.story.len() > STORY_LINES {
            self.story.pop_front();
        }
    }
}
