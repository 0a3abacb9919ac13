//! Comparisons: the pair on the table, the answer to it, what came of all answers.

use super::Failure;
use super::appliance::Appliance;
use super::context::Context;
use super::describe::count;
use super::{playlist, profiles};
use argh::{ArgsInfo, FromArgs};
use serde_json::{Value, json};

/// Say which of two tracks is better.
#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(
    subcommand,
    name = "compare",
    help_triggers("-h", "--help"),
    note = "Without a verb: shows the pair on the table."
)]
pub(super) struct CompareArgs {
    #[argh(subcommand)]
    pub verb: Option<CompareVerb>,
}

#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand)]
pub(super) enum CompareVerb {
    Next(NextPairArgs),
    A(AArgs),
    B(BArgs),
    Tie(TieArgs),
    Skip(SkipArgs),
    Undo(UndoArgs),
    Redo(RedoArgs),
    Start(StartArgs),
    Ratings(RatingsArgs),
}

/// Show the pair on the table.
#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand, name = "next", help_triggers("-h", "--help"))]
pub(super) struct NextPairArgs {}

/// The first one is better.
#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand, name = "a", help_triggers("-h", "--help"))]
pub(super) struct AArgs {}

/// The second one is better.
#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand, name = "b", help_triggers("-h", "--help"))]
pub(super) struct BArgs {}

/// Neither is better.
#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand, name = "tie", help_triggers("-h", "--help"))]
pub(super) struct TieArgs {}

/// Ask another pair.
#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand, name = "skip", help_triggers("-h", "--help"))]
pub(super) struct SkipArgs {}

/// Take back the last answer.
#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand, name = "undo", help_triggers("-h", "--help"))]
pub(super) struct UndoArgs {}

/// Answer again what was taken back last.
#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand, name = "redo", help_triggers("-h", "--help"))]
pub(super) struct RedoArgs {}

/// Compare the tracks of a source.
#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand, name = "start", help_triggers("-h", "--help"))]
pub(super) struct StartArgs {
    /// all, top, starred, recent, or: album WORDS, artist WORDS, genre NAME, playlist NAME
    #[argh(positional)]
    pub source: Vec<String>,
    /// the best ten first, rather than an order of all
    #[argh(switch)]
    pub top10: bool,
}

/// Show the tracks that were compared, the best first.
#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand, name = "ratings", help_triggers("-h", "--help"))]
pub(super) struct RatingsArgs {
    /// how many; 20 unless given
    #[argh(option, default = "20")]
    pub limit: usize,
    /// whose, by id or name; this machine's profile unless given
    #[argh(option)]
    pub profile: Option<String>,
    /// what all profiles together think
    #[argh(switch)]
    pub household: bool,
}

pub(super) fn run(context: &Context, typed: &CompareArgs) -> Result<(), Failure> {
    if let Some(CompareVerb::Start(typed)) = &typed.verb
        && typed.source.is_empty()
    {
        return Err(Failure::usage("say what to compare: all, or an album, artist, genre or playlist".into()));
    }
    if let Some(CompareVerb::Ratings(typed)) = &typed.verb
        && typed.household
        && typed.profile.is_some()
    {
        return Err(Failure::usage("say --profile or --household, not both".into()));
    }
    let appliance = context.appliance()?;
    match &typed.verb {
        None | Some(CompareVerb::Next(_)) => {
            let now = appliance.http().get("/comparison")?.json();
            context.out.either(&now, || told(&now))
        }
        Some(CompareVerb::A(_)) => answer(context, &appliance, "verdict", Some("a")),
        Some(CompareVerb::B(_)) => answer(context, &appliance, "verdict", Some("b")),
        Some(CompareVerb::Tie(_)) => answer(context, &appliance, "verdict", Some("tie")),
        Some(CompareVerb::Skip(_)) => answer(context, &appliance, "skip", None),
        Some(CompareVerb::Undo(_)) => change(context, &appliance, "undo", &json!({})),
        Some(CompareVerb::Redo(_)) => change(context, &appliance, "redo", &json!({})),
        Some(CompareVerb::Start(typed)) => {
            let mode = if typed.top10 { "top10" } else { "all" };
            let source = source(&appliance, &typed.source)?;
            change(context, &appliance, "start", &json!({"source": source, "mode": mode}))
        }
        Some(CompareVerb::Ratings(typed)) => ratings(context, &appliance, typed),
    }
}

/// Answers the pair on the table, whichever that is.
fn answer(context: &Context, appliance: &Appliance, verb: &str, winner: Option<&str>) -> Result<(), Failure> {
    let now = appliance.http().get("/comparison")?.json();
    let Some(pair) = now["pair"]["id"].as_str() else { return Err(Failure::refused(told(&now))) };
    let mut args = json!({ "pairId": pair });
    if let Some(winner) = winner {
        args["winner"] = winner.into();
    }
    change(context, appliance, verb, &args)
}

fn change(context: &Context, appliance: &Appliance, verb: &str, args: &Value) -> Result<(), Failure> {
    let after = appliance.http().post(&format!("/comparison/{verb}"), args)?.json();
    context.out.either(&after, || told(&after["comparison"]))
}

