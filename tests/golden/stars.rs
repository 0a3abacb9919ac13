//! Stars: the part of the story that brings about its messages.

use super::house::{House, LAPTOP, device, text};
use super::story::{Messages, keep};
use hearken::core::command::{Command, Origin, Wish};
use hearken::core::ids::{ItemId, MutationId, ProfileId};
use hearken::core::starring::{Item, Kind, StarReport, StarsCommand};
use hearken::hub::Submission;

fn report(mutation: &str, kind: Kind, id: &str, is_starred: bool, age_ms: u64) -> StarReport {
    let item = Item { kind, id: ItemId::new(id).unwrap() };
    StarReport { mutation_id: MutationId::new(mutation).unwrap(), item, is_starred, age_ms }
}

fn stars(command: StarsCommand) -> Command {
    Command::Stars(ProfileId::home(), command)
}

/// The laptop says something.
fn from_laptop(house: &mut House, reports: Vec<StarReport>) {
    let origin = Some(Origin { device: device(LAPTOP), tab: None });
    let wish = Wish { command: stars(StarsCommand::Mark(reports)), origin, guard: None };
    let answer = Box::new(|result: Result<_, hearken::hub::Refused>| drop(result.unwrap()));
    house.hub.submit(Submission { wish, key: None, connection: None, puts: Vec::new(), answer });
    house.pass(0);
}

pub fn starring(house: &mut House, all: &mut Messages) {
    let batch = vec![
        report("0b9c-1", Kind::Track, "k3Xa", true, 0),
        report("0b9c-2", Kind::Album, "5d41402abc4b2a76", true, 1_500),
        report("0b9c-3", Kind::Artist, "gone", false, 86_400_000),
    ];
    house.ask(stars(StarsCommand::Mark(batch))).unwrap();
    keep(house, all, "stars-changed", "stars:changed");
    house.pass(2_000);
    from_laptop(house, vec![report("l-1", Kind::Track, "p9-b", true, 500)]);
    let batch = vec![
        report("0b9c-1", Kind::Track, "k3Xa", true, 9_000),
        report("0b9c-4", Kind::Track, "p9-b", false, 3_600_000),
        report("0b9c-5", Kind::Track, "q_7c", true, 0),
    ];
    house.ask(stars(StarsCommand::Mark(batch))).unwrap();
    let slot = house.last("stars:changed");
    all.push(("stars-superseded", text(&slot.frame)));
    all.push(("ack-stars", text(&slot.logged.as_ref().unwrap().own.as_ref().unwrap().ack)));
    house.ask(stars(StarsCommand::Undo)).unwrap();
    keep(house, all, "stars-undone", "stars:changed");
}

/// At the end of the story: the clock was an hour behind all the time since the restart.
pub fn retimed(house: &mut House, all: &mut Messages) {
    from_laptop(house, vec![report("l-2", Kind::Track, "z1", true, 250)]);
    house.said();
    house.clock.set(house.clock.wall_ms() + 3_600_000);
    house.pass(0);
    keep(house, all, "stars-retimed", "stars:retimed");
}
