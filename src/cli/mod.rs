//! The command line, in stages: what was typed ([`args`], after [`argv`] has put the global options in front), what
//! it means ([`context`]: settings, target, token), and one file a verb that runs it.
//!
//! Exit codes: 0 done, 1 refused or failed, 2 usage, 3 unreachable. Answers go to stdout, everything else to stderr.

mod appliance;
mod args;
mod argv;
mod catalogue;
mod compare;
mod context;
mod describe;
mod devices;
mod discover;
mod doctor;
mod failure;
mod invitation;
mod logger;
mod manual;
mod operator;
mod output;
mod pair;
mod playlist;
mod plays;
mod position;
mod profiles;
mod queue;
mod radio;
mod rooms;
mod scan;
mod serve;
mod session;
mod simulate;
mod star;
mod status;
mod target;
mod tracks;
mod watch;

pub use failure::Failure;

use argh::FromArgs;
use args::{Args, Verb};
use context::Context;
use std::ffi::OsString;

/// Runs what was typed, without the program's name.
///
/// # Errors
/// [`Failure`]: what to print, and the exit code.
pub fn run(typed: impl IntoIterator<Item = OsString>) -> Result<(), Failure> {
    let typed: Result<Vec<String>, OsString> = typed.into_iter().map(OsString::into_string).collect();
    let typed = typed.map_err(|odd| Failure::usage(format!("{} is not UTF-8", odd.display())))?;
    let Some(args) = parse(typed)? else { return Ok(()) };
    let Some(verb) = &args.verb else {
        return Err(Failure::usage("say what to do: `hearken --help` lists it".into()));
    };
    logger::install(matches!(verb, Verb::Serve(_)));
    let context = Context::new(args.globals());
    dispatch(&context, verb)
}

/// The typed arguments; `None` when help or the version was asked for, which is printed here.
fn parse(typed: Vec<String>) -> Result<Option<Args>, Failure> {
    let typed = argv::normalised(typed).map_err(Failure::usage)?;
    let words: Vec<&str> = typed.iter().map(String::as_str).collect();
    let out = output::Out::new(false);
    match Args::from_args(&["hearken"], &words) {
        Ok(args) if args.version => out.line(concat!("hearken ", env!("CARGO_PKG_VERSION"))).map(|()| None),
        Ok(args) => Ok(Some(args)),
        Err(early) if early.status.is_ok() => out.line(early.output.trim_end()).map(|()| None),
        Err(early) => {
            let told: Vec<&str> = early.output.split_whitespace().collect();
            Err(Failure::usage(format!("{}; see `hearken --help`", told.join(" "))))
        }
    }
}

fn dispatch(context: &Context, verb: &Verb) -> Result<(), Failure> {
    match verb {
        Verb::Serve(typed) => serve::run(context, typed),
        Verb::Qr(typed) => invitation::qr(context, typed),
        Verb::Pair(typed) => pair::run(context, typed),
        Verb::Discover(_) => discover::run(context),
        Verb::Status(_) => status::run(context),
        Verb::Watch(typed) => watch::run(context, typed),
        Verb::Play(typed) => session::play(context, typed),
        Verb::Pause(typed) => session::pause(context, typed),
        Verb::Seek(typed) => session::seek(context, typed),
        Verb::Next(_) => session::next(context),
        Verb::Prev(_) => session::prev(context),
        Verb::Nudge(typed) => session::nudge(context, typed),
        Verb::Queue(typed) => queue::run(context, typed),
        Verb::Star(typed) => star::star(context, typed),
        Verb::Unstar(typed) => star::unstar(context, typed),
        Verb::Compare(typed) => compare::run(context, typed),
        Verb::Playlist(typed) => playlist::run(context, typed),
        Verb::Radio(typed) => radio::run(context, typed),
        Verb::Devices(typed) => devices::run(context, typed),
        Verb::Profiles(typed) => profiles::run(context, typed),
        Verb::Plays(typed) => plays::run(context, typed),
        Verb::Transfer(typed) => devices::transfer(context, typed),
        Verb::Rooms(typed) => rooms::run(context, typed),
        Verb::Scan(typed) => scan::run(context, typed),
        Verb::Doctor(typed) => doctor::run(context, typed),
        Verb::Backup(typed) => doctor::backup(context, typed.file.as_deref()),
        Verb::Export(typed) => operator::export(context, typed),
        Verb::Log(typed) => operator::log(context, typed),
        Verb::Simulate(typed) => simulate::run(context, typed),
        Verb::Completions(typed) => manual::completions(context, typed),
    }
}

#[cfg(test)]
mod tests;
