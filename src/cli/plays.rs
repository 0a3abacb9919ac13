//! `plays`: what this device's profile heard last, and most often.

use super::Failure;
use super::appliance::Appliance;
use super::args::{PlaysArgs, PlaysVerb};
use super::catalogue::Catalogue;
use super::compare::track_name;
use super::context::Context;
use serde_json::{Value, json};

/// Tracks that are told unless somebody says how many.
const LIMIT: usize = 20;

pub(super) fn run(context: &Context, typed: &PlaysArgs) -> Result<(), Failure> {
    let appliance = context.appliance()?;
    match &typed.verb {
        None => recent(context, &appliance, LIMIT),
        Some(PlaysVerb::Recent(typed)) => recent(context, &appliance, typed.limit),
        Some(PlaysVerb::Top(typed)) => top(context, &appliance, typed.limit),
    }
}

fn recent(context: &Context, appliance: &Appliance, limit: usize) -> Result<(), Failure> {
    let told = appliance.http().get(&format!("/plays?limit={limit}"))?.json();
    let rows = told["recent"].as_array().map(Vec::as_slice).unwrap_or_default();
    if rows.is_empty() && !context.out.json {
        return context.out.line("nothing was heard yet");
    }
    rows.iter().try_for_each(|row| context.out.either(row, || line(&row["count"], &track_name(&row["track"]))))
}

fn top(context: &Context, appliance: &Appliance, limit: usize) -> Result<(), Failure> {
    let rows = most_heard(&appliance.http().get("/plays?limit=0")?.json(), limit);
    if rows.is_empty() && !context.out.json {
        return context.out.line("nothing was heard yet");
    }
    let catalogue = Catalogue::load(appliance)?;
    rows.iter().try_for_each(|(track, count)| {
        let document = json!({"trackId": track, "count": count});
        context.out.either(&document, || line(&document["count"], &catalogue.name(track)))
    })
}

fn line(count: &Value, name: &str) -> String {
    format!("{:5} ×  {name}", count.as_u64().unwrap_or_default())
}

/// The tracks that were heard most often, with how often.
fn most_heard(told: &Value, limit: usize) -> Vec<(String, u64)> {
    let counts = told["counts"].as_object().into_iter().flatten();
    let mut rows: Vec<_> = counts.map(|(track, count)| (track.clone(), count.as_u64().unwrap_or_default())).collect();
    rows.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
    rows.truncate(limit);
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_heard_most_often_comes_first() {
        let told = json!({"counts": {"b": 2, "a": 2, "c": 9, "d": 1}});
        let most: Vec<String> = most_heard(&told, 3).into_iter().map(|(track, _)| track).collect();
        assert_eq!(most, ["c", "a", "b"]);
        assert!(most_heard(&json!({}), 3).is_empty());
        assert_eq!(line(&json!(12), "“A”"), "   12 ×  “A”");
    }
}
