//! Another writer on the same log was faster: its entries are taken over, and what was refused is decided again.

use super::harness::{
    House, PLAY, Watched, add, device, foreign, foreign_add, foreign_scan, house, key, topic, tracks,
};
use crate::core::command::SessionCommand as Ask;
use crate::core::event::Event;
use crate::core::ids::RoomId;
use crate::core::presence::Signal;
use crate::hub::{Hub, Refused};
use crate::log::{EventLog, KeyedAnswer};

fn overtake(store: &Watched, event: Event) {
    store.overtake(move |log| foreign(log, &event, None));
}

#[test]
fn what_it_did_comes_first_and_the_refused_wish_is_stale() {
    let mut it = House::with("a b", "A");
    let joined = it.hub.ring().join(None);
    it.told();
    overtake(&it.store, foreign_add("h"));
    it.submit("mine", add("c"), Some(1), None);
    it.round();
    assert_eq!(it.seen(&joined), ["session:queue 2/2"]);
    let Err(Refused::Rejected(why, published)) = it.last() else { panic!("{:?}", it.told()) };
    assert_eq!(why.expected_version(), Some(2));
    assert_eq!(published.seq, 2, "the state beside the refusal is the one to look at");
    assert_eq!(it.session().queue.tracks(), tracks("a b h"));
    assert_eq!(it.digest(), it.digest_of_the_log());
}

#[test]
fn a_wish_without_a_guard_is_accepted_behind_it() {
    let mut it = House::with("a b", "A");
    let joined = it.hub.ring().join(None);
    it.told();
    let pairing = |name: &str| {
        let command = crate::core::command::HouseholdCommand::Pair {
            device: device(name),
            name: name.into(),
            profile: crate::core::ids::ProfileId::home().into(),
        };
        crate::core::household::Household::default()
            .decide(&command, |_| false, 1, crate::clock::Now::default())
            .unwrap()
    };
    overtake(&it.store, Event::Household(pairing("F")));
    it.submit("mine", super::harness::pair("D"), None, None);
    it.round();
    assert_eq!(it.seen(&joined), ["household:paired 2/1", "household:paired 3/2"]);
    assert_eq!(it.told(), ["mine: ok 3/2"]);
    assert_eq!(it.digest(), it.digest_of_the_log());
}

#[test]
fn an_entry_on_another_topic_moves_ours_and_refuses_none() {
    let mut it = House::with("a b", "A");
    let joined = it.hub.ring().join(None);
    it.told();
    overtake(&it.store, foreign_scan());
    it.submit("mine", add("c"), Some(1), None);
    it.round();
    assert_eq!(it.seen(&joined), ["library:changed 2/1", "session:queue 3/2"]);
    assert_eq!(it.told(), ["mine: ok 3/2"]);
    assert_eq!(it.digest(), it.digest_of_the_log());
    assert_eq!(it.hub.published().seq, 3);
}

#[test]
fn a_barrier_opened_meanwhile_waits_for_its_members_and_is_released() {
    let mut it = House::with("a b", "A B");
    it.signal(Signal::Dropped(device("B"), tracks("a")));
    overtake(&it.store, foreign_scan());
    it.ask(house(PLAY)).unwrap();
    assert_eq!(it.stage(), "waiting a@0");
    let members =
        it.hub.published().presence.room(&RoomId::house()).watch.as_ref().map(|watch| watch.members().count());
    assert_eq!(members, Some(2));
    it.signal(Signal::Have(device("B"), tracks("a")));
    assert_eq!(it.stage(), "playing a@0");
}

#[test]
fn what_the_server_wished_for_is_done_all_the_same() {
    let mut it = House::with("a b", "A");
    let joined = it.hub.ring().join(None);
    it.told();
    overtake(&it.store, foreign_scan());
    it.submit("play", house(PLAY), Some(1), None);
    it.round();
    assert_eq!(it.told(), ["play: ok 3/2"]);
    assert_eq!(it.seen(&joined), ["library:changed 2/1", "session:played 3/2", "barrier.release 4/3"]);
}

#[test]
fn a_release_keeps_its_instant() {
    let mut it = House::with("a b", "A");
    it.signal(Signal::Dropped(device("A"), tracks("a")));
    it.ask(house(PLAY)).unwrap();
    overtake(&it.store, foreign_scan());
    it.signal(Signal::Have(device("A"), tracks("a")));
    assert_eq!(it.stage(), "playing a@0");
    let session = it.session();
    assert!(session.stage.start_at.is_some(), "a position that never moves is no position");
    let published = it.hub.published();
    assert!(published.presence.room(&RoomId::house()).watch.is_none(), "nobody is waited for any more");
}

