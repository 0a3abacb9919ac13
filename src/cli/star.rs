//! `star` and `unstar`: what this machine's profile likes, by id or by words.

use super::Failure;
use super::appliance::Appliance;
use super::catalogue::name_of;
use super::context::Context;
use super::tracks::one_of;
use crate::clock;
use argh::{ArgsInfo, FromArgValue, FromArgs};
use serde_json::{Value, json};
use std::collections::HashMap;

/// Star a track, an album or an artist; without words, show what is starred.
#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand, name = "star", help_triggers("-h", "--help"))]
pub(super) struct StarArgs {
    /// track, album or artist; then its id, or words to search for
    #[argh(positional)]
    pub words: Vec<String>,
}

/// Take the star off a track, an album or an artist.
#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand, name = "unstar", help_triggers("-h", "--help"))]
pub(super) struct UnstarArgs {
    /// track, album or artist
    #[argh(positional)]
    pub kind: Kind,
    /// its id, or words to search for
    #[argh(positional)]
    pub words: Vec<String>,
}

/// What can be starred.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Track,
    Album,
    Artist,
}

const KINDS: [Kind; 3] = [Kind::Track, Kind::Album, Kind::Artist];

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Track => "track",
            Self::Album => "album",
            Self::Artist => "artist",
        }
    }

    /// The member of an answer that lists some.
    fn several(self) -> &'static str {
        match self {
            Self::Track => "tracks",
            Self::Album => "albums",
            Self::Artist => "artists",
        }
    }

    /// Where all of the library's are listed.
    fn listing(self) -> &'static str {
        match self {
            Self::Track => "/index",
            Self::Album => "/albums",
            Self::Artist => "/artists",
        }
    }

    /// The member with its id.
    fn id(self) -> &'static str {
        if self == Self::Track { "trackId" } else { "id" }
    }

    /// What people call the thing itself, without who made it.
    fn title(self, entry: &Value) -> &Value {
        match self {
            Self::Track => &entry["tags"]["title"],
            Self::Album => &entry["title"],
            Self::Artist => &entry["name"],
        }
    }

    fn told(self, entry: &Value) -> String {
        let text = |key: &str| entry[key].as_str().unwrap_or_default();
        match self {
            Self::Track => name_of(entry),
            Self::Album => format!("“{}” by {}", text("title"), text("artist")),
            Self::Artist => text("name").to_owned(),
        }
    }
}

impl FromArgValue for Kind {
    fn from_arg_value(value: &str) -> Result<Self, String> {
        let named = KINDS.into_iter().find(|kind| kind.name() == value);
        named.ok_or_else(|| format!("say track, album or artist, not {value:?}"))
    }
}

pub(super) fn star(context: &Context, typed: &StarArgs) -> Result<(), Failure> {
    match typed.words.split_first() {
        Some((kind, words)) => mark(context, Kind::from_arg_value(kind).map_err(Failure::usage)?, words, true),
        None => list(context),
    }
}

pub(super) fn unstar(context: &Context, typed: &UnstarArgs) -> Result<(), Failure> {
    mark(context, typed.kind, &typed.words, false)
}

fn mark(context: &Context, kind: Kind, words: &[String], is_starred: bool) -> Result<(), Failure> {
    let words = words.join(" ").trim().to_owned();
    if words.is_empty() {
        return Err(Failure::usage(format!("say which {}: its id, or words to search for", kind.name())));
    }
    let appliance = context.appliance()?;
    let known = Known::load(&appliance, kind)?;
    let id = known.find(&appliance, &words)?;
    let now = clock::system_time().duration_since(std::time::UNIX_EPOCH).unwrap_or_default().as_secs_f64();
    let sign = if is_starred { "star" } else { "unstar" };
    let event = json!({
        "mutationId": mutation_id()?, "ts": now, "eventType": format!("{sign}_{}", kind.name()), "id": id,
    });
    let answer = appliance.http().post("/stars", &json!({ "sentTs": now, "events": [event] }))?.json();
    let verb = if is_starred { "starred" } else { "no longer starred" };
    context.out.either(&answer, || format!("{verb}: {}", known.told(&id)))
}

