//! From what people call a track to its id: the id itself, or words to search for.

use super::Failure;
use super::appliance::Appliance;
use super::catalogue::{Catalogue, name_of};
use serde_json::Value;

/// Most matches that are listed to choose from.
const LISTED_MAX: usize = 12;

/// What was typed for one track, as one text; asked for before anybody is spoken to.
pub(super) fn words(typed: &[String]) -> Result<String, Failure> {
    let words = typed.join(" ").trim().to_owned();
    if words.is_empty() {
        return Err(Failure::usage("say which track: its id, or words to search for".into()));
    }
    Ok(words)
}

/// The track that `words` mean; `among` narrows it to some, such as those in the queue.
pub(super) fn find(
    appliance: &Appliance,
    catalogue: &Catalogue,
    words: &str,
    among: Option<&[&str]>,
) -> Result<String, Failure> {
    if catalogue.entry(words).is_some() || among.is_some_and(|among| among.contains(&words)) {
        return Ok(words.to_owned());
    }
    let query: String = form_urlencoded::byte_serialize(words.as_bytes()).collect();
    let answer = appliance.http().get(&format!("/search?q={query}&limit=50"))?.json();
    let matches = answer["tracks"].as_array().map(Vec::as_slice).unwrap_or_default();
    let fits =
        |entry: &&Value| among.is_none_or(|among| entry["trackId"].as_str().is_some_and(|id| among.contains(&id)));
    the_one(words, &matches.iter().filter(fits).collect::<Vec<_>>())
}

/// The only match, or the only one with exactly this title.
fn the_one(words: &str, matches: &[&Value]) -> Result<String, Failure> {
    let shown = |entry: &Value| Some((entry["trackId"].as_str()?.to_owned(), name_of(entry)));
    one_of(words, "track", matches, |entry| &entry["tags"]["title"], shown)
}

/// The only match, or the only one whose `title` is exactly this; `shown` is its id and what it is called.
pub(super) fn one_of(
    words: &str,
    what: &str,
    matches: &[&Value],
    title: impl Fn(&Value) -> &Value,
    shown: impl Fn(&Value) -> Option<(String, String)>,
) -> Result<String, Failure> {
    let same = |entry: &&Value| title(entry).as_str().is_some_and(|title| title.to_lowercase() == words.to_lowercase());
    let exact: Vec<&Value> = matches.iter().copied().filter(same).collect();
    let one = match (matches, exact.as_slice()) {
        ([], _) => return Err(Failure::refused(format!("no {what} matches {words:?}"))),
        ([one], _) | (_, [one]) => one,
        _ => {
            let all: Vec<_> = matches.iter().filter_map(|entry| shown(entry)).collect();
            return Err(Failure::usage(choice(words, &all)));
        }
    };
    shown(one).map(|(id, _)| id).ok_or_else(|| Failure::refused("a match without an id".into()))
}

fn choice(words: &str, matches: &[(String, String)]) -> String {
    let mut lines = vec![format!("{words:?} may be any of these, give the id or more words:")];
    lines.extend(matches.iter().take(LISTED_MAX).map(|(id, name)| format!("  {id}  {name}")));
    if matches.len() > LISTED_MAX {
        lines.push(format!("  … and {} more", matches.len() - LISTED_MAX));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn one_match_is_meant_and_several_are_listed() {
        let track = |id: &str, title: &str| json!({"trackId": id, "tags": {"title": title}});
        let (help, helpless) = (track("h1", "Help!"), track("h2", "Helpless"));
        assert_eq!(the_one("helpl", &[&helpless]).unwrap(), "h2");
        assert_eq!(the_one("HELP!", &[&help, &helpless]).unwrap(), "h1");
        let none = the_one("x", &[]).unwrap_err();
        assert_eq!((none.exit(), none.line()), (1, Some("no track matches \"x\"")));
        let several = the_one("help", &[&help, &helpless]).unwrap_err();
        assert_eq!(several.exit(), 2);
        assert!(several.line().unwrap().contains("\n  h1  “Help!”\n  h2  “Helpless”"), "{several:?}");
        let many: Vec<Value> = (0..20).map(|n| track(&n.to_string(), "Same")).collect();
        let told = the_one("same", &many.iter().collect::<Vec<_>>()).unwrap_err();
        assert!(told.line().unwrap().ends_with("… and 8 more"));
    }
}