#[test]
fn what_was_reported_in_that_round_is_not_lost() {
    let mut it = House::with("a b", "A");
    overtake(&it.store, foreign_add("h"));
    it.submit("mine", add("c"), Some(1), None);
    it.hub.signal(Signal::Connected(device("B"), 2));
    it.hub.signal(Signal::Join(device("B"), RoomId::house(), 2));
    it.round();
    assert!(it.hub.published().presence.room(&RoomId::house()).listeners.contains_key(&device("B")));
}

#[test]
fn a_key_that_was_used_over_there_gets_its_answer_here() {
    let mut it = House::with("a b", "A");
    it.told();
    it.store.overtake(|log| {
        let result = b"{\"from\":\"there\"}".as_slice().into();
        let answer = KeyedAnswer { device: device("A"), key: key("k"), body_hash: 1, result };
        foreign(log, &foreign_add("h"), Some(answer));
    });
    it.submit("mine", add("h"), Some(1), Some(("k", 1)));
    it.submit("twice", add("h"), Some(1), Some(("k", 1)));
    it.round();
    let data = it.last().unwrap().data;
    assert_eq!(&*data, "{\"from\":\"there\"}");
    assert_eq!(it.told(), ["mine: ok 2/2", "twice: ok 2/2"]);
}

#[test]
fn who_was_answered_from_a_refused_draft_is_answered_anew() {
    let mut it = House::with("a b", "A");
    it.told();
    overtake(&it.store, foreign_add("h"));
    it.submit("first", add("c"), Some(1), Some(("k", 1)));
    it.submit("again", add("c"), Some(1), Some(("k", 1)));
    it.submit("behind", add("d"), Some(2), None);
    it.round();
    let mut told = it.told();
    told.sort();
    assert_eq!(told, ["again: 409 stale", "behind: ok 3/3", "first: 409 stale"], "each by the state it now finds");
    assert_eq!(it.session().queue.tracks(), tracks("a b h d"));
    assert_eq!(it.digest(), it.digest_of_the_log());
}

#[test]
fn somebody_who_is_always_faster_is_given_up_on() {
    let mut it = House::with("a b", "A");
    it.told();
    let mut n = 0;
    let faster = move |log: &mut crate::log::memory::MemoryLog| {
        n += 1;
        foreign(log, &foreign_scan(), None);
        let event = Event::LibraryChanged { version: n, count: 0, added: 0, removed: 0 };
        foreign(log, &event, None);
    };
    *it.store.before.lock().unwrap() = Some(Box::new(faster));
    let mine = crate::core::command::Command::LibraryChanged { version: 99, count: 0, added: 0, removed: 0 };
    it.submit("mine", mine, None, None);
    it.round();
    assert_eq!(it.told(), ["mine: store: other nodes were faster each time: try again"]);
    assert_eq!(it.digest(), it.digest_of_the_log());
    *it.store.before.lock().unwrap() = None;
    assert!(it.ask(add("c")).is_ok());
    assert_eq!(it.digest(), it.digest_of_the_log());
}

#[test]
fn order_holds_over_many_rounds_of_two_writers() {
    let mut it = House::with("a b", "A");
    let joined = it.hub.ring().join(None);
    for n in 0..40_u64 {
        match n % 3 {
            0 => overtake(&it.store, foreign_scan()),
            1 => overtake(&it.store, foreign_add(["c", "d", "e"][(n % 9 / 3) as usize])),
            _ => *it.store.before.lock().unwrap() = None,
        }
        let ask = if n % 2 == 0 { house(Ask::Next) } else { house(PLAY) };
        let _ = it.ask(ask);
        assert_eq!(it.digest(), it.digest_of_the_log(), "round {n}");
    }
    let head = it.store.head().unwrap();
    assert_eq!(it.hub.published().seq, head.seq);
    let seqs: Vec<u64> = it.seen(&joined).iter().map(|name| seq(name)).collect();
    assert_eq!(seqs, (2..=head.seq).collect::<Vec<u64>>(), "each once, in the order of the log");
    let session = head.topics.iter().find(|head| *head.topic == *topic().to_string()).unwrap();
    assert_eq!(it.hub.published().durable.head(&topic()).version, session.version);
}

fn seq(name: &str) -> u64 {
    name.rsplit(' ').next().unwrap().split('/').next().unwrap().parse().unwrap()
}

/// Handles are what other rooms hold: they cross threads.
#[test]
fn a_hub_is_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Hub>();
}
