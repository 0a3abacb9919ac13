//! What may be typed: one struct a verb, nothing resolved yet. The doc comments are the help.

use super::position::Position;
mod devices;
mod profiles;
mod queue;
mod radio;
mod rooms;
mod simulate;

pub(super) use devices::*;
pub(super) use profiles::*;
pub(super) use queue::*;
pub(super) use radio::*;
pub(super) use rooms::*;
pub(super) use simulate::*;

use argh::{ArgsInfo, FromArgs};
use std::path::PathBuf;

/// The household's music, in step on every device.
#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(
    help_triggers("-h", "--help"),
    note = "Without --host: [web] remote_server of the configuration, else the hearken on this machine, else the one
found on the LAN. --host, --room, --config and --json may stand before or after the verb.

Exit codes: 0 done, 1 refused or failed, 2 usage, 3 unreachable."
)]
pub(super) struct Args {
    /// which appliance: a name or address, with or without port, such as hearken.local
    #[argh(option)]
    pub host: Option<String>,
    /// which room; house unless given
    #[argh(option)]
    pub room: Option<String>,
    /// configuration file to read instead of the usual ones
    #[argh(option, arg_name = "file")]
    pub config: Option<PathBuf>,
    /// answer in JSON, one document a line
    #[argh(switch)]
    pub json: bool,
    /// print the version
    #[argh(switch)]
    pub version: bool,
    #[argh(subcommand)]
    pub verb: Option<Verb>,
}

/// The global options.
#[derive(Clone, Debug, Default)]
pub(super) struct Globals {
    pub host: Option<String>,
    pub room: Option<String>,
    pub config: Option<PathBuf>,
    pub json: bool,
}

impl Args {
    pub(super) fn globals(&self) -> Globals {
        let Self { host, room, config, json, .. } = self;
        Globals { host: host.clone(), room: room.clone(), config: config.clone(), json: *json }
    }
}

#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand)]
pub(super) enum Verb {
    Serve(ServeArgs),
    Qr(QrArgs),
    Pair(PairArgs),
    Discover(DiscoverArgs),
    Status(StatusArgs),
    Watch(WatchArgs),
    Play(PlayArgs),
    Pause(PauseArgs),
    Seek(SeekArgs),
    Next(NextArgs),
    Prev(PrevArgs),
    Nudge(NudgeArgs),
    Queue(QueueArgs),
    Star(super::star::StarArgs),
    Unstar(super::star::UnstarArgs),
    Compare(super::compare::CompareArgs),
    Playlist(super::playlist::PlaylistArgs),
    Radio(RadioArgs),
    Devices(DevicesArgs),
    Profiles(ProfilesArgs),
    Plays(PlaysArgs),
    Transfer(TransferArgs),
    Rooms(RoomsArgs),
    Scan(ScanArgs),
    Doctor(DoctorArgs),
    Backup(BackupArgs),
    Export(ExportArgs),
    Log(LogArgs),
    Simulate(SimulateArgs),
    Completions(CompletionsArgs),
}

/// Run the appliance.
#[derive(FromArgs, ArgsInfo, Debug, Default)]
#[argh(subcommand, name = "serve", help_triggers("-h", "--help"))]
pub(super) struct ServeArgs {
    /// address and port to answer on; port 0 takes a free one
    #[argh(option, arg_name = "addr:port")]
    pub listen: Option<String>,
    /// where the music is
    #[argh(option, arg_name = "dir")]
    pub audio_dir: Option<String>,
    /// where to keep what is remembered
    #[argh(option, arg_name = "dir")]
    pub state_dir: Option<String>,
    /// the appliance's name
    #[argh(option)]
    pub name: Option<String>,
    /// do not advertise on the LAN
    #[argh(switch)]
    pub no_mdns: bool,
    /// programs on this machine need no token
    #[argh(switch)]
    pub trust_loopback: bool,
}

/// Show the pairing QR: scan it with a phone to listen.
#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand, name = "qr", help_triggers("-h", "--help"))]
pub(super) struct QrArgs {
    /// write a PNG instead
    #[argh(option, arg_name = "file")]
    pub png: Option<PathBuf>,
    /// write an SVG instead
    #[argh(option, arg_name = "file")]
    pub svg: Option<PathBuf>,
}

/// On the appliance: show address, code and QR. Elsewhere, with the code: pair this machine.
#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand, name = "pair", help_triggers("-h", "--help"))]
pub(super) struct PairArgs {
    /// the six digits that the appliance shows
    #[argh(positional)]
    pub code: Option<String>,
    /// show the QR to everybody on the LAN for five minutes
    #[argh(switch)]
    pub open: bool,
    /// make a new code; the old one pairs nobody any more
    #[argh(switch)]
    pub new_code: bool,
    /// what the household will call this machine
    #[argh(option)]
    pub name: Option<String>,
    /// whose it is: the name of a profile, which is made if there is none
    #[argh(option)]
    pub profile: Option<String>,
}

