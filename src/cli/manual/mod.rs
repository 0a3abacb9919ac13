//! The command line's own manual, made from what argh knows of the verbs: completions for three shells, and (in the
//! tests, which hold the file against it) the part of the man page that lists verbs and options.
//!
//! Not argh's own generator of completions: it knows a verb by its last word only, so that `rooms list` would be
//! completed like `queue list`; and it does not know that global options may stand behind the verb.

mod bash;
mod fish;
#[cfg(test)]
mod man;
mod tree;
mod zsh;

use super::Failure;
use super::args::CompletionsArgs;
use super::context::Context;
use std::str::FromStr;
use tree::Tree;

/// A shell that can complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shell {
    /// GNU bash, 4 or newer.
    Bash,
    /// fish, 3 or newer.
    Fish,
    /// zsh with compinit.
    Zsh,
}

impl Shell {
    /// All of them, by name.
    const ALL: [(&str, Self); 3] = [("bash", Self::Bash), ("fish", Self::Fish), ("zsh", Self::Zsh)];

    fn script(self) -> String {
        let tree = Tree::whole();
        match self {
            Self::Bash => bash::script(&tree),
            Self::Fish => fish::script(&tree),
            Self::Zsh => zsh::script(&tree),
        }
    }
}

impl FromStr for Shell {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let known = Self::ALL.iter().find(|(known, _)| *known == name);
        known
            .map(|(_, shell)| *shell)
            .ok_or_else(|| format!("{name:?} is no shell hearken knows; write bash, fish or zsh"))
    }
}

/// Writes the script to stdout.
pub(super) fn completions(context: &Context, typed: &CompletionsArgs) -> Result<(), Failure> {
    context.out.bytes(typed.shell.script().as_bytes())
}

#[cfg(test)]
mod tests;
