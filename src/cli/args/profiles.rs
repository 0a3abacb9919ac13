//! What may be typed after `profiles` and `plays`.

use argh::{ArgsInfo, FromArgs};

/// Show, make, rename or delete profiles: whose the stars, plays and comparisons are.
#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(
    subcommand,
    name = "profiles",
    help_triggers("-h", "--help"),
    note = "To give a device to one: hearken devices profile DEVICE PROFILE."
)]
pub(in crate::cli) struct ProfilesArgs {
    #[argh(subcommand)]
    pub verb: Option<ProfilesVerb>,
}

#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand)]
pub(in crate::cli) enum ProfilesVerb {
    List(ProfilesListArgs),
    New(ProfilesNewArgs),
    Rename(ProfilesRenameArgs),
    Delete(ProfilesDeleteArgs),
}

/// List the profiles, with how many devices each has.
#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand, name = "list", help_triggers("-h", "--help"))]
pub(in crate::cli) struct ProfilesListArgs {}

/// Make a profile.
#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand, name = "new", help_triggers("-h", "--help"))]
pub(in crate::cli) struct ProfilesNewArgs {
    /// whose it is
    #[argh(positional)]
    pub name: String,
}

/// Give a profile another name.
#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand, name = "rename", help_triggers("-h", "--help"))]
pub(in crate::cli) struct ProfilesRenameArgs {
    /// its id, or its present name
    #[argh(positional)]
    pub profile: String,
    /// its new name
    #[argh(positional)]
    pub name: String,
}

/// Delete a profile that no device has, with all that it starred, heard and compared.
#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand, name = "delete", help_triggers("-h", "--help"))]
pub(in crate::cli) struct ProfilesDeleteArgs {
    /// its id, or its name
    #[argh(positional)]
    pub profile: String,
}

/// Show what was heard: last, or most often.
#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand, name = "plays", help_triggers("-h", "--help"), note = "Without a verb: what was heard last.")]
pub(in crate::cli) struct PlaysArgs {
    #[argh(subcommand)]
    pub verb: Option<PlaysVerb>,
}

#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand)]
pub(in crate::cli) enum PlaysVerb {
    Recent(PlaysRecentArgs),
    Top(PlaysTopArgs),
}

/// What was heard last, the latest first.
#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand, name = "recent", help_triggers("-h", "--help"))]
pub(in crate::cli) struct PlaysRecentArgs {
    /// how many; 20 unless given
    #[argh(option, default = "20")]
    pub limit: usize,
}

/// What was heard most often.
#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand, name = "top", help_triggers("-h", "--help"))]
pub(in crate::cli) struct PlaysTopArgs {
    /// how many; 20 unless given
    #[argh(option, default = "20")]
    pub limit: usize,
}
