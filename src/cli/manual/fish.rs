//! Completion in fish: one function that knows where one stands, one line for all that may follow there.

use super::tree::{Offer, Place, Tree};
use argh::FlagInfo;

pub(super) fn script(tree: &Tree) -> String {
    SCRIPT
        .replace("@VALUED@", &patterns(&tree.valued(|_| true)))
        .replace("@STEPS@", &patterns(&tree.steps()))
        .replace("@LINES@", &tree.places.iter().map(lines).collect::<String>())
}

fn lines(place: &Place) -> String {
    let here = format!("complete -c hearken -n {}", quoted(&format!("__hearken_at {}", quoted(&place.path))));
    let anywhere = if place.path.is_empty() { "complete -c hearken" } else { &here };
    let verbs = place.verbs().into_iter().map(|(verb, about)| format!("{here} -a {verb} -d {}\n", quoted(about)));
    let options = place.options();
    let option =
        |option: &&FlagInfo<'static>| format!("{anywhere} {} -d {}\n", taken(option), quoted(option.description));
    let files = if place.words() == Offer::Files { format!("{here} -F\n") } else { String::new() };
    verbs.chain(options.iter().map(option)).chain([files]).collect()
}

fn taken(option: &FlagInfo<'static>) -> String {
    let name = option.long.trim_start_matches('-');
    match Offer::of(option) {
        None => format!("-l {name}"),
        Some(Offer::Files) => format!("-l {name} -r -F"),
        Some(Offer::Directories) => format!("-l {name} -x -a '(__fish_complete_directories)'"),
        Some(Offer::Shells | Offer::Nothing) => format!("-l {name} -x"),
    }
}

fn patterns(list: &[String]) -> String {
    list.iter().map(|pattern| quoted(pattern)).collect::<Vec<_>>().join(" ")
}

/// Within single quotes, where fish knows two escapes.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\\', r"\\").replace('\'', r"\'"))
}

const SCRIPT: &str = r#"# Completion of hearken(1) in fish; made by `hearken completions fish`.

# Whether the words typed so far lead to these verbs.
function __hearken_at
    set -l typed (commandline -opc)
    set -e typed[1]
    set -l at ''
    set -l is_value no
    for word in $typed
        if test $is_value = yes
            set is_value no
            continue
        end
        switch "$at:$word"
            case @VALUED@
                set is_value yes
            case @STEPS@
                set at (string trim "$at $word")
        end
    end
    test "$at" = "$argv[1]"
end

complete -c hearken -f
@LINES@"#;
