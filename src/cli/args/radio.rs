//! What may be typed after `radio`.

use argh::{ArgsInfo, FromArgs};

/// Show or change the radio stations, and what they play.
#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand, name = "radio", help_triggers("-h", "--help"))]
pub(in crate::cli) struct RadioArgs {
    #[argh(subcommand)]
    pub verb: Option<RadioVerb>,
}

#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand)]
pub(in crate::cli) enum RadioVerb {
    List(RadioListArgs),
    Now(RadioNowArgs),
    Add(RadioAddArgs),
    Remove(RadioRemoveArgs),
    Skip(RadioSkipArgs),
    Url(RadioUrlArgs),
}

/// List the stations.
#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand, name = "list", help_triggers("-h", "--help"))]
pub(in crate::cli) struct RadioListArgs {}

/// Show what a station plays, and what comes next.
#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand, name = "now", help_triggers("-h", "--help"))]
pub(in crate::cli) struct RadioNowArgs {
    /// its name or id
    #[argh(positional)]
    pub station: String,
}

/// Make a station.
#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand, name = "add", help_triggers("-h", "--help"))]
pub(in crate::cli) struct RadioAddArgs {
    /// what to call it
    #[argh(positional)]
    pub name: String,
    /// what it plays: all, starred, top, recent, album:ID, artist:ID, genre:NAME or playlist:ID (default all)
    #[argh(option, default = "String::from(\"all\")")]
    pub source: String,
    /// mix the tracks, each time anew; else they play in their order
    #[argh(switch)]
    pub shuffle: bool,
    /// on the air only at these hours, such as 06:00-22:30; may be given again
    #[argh(option)]
    pub hours: Vec<String>,
}

/// Take a station off the air for good.
#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand, name = "remove", help_triggers("-h", "--help"))]
pub(in crate::cli) struct RadioRemoveArgs {
    /// its name or id
    #[argh(positional)]
    pub station: String,
}

/// Play the station's next track now.
#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand, name = "skip", help_triggers("-h", "--help"))]
pub(in crate::cli) struct RadioSkipArgs {
    /// its name or id
    #[argh(positional)]
    pub station: String,
}

/// Print the address of a station's stream, for any player.
#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand, name = "url", help_triggers("-h", "--help"))]
pub(in crate::cli) struct RadioUrlArgs {
    /// its name or id
    #[argh(positional)]
    pub station: String,
    /// make a new key first: addresses that were given away are worthless then
    #[argh(switch)]
    pub new_key: bool,
}
