//! Completion in zsh: the same walk as in bash, with what each verb and option is for.

use super::bash::filled;
use super::tree::{Offer, Place, Tree};
use argh::FlagInfo;

pub(super) fn script(tree: &Tree) -> String {
    filled(SCRIPT, tree, &options(&tree.everywhere()), place)
}

fn place(place: &Place) -> String {
    let verbs = array(place.verbs());
    let own = if place.path.is_empty() { "()".into() } else { options(&place.options()) };
    let files = if place.words() == Offer::Files { "files=yes " } else { "" };
    format!("    ('{}') {files}verbs={verbs} own={own} ;;\n", place.path)
}

fn options(options: &[&'static FlagInfo<'static>]) -> String {
    array(options.iter().map(|option| (option.long, option.description)).collect())
}

/// `('name:what it is for' …)`, one a line.
fn array(items: Vec<(&str, &str)>) -> String {
    let item = |(name, about): (&str, &str)| format!("\n        '{name}:{}'", about.replace('\'', r"'\''"));
    match items.len() {
        0 => "()".into(),
        _ => format!("({}\n    )", items.into_iter().map(item).collect::<String>()),
    }
}

const SCRIPT: &str = r#"#compdef hearken
# Completion of hearken(1) in zsh; made by `hearken completions zsh`.

_hearken() {
    local at='' word prev=$words[CURRENT-1] files=''
    local -a verbs own everywhere
    integer i
    for ((i = 2; i < CURRENT; i++)); do
        word=$words[i]
        case "$at:$word" in
        (@VALUED@) ((i++)) ;;
        (@STEPS@) at="${at:+$at }$word" ;;
        esac
    done
    if [[ $PREFIX == --*=* ]]; then
        prev=${PREFIX%%=*}
        compset -P '*='
    fi
    case "$at:$prev" in
    (@FILES@) _files; return ;;
    (@DIRS@) _files -/; return ;;
    (@VALUED@) _message 'a value'; return 1 ;;
    esac
    everywhere=@EVERYWHERE@
    case $at in
@PLACES@    esac
    if [[ $PREFIX == -* ]]; then
        _describe -o option own -- everywhere
    elif [[ -n $files ]]; then
        _files
    else
        _describe verb verbs
    fi
}

if [[ $funcstack[1] == _hearken ]]; then
    _hearken "$@"
else
    compdef _hearken hearken
fi
"#;