fn ratings(context: &Context, appliance: &Appliance, typed: &RatingsArgs) -> Result<(), Failure> {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("limit", &typed.limit.to_string());
    let profile = typed.profile.as_deref().map(|name| profiles::the_one(appliance, name)).transpose()?;
    query.extend_pairs(profile.iter().map(|profile| ("profile", profile)));
    query.extend_pairs(typed.household.then_some(("household", "1")));
    let found = appliance.http().get(&format!("/ratings?{}", query.finish()))?.json();
    if context.out.json {
        return context.out.line(&found.to_string());
    }
    let rows = found["ratings"].as_array().map(Vec::as_slice).unwrap_or_default();
    if rows.is_empty() {
        return context.out.line("nothing is rated yet: `hearken compare start all`");
    }
    for row in rows {
        let number = |key: &str| row[key].as_f64().unwrap_or_default();
        let (rank, rating, uncertainty) = (number("rank"), number("rating"), number("uncertainty"));
        let of =
            row["profiles"].as_u64().map(|profiles| format!("  {}", count(profiles, "profile"))).unwrap_or_default();
        context.out.line(&format!("{rank:4}  {rating:5.0} ± {uncertainty:3.0}{of}  {}", track_name(&row["track"])))?;
    }
    Ok(())
}

/// The source that the typed words mean: an album or artist by what the search finds, a playlist by its name.
fn source(appliance: &Appliance, typed: &[String]) -> Result<Value, Failure> {
    let (kind, words) = (typed[0].as_str(), typed[1..].join(" "));
    if matches!(kind, "album" | "artist" | "genre" | "playlist") && words.is_empty() {
        return Err(Failure::usage(format!("say which {kind}")));
    }
    let id = match kind {
        "all" | "top" | "starred" | "recent" => return Ok(json!({ "type": kind })),
        "genre" => words,
        "playlist" => playlist::the_one(&playlist::all(appliance)?, &words)?,
        "album" | "artist" => {
            let query: String = form_urlencoded::byte_serialize(words.as_bytes()).collect();
            let found = appliance.http().get(&format!("/search?q={query}&limit=20"))?.json();
            let found = found[format!("{kind}s")].as_array().cloned().unwrap_or_default();
            named(kind, &words, &found)?
        }
        other => return Err(Failure::usage(format!("{other:?} is no source: see `hearken compare start --help`"))),
    };
    Ok(json!({"type": kind, "id": id}))
}

/// The id of the only match, or of the only one of exactly this name.
fn named(kind: &str, words: &str, found: &[Value]) -> Result<String, Failure> {
    let name = |one: &Value| one["title"].as_str().or(one["name"].as_str()).unwrap_or_default().to_owned();
    let exact: Vec<&Value> = found.iter().filter(|one| name(one).to_lowercase() == words.to_lowercase()).collect();
    let one: &Value = match (found, exact.as_slice()) {
        ([], _) => return Err(Failure::refused(format!("no {kind} matches {words:?}"))),
        ([one], _) => one,
        (_, [one]) => one,
        (several, _) => {
            let names: Vec<String> = several.iter().map(name).collect();
            return Err(Failure::usage(format!("{words:?} may be any of these: {}", names.join(", "))));
        }
    };
    Ok(one["id"].as_str().unwrap_or_default().to_owned())
}

/// The pair on the table in words.
fn told(now: &Value) -> String {
    let number = |key: &str| now["progress"][key].as_u64().unwrap_or_default();
    match &now["pair"] {
        Value::Object(pair) => format!(
            "a  {}\nb  {}\n{} answered, about {} in all: `hearken compare a`, `b`, `tie` or `skip`",
            track_name(&pair["a"]),
            track_name(&pair["b"]),
            number("answered"),
            number("expected").max(number("answered") + 1)
        ),
        _ if now["source"].is_null() => "nothing is being compared: `hearken compare start all`".into(),
        _ => format!("every pair was asked, {} answered: `hearken compare ratings`", number("answered")),
    }
}

/// What a track object is called.
pub(super) fn track_name(track: &Value) -> String {
    let text = |key: &str| track[key].as_str().filter(|text| !text.is_empty());
    let title = text("title").or_else(|| text("trackId")).unwrap_or("a track");
    match text("artist") {
        Some(artist) => format!("“{title}” by {artist}"),
        None => format!("“{title}”"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_in_words() {
        let track = |title: &str| json!({"trackId": "k3", "title": title, "artist": "Ada"});
        let pair = json!({"source": {"type": "all"}, "pair": {"id": "7", "a": track("Håll"), "b": {"trackId": "z1"}},
            "progress": {"answered": 3, "expected": 33}});
        let lines = told(&pair);
        assert!(lines.starts_with("a  “Håll” by Ada\nb  “z1”\n3 answered, about 33 in all"), "{lines}");
        assert!(told(&json!({"source": null, "pair": null})).starts_with("nothing is being compared"));
        let done = json!({"source": {"type": "all"}, "pair": null, "progress": {"answered": 10}});
        assert!(told(&done).starts_with("every pair was asked, 10 answered"));
    }

    #[test]
    fn one_match_is_meant_and_several_are_listed() {
        let album = |id: &str, title: &str| json!({"id": id, "title": title});
        let found = [album("1", "Help!"), album("2", "Helpless")];
        assert_eq!(named("album", "help!", &found).unwrap(), "1");
        assert_eq!(named("album", "helpl", &found[1..]).unwrap(), "2");
        assert_eq!(named("album", "help", &found).unwrap_err().exit(), 2);
        assert_eq!(named("album", "x", &[]).unwrap_err().exit(), 1);
    }
}
