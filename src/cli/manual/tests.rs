//! The checked-in man page and completions against the program, and the completions in real shells.

use super::*;
use crate::cli::args::Args;
use argh::FromArgs;
use std::path::PathBuf;

const BEGIN: &str = ".\\\" begin: made from the help\n";
const END: &str = ".\\\" end: made from the help\n";

fn packaging(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("packaging").join(name)
}

/// Compares a file with what it should be; `UPDATE_GOLDEN=1` writes it instead.
fn agrees(path: &PathBuf, expected: &str) {
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(path, expected).unwrap();
    }
    let found = std::fs::read_to_string(path).unwrap_or_default();
    let line = found.lines().zip(expected.lines()).find(|(found, expected)| found != expected);
    let hint = "the command line changed: UPDATE_GOLDEN=1 cargo test --lib cli::manual";
    assert!(found == expected, "{}: {hint}\nfirst difference: {line:?}", path.display());
}

/// The help of a place, as it is printed.
fn help(path: &str) -> String {
    let words: Vec<&str> = path.split_whitespace().chain(["--help"]).collect();
    Args::from_args(&["hearken"], &words).unwrap_err().output
}

#[test]
fn the_man_page_lists_every_verb_and_option() {
    let path = packaging("hearken.1");
    let page = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = page.split_once(BEGIN).unwrap();
    let (_, after) = rest.split_once(END).unwrap();
    let part = man::part(&Tree::whole());
    agrees(&path, &format!("{before}{BEGIN}{part}{END}{after}"));
}

#[test]
fn what_the_help_tells_the_manual_tells() {
    let tree = Tree::whole();
    assert!(tree.places.len() > 50, "{}", tree.places.len());
    for place in &tree.places {
        let help = help(&place.path);
        let told = |head: &str| -> Vec<String> {
            let lines = help.split(head).nth(1).unwrap_or_default().lines().skip(1);
            let listed = lines
                .take_while(|line| !line.is_empty())
                .filter(|line| line.starts_with("  ") && !line.starts_with("   "));
            listed.map(|line| line.trim().split([' ', ',']).find(|word| !word.is_empty()).unwrap().to_owned()).collect()
        };
        let options: Vec<String> =
            told("Options:").into_iter().filter(|name| !["-h", "--help"].contains(&name.as_str())).collect();
        let known: Vec<&str> =
            place.options().iter().map(|option| option.long).filter(|name| *name != "--help").collect();
        assert_eq!(options, known, "hearken {}", place.path);
        let verbs: Vec<&str> = place.info.commands.iter().map(|verb| verb.name).collect();
        assert_eq!(told("Commands:"), verbs, "hearken {}", place.path);
    }
}

#[test]
fn the_packages_completions_are_those_of_the_program() {
    for (name, shell) in Shell::ALL {
        agrees(&packaging("completions").join(format!("hearken.{name}")), &shell.script());
        assert_eq!(name.parse(), Ok(shell));
    }
    assert!("csh".parse::<Shell>().is_err());
}

/// Asks a script what it offers for a line whose last word is being typed.
const ASK_BASH: &str =
    r#"source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _hearken; printf '%s\n' "${COMPREPLY[@]}""#;
/// zsh's own helpers only work in its line editor: these tell what they were given.
const ASK_ZSH: &str = r#"
    compdef() { }
    compset() { PREFIX=${PREFIX#*=} }
    _message() { }
    _files() { print -l -- ${PREFIX}*(N) }
    _describe() {
        local name item
        for name in $@; do
            [[ $name == -* || $name == (option|verb) ]] || for item in ${(P)name}; do
                [[ $item == $PREFIX* ]] && print -r -- ${item%%:*}
            done
        done
    }
    file=$1; shift; words=("$@"); CURRENT=$#; PREFIX=${words[-1]}
    source $file; _hearken"#;
const ASK_FISH: &str = r#"source $argv[1]; complete -C (string join -- ' ' $argv[2..])"#;

/// What a shell offers, sorted; `None` where it is not installed.
fn offered(shell: &str, file: &std::path::Path, words: &[&str]) -> Option<Vec<String>> {
    let mut command = std::process::Command::new(shell);
    match shell {
        "bash" => command.args(["--norc", "-c", ASK_BASH]),
        "zsh" => command.args(["-f", "-c", ASK_ZSH, "zsh"]),
        _ => command.args(["--no-config", "-c", ASK_FISH, "--"]),
    };
    let run = command.arg(file).args(words).current_dir(packaging("")).env("HOME", "/nonexistent").output().ok()?;
    let told = String::from_utf8(run.stdout).unwrap();
    let mut names: Vec<String> = told
        .lines()
        .filter_map(|line| line.split('\t').next())
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect();
    names.sort();
    Some(names)
}

#[test]
fn real_shells_complete_verbs_options_and_files() {
    let queue = "add clear list move redo remove set shuffle undo";
    let table: &[(&[&str], &str)] = &[
        (&["hearken", "comp"], "compare completions"),
        (&["hearken", "queue", ""], queue),
        (&["hearken", "--room", "list", "queue", ""], queue),
        (&["hearken", "rooms", ""], "create delete list rename"),
        (&["hearken", "rooms", "list", ""], ""),
        (&["hearken", "queue", "add", "x", "--a"], "--at"),
        (&["hearken", "next", "--ho"], "--host"),
        (&["hearken", "completions", ""], "bash fish zsh"),
        (&["hearken", "--host", ""], ""),
        (&["hearken", "playlist", "import", "hearken.sys"], "hearken.sysusers"),
        (&["hearken", "--config", "hearken.sys"], "hearken.sysusers"),
    ];
    let dir = tempfile::tempdir().unwrap();
    for (shell, kind) in Shell::ALL {
        let file = dir.path().join(shell);
        std::fs::write(&file, kind.script()).unwrap();
        for (words, expected) in table {
            let Some(found) = offered(shell, &file, words) else {
                eprintln!("skipped: {shell} is not installed (tests/setup.sh deb)");
                break;
            };
            let expected: Vec<&str> = expected.split_whitespace().collect();
            assert_eq!(found, expected, "{shell}: {words:?}");
        }
    }
}
