//! Comparisons and playlists: the part of the story that brings about their messages.

use super::house::{House, track, tracks};
use super::story::{Messages, keep};
use hearken::core::command::{Command, ComparisonCommand as Ask, PlaylistsCommand};
use hearken::core::comparing::{Mode, Selected};
use hearken::core::ids::{PairId, PlaylistId, ProfileId};
use hearken::core::rating::verdict::Outcome;
use hearken::core::source::Source;
use hearken::net::live::ws::reject;
use hearken::net::refusal;
use hearken::wire::{comparing, playlists};

fn compare(house: &mut House, command: Ask) {
    house.ask(Command::Comparison(ProfileId::home(), command)).unwrap();
}

fn pair(house: &House) -> PairId {
    let published = house.hub.published();
    let run = published.durable.comparison(&ProfileId::home()).run().unwrap();
    run.round.pair.as_ref().unwrap().id.clone()
}

pub fn comparisons(house: &mut House, all: &mut Messages) {
    let start = Ask::Start { source: Source::All, mode: Mode::All, tracks: tracks("k3Xa p9-b q_7c z1"), seed: 3 };
    compare(house, start);
    keep(house, all, "comparison-started", "comparison:started");
    compare(house, Ask::Select(Selected { track_id: track("p9-b"), is_playing: true }));
    keep(house, all, "comparison-selected", "comparison:selected");
    for (file, outcome) in [("comparison-verdict", Outcome::A), ("comparison-verdict-tie", Outcome::Tie)] {
        let pair = pair(house);
        compare(house, Ask::Verdict { pair, outcome });
        keep(house, all, file, "comparison:verdict");
    }
    let now = pair(house);
    compare(house, Ask::Skip { pair: now });
    keep(house, all, "comparison-skipped", "comparison:skipped");
    for file in ["comparison-undone-skip", "comparison-undone"] {
        compare(house, Ask::Undo);
        keep(house, all, file, "comparison:undone");
    }
    let stale = Ask::Verdict { pair: PairId::new("1").unwrap(), outcome: Outcome::A };
    let refused = house.ask(Command::Comparison(ProfileId::home(), stale)).unwrap_err();
    all.push(("reject-stale-pair", reject(Some("k-7"), &refusal::of_refused_beside(&refused))));
    let published = house.hub.published();
    all.push(("comparison", published.comparison(&ProfileId::home())));
    let comparison = published.durable.comparison(&ProfileId::home());
    let ratings = comparing::ratings(&ProfileId::home(), comparison, &published.presence.tracks, 0, 9);
    all.push(("ratings", ratings.to_string()));
    let comparisons = &published.durable.comparisons;
    let ratings = comparing::household_ratings(comparisons, &published.presence.tracks, 0, 9);
    all.push(("ratings-household", ratings.to_string()));
}

pub fn playlists(house: &mut House, all: &mut Messages) {
    let mut edit = |file, kind: &str, command| {
        house.ask(Command::Playlists(command)).unwrap();
        keep(house, all, file, kind);
    };
    let id = || PlaylistId::new("p1").unwrap();
    let create = PlaylistsCommand::Create { name: "Evening".into(), tracks: tracks("k3Xa q_7c") };
    edit("playlists-created", "playlists:created", create);
    let add = PlaylistsCommand::Add { id: id(), tracks: tracks("p9-b"), at: Some(1) };
    edit("playlists-changed", "playlists:changed", add);
    let rename = PlaylistsCommand::Change { id: id(), name: Some("Abend".into()), tracks: None };
    edit("playlists-renamed", "playlists:changed", rename);
    let other = PlaylistsCommand::Create { name: "Morning".into(), tracks: Vec::new() };
    edit("playlists-created-empty", "playlists:created", other);
    let delete = PlaylistsCommand::Delete { id: PlaylistId::new("p4").unwrap() };
    edit("playlists-deleted", "playlists:deleted", delete);
    let published = house.hub.published();
    let p1 = id();
    let playlist = published.durable.playlists.get(&p1).unwrap();
    let detail = playlists::detail(&p1, playlist, &published.presence.tracks);
    all.push(("playlist", serde_json::to_string(&detail).unwrap()));
}
