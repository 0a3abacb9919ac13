//! What may be typed after `rooms`.

use argh::{ArgsInfo, FromArgs};

/// Show, make, rename or delete rooms.
#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand, name = "rooms", help_triggers("-h", "--help"))]
pub(in crate::cli) struct RoomsArgs {
    #[argh(subcommand)]
    pub verb: Option<RoomsVerb>,
}

#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand)]
pub(in crate::cli) enum RoomsVerb {
    List(RoomsListArgs),
    Create(RoomsCreateArgs),
    Rename(RoomsRenameArgs),
    Delete(RoomsDeleteArgs),
}

/// List the rooms.
#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand, name = "list", help_triggers("-h", "--help"))]
pub(in crate::cli) struct RoomsListArgs {}

/// Make a room, with a queue of its own.
#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand, name = "create", help_triggers("-h", "--help"))]
pub(in crate::cli) struct RoomsCreateArgs {
    /// what people call it
    #[argh(positional)]
    pub name: String,
}

/// Give a room another name.
#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand, name = "rename", help_triggers("-h", "--help"))]
pub(in crate::cli) struct RoomsRenameArgs {
    /// its id, or its present name
    #[argh(positional)]
    pub room: String,
    /// its new name
    #[argh(positional)]
    pub name: String,
}

/// Delete a room in which nobody listens.
#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand, name = "delete", help_triggers("-h", "--help"))]
pub(in crate::cli) struct RoomsDeleteArgs {
    /// its id, or its name
    #[argh(positional)]
    pub room: String,
}
