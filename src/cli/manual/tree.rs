//! The verbs and options as a flat list of places: `hearken`, `hearken queue`, `hearken queue add`, …

use super::Shell;
use crate::cli::args::Args;
use argh::{ArgsInfo, CommandInfoWithArgs, FlagInfo, FlagInfoKind};

/// All places, the program itself first, each verb before its own verbs.
#[derive(Debug)]
pub(super) struct Tree {
    pub places: Vec<Place>,
}

/// Where one may stand while typing.
#[derive(Debug)]
pub(super) struct Place {
    /// The verbs that led here, `queue add`; empty for the program itself.
    pub path: String,
    /// What argh knows of it.
    pub info: CommandInfoWithArgs,
}

/// What a shell can offer for a value or a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Offer {
    Files,
    Directories,
    Shells,
    Nothing,
}

impl Offer {
    /// By what the value is called.
    fn named(name: &str) -> Self {
        match name {
            "file" => Self::Files,
            "dir" => Self::Directories,
            "shell" => Self::Shells,
            _ => Self::Nothing,
        }
    }

    /// For an option's value; `None`: it takes none.
    pub(super) fn of(option: &FlagInfo<'static>) -> Option<Self> {
        value(option).map(Self::named)
    }
}

impl Tree {
    /// What argh knows.
    pub(super) fn whole() -> Self {
        let mut places = Vec::new();
        gather(&mut places, String::new(), Args::get_args_info());
        Self { places }
    }

    /// The patterns `path:--option` of options with a value that `wanted` chooses; the program's own may stand
    /// behind any path.
    pub(super) fn valued(&self, wanted: impl Fn(Offer) -> bool) -> Vec<String> {
        let of_place = |place: &Place| {
            let path = if place.path.is_empty() { "*" } else { &place.path };
            let valued = place.options().into_iter().filter(|option| Offer::of(option).is_some_and(&wanted));
            valued.map(|option| format!("{path}:{}", option.long)).collect::<Vec<_>>()
        };
        self.places.iter().flat_map(of_place).collect()
    }

    /// The patterns `path:verb` of all verbs.
    pub(super) fn steps(&self) -> Vec<String> {
        let of_place = |place: &Place| {
            let step = |(verb, _)| format!("{}:{verb}", place.path);
            place.verbs().into_iter().map(step).collect::<Vec<_>>()
        };
        self.places.iter().flat_map(of_place).collect()
    }

    /// The options that may be typed anywhere.
    pub(super) fn everywhere(&self) -> Vec<&'static FlagInfo<'static>> {
        self.places.first().map(Place::options).unwrap_or_default()
    }
}

impl Place {
    /// Its own options. `--help` is the program's, and may stand anywhere.
    pub(super) fn options(&self) -> Vec<&'static FlagInfo<'static>> {
        let own = |flag: &&FlagInfo| !flag.hidden && (flag.long != "--help" || self.path.is_empty());
        self.info.flags.iter().filter(own).collect()
    }

    /// Its verbs, or the names it takes instead, each with what it is for.
    pub(super) fn verbs(&self) -> Vec<(&'static str, &'static str)> {
        match self.words() {
            Offer::Shells => Shell::ALL.iter().map(|(name, _)| (*name, "a shell")).collect(),
            _ => self.info.commands.iter().map(|verb| (verb.name, verb.command.description)).collect(),
        }
    }

    /// What its words are, those that are typed without a name.
    pub(super) fn words(&self) -> Offer {
        self.info.positionals.first().map_or(Offer::Nothing, |word| Offer::named(word.name))
    }
}

/// What an option's value is called, if it takes one.
pub(super) fn value(option: &FlagInfo<'static>) -> Option<&'static str> {
    match option.kind {
        FlagInfoKind::Switch => None,
        FlagInfoKind::Option { arg_name } => Some(arg_name),
    }
}

fn gather(places: &mut Vec<Place>, path: String, info: CommandInfoWithArgs) {
    places.push(Place { path: path.clone(), info: info.clone() });
    for verb in info.commands {
        gather(places, format!("{path} {}", verb.name).trim_start().to_owned(), verb.command);
    }
}
