//! What may be typed after `queue`.

use argh::{ArgsInfo, FromArgs};

/// Show or change the queue.
#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand, name = "queue", help_triggers("-h", "--help"))]
pub(in crate::cli) struct QueueArgs {
    #[argh(subcommand)]
    pub verb: Option<QueueVerb>,
}

#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand)]
pub(in crate::cli) enum QueueVerb {
    List(QueueListArgs),
    Add(QueueAddArgs),
    Remove(QueueRemoveArgs),
    Move(QueueMoveArgs),
    Shuffle(QueueShuffleArgs),
    Undo(QueueUndoArgs),
    Redo(QueueRedoArgs),
    Set(QueueSetArgs),
    Clear(QueueClearArgs),
}

/// Show the queue; place 0 is the current track.
#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand, name = "list", help_triggers("-h", "--help"))]
pub(in crate::cli) struct QueueListArgs {}

/// Put tracks into the queue.
#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand, name = "add", help_triggers("-h", "--help"))]
pub(in crate::cli) struct QueueAddArgs {
    /// ids, or words to search for, each track in quotes
    #[argh(positional)]
    pub tracks: Vec<String>,
    /// at this place, 1 is next; the end unless given
    #[argh(option)]
    pub at: Option<usize>,
}

/// Take a track out of the queue.
#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand, name = "remove", help_triggers("-h", "--help"))]
pub(in crate::cli) struct QueueRemoveArgs {
    /// its id, or words to search for
    #[argh(positional)]
    pub track: Vec<String>,
}

/// Move a track to another place.
#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand, name = "move", help_triggers("-h", "--help"))]
pub(in crate::cli) struct QueueMoveArgs {
    /// its id, or words to search for, in quotes
    #[argh(positional)]
    pub track: String,
    /// its new place, 1 is next
    #[argh(positional)]
    pub to: usize,
}

/// Mix all tracks but the current one.
#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand, name = "shuffle", help_triggers("-h", "--help"))]
pub(in crate::cli) struct QueueShuffleArgs {}

/// Replace the queue.
#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand, name = "set", help_triggers("-h", "--help"))]
pub(in crate::cli) struct QueueSetArgs {
    /// ids, or words to search for, each track in quotes
    #[argh(positional)]
    pub tracks: Vec<String>,
}

/// Empty the queue.
#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand, name = "clear", help_triggers("-h", "--help"))]
pub(in crate::cli) struct QueueClearArgs {}

/// Take back your own last edit of the queue.
#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand, name = "undo", help_triggers("-h", "--help"))]
pub(in crate::cli) struct QueueUndoArgs {}

/// Do it again.
#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand, name = "redo", help_triggers("-h", "--help"))]
pub(in crate::cli) struct QueueRedoArgs {}