/// What is starred, the last one first.
fn list(context: &Context) -> Result<(), Failure> {
    let appliance = context.appliance()?;
    let stars = appliance.http().get("/stars")?.json();
    if context.out.json {
        return context.out.line(&stars.to_string());
    }
    let mut is_empty = true;
    for kind in KINDS {
        let starred = ids(&stars, kind);
        if starred.is_empty() {
            continue;
        }
        is_empty = false;
        let known = Known::load(&appliance, kind)?;
        for id in starred {
            context.out.line(&format!("{:6}  {}  [{id}]", kind.name(), known.told(id)))?;
        }
    }
    if is_empty { context.out.line("nothing is starred: `hearken star track WORDS`") } else { Ok(()) }
}

fn ids(stars: &Value, kind: Kind) -> Vec<&str> {
    let listed = stars[kind.several()].as_array().map(Vec::as_slice).unwrap_or_default();
    listed.iter().filter_map(|star| star["id"].as_str()).collect()
}

/// All of one kind that the library has.
struct Known {
    kind: Kind,
    entries: HashMap<String, Value>,
}

impl Known {
    fn load(appliance: &Appliance, kind: Kind) -> Result<Self, Failure> {
        let listing = appliance.http().get(kind.listing())?.json();
        let listing = listing.as_array().cloned().unwrap_or_default();
        let by_id = |entry: Value| Some((entry[kind.id()].as_str()?.to_owned(), entry));
        Ok(Self { kind, entries: listing.into_iter().filter_map(by_id).collect() })
    }

    fn told(&self, id: &str) -> String {
        self.entries.get(id).map_or_else(|| format!("{} {id}", self.kind.name()), |entry| self.kind.told(entry))
    }

    /// The one that `words` mean: its id, also that of a star whose music is gone, or a search.
    fn find(&self, appliance: &Appliance, words: &str) -> Result<String, Failure> {
        if self.entries.contains_key(words) || ids(&appliance.http().get("/stars")?.json(), self.kind).contains(&words)
        {
            return Ok(words.to_owned());
        }
        let query: String = form_urlencoded::byte_serialize(words.as_bytes()).collect();
        let answer = appliance.http().get(&format!("/search?q={query}&limit=50"))?.json();
        let found = answer[self.kind.several()].as_array().map(Vec::as_slice).unwrap_or_default();
        let mut matches: Vec<&Value> = found.iter().collect();
        if matches.is_empty() {
            matches = self.titled(words);
        }
        let kind = self.kind;
        let shown = |entry: &Value| Some((entry[kind.id()].as_str()?.to_owned(), kind.told(entry)));
        one_of(words, kind.name(), &matches, |entry| kind.title(entry), shown)
    }

    /// Those whose title has these words in it: a search looks at tags, and some albums are only called like their folder.
    fn titled(&self, words: &str) -> Vec<&Value> {
        let words = words.to_lowercase();
        let title = |entry: &Value| self.kind.title(entry).as_str().map(str::to_lowercase);
        self.entries.values().filter(|entry| title(entry).is_some_and(|title| title.contains(&words))).collect()
    }
}

/// A name for one star, so that it counts once.
fn mutation_id() -> Result<String, Failure> {
    let mut bytes = [0_u8; 10];
    getrandom::fill(&mut bytes).map_err(|error| Failure::refused(format!("no randomness: {error}")))?;
    Ok(format!("cli-{}", bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_is_called_by_what_the_library_says() {
        let track = json!({"trackId": "a", "tags": {"title": "Help!", "artist": "The Beatles"}});
        let (album, artist) = (json!({"id": "b", "title": "Help!", "artist": "The Beatles"}), json!({"name": "Björk"}));
        assert_eq!(Kind::Track.told(&track), "“Help!” by The Beatles");
        assert_eq!(Kind::Album.told(&album), "“Help!” by The Beatles");
        assert_eq!(Kind::Artist.told(&artist), "Björk");
        let known = Known { kind: Kind::Album, entries: HashMap::from([("b".into(), album)]) };
        assert_eq!((known.told("b").as_str(), known.told("gone").as_str()), ("“Help!” by The Beatles", "album gone"));
    }

    #[test]
    fn names_are_new_each_time_and_fit_the_wire() {
        let (one, other) = (mutation_id().unwrap(), mutation_id().unwrap());
        assert!(one != other && crate::core::ids::MutationId::new(&one).is_ok());
    }
}
