//! What may be typed after `devices`.

use argh::{ArgsInfo, FromArgs};

/// Show, rename or revoke the paired devices, or give them to a profile.
#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand, name = "devices", help_triggers("-h", "--help"))]
pub(in crate::cli) struct DevicesArgs {
    #[argh(subcommand)]
    pub verb: Option<DevicesVerb>,
}

#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand)]
pub(in crate::cli) enum DevicesVerb {
    List(DevicesListArgs),
    Rename(DevicesRenameArgs),
    Revoke(DevicesRevokeArgs),
    Profile(DevicesProfileArgs),
}

/// List the paired devices.
#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand, name = "list", help_triggers("-h", "--help"))]
pub(in crate::cli) struct DevicesListArgs {}

/// Give a device another name.
#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand, name = "rename", help_triggers("-h", "--help"))]
pub(in crate::cli) struct DevicesRenameArgs {
    /// its id, or its present name
    #[argh(positional)]
    pub device: String,
    /// its new name
    #[argh(positional)]
    pub name: String,
}

/// Shut a device out; it has to pair again.
#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand, name = "revoke", help_triggers("-h", "--help"))]
pub(in crate::cli) struct DevicesRevokeArgs {
    /// its id, or its name
    #[argh(positional)]
    pub device: String,
}

/// Give a device to a profile: its stars, plays and comparisons are that profile's from then on.
#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand, name = "profile", help_triggers("-h", "--help"))]
pub(in crate::cli) struct DevicesProfileArgs {
    /// its id, or its name
    #[argh(positional)]
    pub device: String,
    /// the profile's id, or its name
    #[argh(positional)]
    pub profile: String,
}
