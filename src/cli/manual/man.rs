//! The part of hearken(1) that lists options and verbs, in troff. The rest of the page is written by hand.

use super::tree::{Place, Tree, value};
use argh::{FlagInfo, Optionality, PositionalInfo};

/// The options that may stand anywhere, then every verb with its own.
pub(super) fn part(tree: &Tree) -> String {
    let anywhere: String = tree.everywhere().into_iter().map(option).collect();
    let verbs: String = tree.places.iter().filter(|place| !place.path.is_empty()).map(verb).collect();
    format!(".SH OPTIONS\n{anywhere}.SH COMMANDS\n{verbs}")
}

fn verb(place: &Place) -> String {
    let words: String = place.info.positionals.iter().map(word_told).collect();
    let options: String = place.options().into_iter().map(option).collect();
    let nested =
        if words.is_empty() && options.is_empty() { String::new() } else { format!(".RS\n{words}{options}.RE\n") };
    format!("{}{nested}", entry(place))
}

fn entry(place: &Place) -> String {
    let words: String = place.info.positionals.iter().map(|word| format!(" {}", word_typed(word))).collect();
    let options = if place.options().is_empty() { "" } else { " [\\fIoptions\\fR]" };
    let notes: String = place.info.notes.iter().map(|note| format!("{}\n", text(note))).collect();
    let (path, about) = (&place.path, text(place.info.description));
    format!(".TP\n\\fBhearken {path}\\fR{words}{options}\n{about}\n{notes}")
}

fn word_typed(word: &PositionalInfo) -> String {
    let name = format!("\\fI{}\\fR", text(word.name));
    match word.optionality {
        Optionality::Required => name,
        Optionality::Optional => format!("[{name}]"),
        Optionality::Repeating | Optionality::Greedy => format!("[{name} ...]"),
    }
}

fn word_told(word: &PositionalInfo) -> String {
    format!(".TP\n\\fI{}\\fR\n{}\n", text(word.name), text(word.description))
}

fn option(option: &'static FlagInfo<'static>) -> String {
    let value = value(option).map(|name| format!(" \\fI{}\\fR", text(name))).unwrap_or_default();
    format!(".TP\n\\fB{}\\fR{value}\n{}\n", text(option.long), text(option.description))
}

/// On one line, with the letters that troff takes for its own made plain.
fn text(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ").replace('\\', "\\e").replace('-', "\\-");
    if line.starts_with(['.', '\'']) { format!("\\&{line}") } else { line }
}
