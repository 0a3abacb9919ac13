//! Completion in bash. It walks the words typed so far down the verbs, then offers what may follow there.

use super::tree::{Offer, Place, Tree};
use argh::FlagInfo;

pub(super) fn script(tree: &Tree) -> String {
    filled(SCRIPT, tree, &names(&tree.everywhere()), place)
}

/// A script with what the tree says in it; a shell writes options and places in its own way.
pub(super) fn filled(script: &str, tree: &Tree, everywhere: &str, place: fn(&Place) -> String) -> String {
    script
        .replace("@VALUED@", &patterns(&tree.valued(|_| true)))
        .replace("@FILES@", &patterns(&tree.valued(|offer| offer == Offer::Files)))
        .replace("@DIRS@", &patterns(&tree.valued(|offer| offer == Offer::Directories)))
        .replace("@STEPS@", &patterns(&tree.steps()))
        .replace("@EVERYWHERE@", everywhere)
        .replace("@PLACES@", &tree.places.iter().map(place).collect::<String>())
}

fn place(place: &Place) -> String {
    let verbs: Vec<&str> = place.verbs().into_iter().map(|(verb, _)| verb).collect();
    let own = if place.path.is_empty() { String::new() } else { names(&place.options()) };
    let files = if place.words() == Offer::Files { " files=yes" } else { "" };
    format!("    '{}') verbs='{}' own='{own}'{files} ;;\n", place.path, verbs.join(" "))
}

fn names(options: &[&FlagInfo]) -> String {
    options.iter().map(|option| option.long).collect::<Vec<_>>().join(" ")
}

/// Alternatives of a `case`, in which a leading `*` stays one.
fn patterns(list: &[String]) -> String {
    let quoted = |pattern: &String| match pattern.strip_prefix('*') {
        Some(rest) => format!("*'{rest}'"),
        None => format!("'{pattern}'"),
    };
    list.iter().map(quoted).collect::<Vec<_>>().join("|")
}

const SCRIPT: &str = r#"# Completion of hearken(1) in bash; made by `hearken completions bash`.

_hearken() {
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
    local at='' verbs='' own='' files='' word i
    # --option=value comes as three words.
    if [[ $cur == = ]]; then
        cur=''
    elif [[ $prev == = ]]; then
        prev=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    for ((i = 1; i < COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        case "$at:$word" in
        @VALUED@)
            ((i++))
            [[ ${COMP_WORDS[i]} == = ]] && ((i++))
            ;;
        @STEPS@)
            at="${at:+$at }$word"
            ;;
        esac
    done
    case "$at:$prev" in
    @FILES@)
        _hearken_paths -f "$cur"
        return
        ;;
    @DIRS@)
        _hearken_paths -d "$cur"
        return
        ;;
    @VALUED@)
        return
        ;;
    esac
    case $at in
@PLACES@    esac
    if [[ $cur == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$own @EVERYWHERE@" -- "$cur")
    elif [[ $files ]]; then
        _hearken_paths -f "$cur"
    else
        mapfile -t COMPREPLY < <(compgen -W "$verbs" -- "$cur")
    fi
}

_hearken_paths() {
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen "$1" -- "$2")
}

complete -F _hearken hearken
"#;