/// List the appliances on the LAN.
#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand, name = "discover", help_triggers("-h", "--help"))]
pub(super) struct DiscoverArgs {}

/// Show what plays, who listens, and what comes next.
#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand, name = "status", help_triggers("-h", "--help"))]
pub(super) struct StatusArgs {}

/// Show every change as it happens; comes back by itself after a break.
#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand, name = "watch", help_triggers("-h", "--help"))]
pub(super) struct WatchArgs {
    /// only these topics, separated by commas, such as session:house,library
    #[argh(option)]
    pub topics: Option<String>,
    /// begin after this place in the log, as EPOCH:SEQ
    #[argh(option)]
    pub since: Option<String>,
}

/// Play, on every device together.
#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand, name = "play", help_triggers("-h", "--help"))]
pub(super) struct PlayArgs {
    /// from this position: 83, 1:23 or 1:02:03
    #[argh(option, arg_name = "position")]
    pub at: Option<Position>,
}

/// Pause, on every device.
#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand, name = "pause", help_triggers("-h", "--help"))]
pub(super) struct PauseArgs {
    /// at this position instead of where it is
    #[argh(option, arg_name = "position")]
    pub at: Option<Position>,
}

/// Go to a position in the track.
#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand, name = "seek", help_triggers("-h", "--help"))]
pub(super) struct SeekArgs {
    /// 83, 1:23 or 1:02:03
    #[argh(positional)]
    pub position: Position,
}

/// Play the next track.
#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand, name = "next", help_triggers("-h", "--help"))]
pub(super) struct NextArgs {}

/// Play the track before.
#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand, name = "prev", help_triggers("-h", "--help"))]
pub(super) struct PrevArgs {}

/// Play a track after the current one.
#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand, name = "nudge", help_triggers("-h", "--help"))]
pub(super) struct NudgeArgs {
    /// its id, or words to search for
    #[argh(positional)]
    pub track: Vec<String>,
}

/// Look for new, changed and vanished music.
#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand, name = "scan", help_triggers("-h", "--help"))]
pub(super) struct ScanArgs {
    /// take out what is missing, however much it is; without this, more than a tenth at once is kept
    #[argh(switch)]
    pub forget_missing: bool,
}

/// Check this machine's hearken, and say what to do.
#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand, name = "doctor", help_triggers("-h", "--help"))]
pub(super) struct DoctorArgs {
    /// bring a backup back: the latest, or the file that is named
    #[argh(switch)]
    pub restore: bool,
    /// do not ask
    #[argh(switch)]
    pub yes: bool,
    /// the backup to bring back
    #[argh(positional)]
    pub file: Option<PathBuf>,
}

/// Make a backup of what this machine's hearken remembers.
#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand, name = "backup", help_triggers("-h", "--help"))]
pub(super) struct BackupArgs {
    /// a copy of it to this file or directory
    #[argh(positional)]
    pub file: Option<PathBuf>,
}

/// Write out what this machine's hearken remembers, as JSON.
#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand, name = "export", help_triggers("-h", "--help"))]
pub(super) struct ExportArgs {
    /// only the session's state
    #[argh(switch)]
    pub state: bool,
    /// to this file instead of stdout
    #[argh(option, arg_name = "file")]
    pub out: Option<PathBuf>,
}

/// Look into the log of this machine's hearken, or make it shorter.
#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand, name = "log", help_triggers("-h", "--help"))]
pub(super) struct LogArgs {
    #[argh(subcommand)]
    pub verb: Option<LogVerb>,
}

#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand)]
pub(super) enum LogVerb {
    List(LogListArgs),
    Compact(LogCompactArgs),
}

/// List the latest entries.
#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand, name = "list", help_triggers("-h", "--help"))]
pub(super) struct LogListArgs {
    /// how many; 20 unless given
    #[argh(option, default = "20")]
    pub limit: u32,
}

/// Take out of the log what newer entries say as well. It happens by itself each night.
#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand, name = "compact", help_triggers("-h", "--help"))]
pub(super) struct LogCompactArgs {}

/// Write a completion script for a shell.
#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(
    subcommand,
    name = "completions",
    help_triggers("-h", "--help"),
    note = "The package has installed them. Elsewhere, for bash: source <(hearken completions bash)"
)]
pub(super) struct CompletionsArgs {
    /// bash, fish or zsh
    #[argh(positional)]
    pub shell: super::manual::Shell,
}
