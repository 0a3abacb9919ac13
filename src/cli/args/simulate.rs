//! What may be typed after `simulate`.

use argh::{ArgsInfo, FromArgs};

/// Run synthetic listeners, and check that each sees every event once.
#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(subcommand, name = "simulate", help_triggers("-h", "--help"))]
pub(in crate::cli) struct SimulateArgs {
    /// how many (default 20)
    #[argh(option, default = "20")]
    pub listeners: usize,
    /// for how long, in seconds (default 30, if no minutes are given)
    #[argh(option)]
    pub seconds: Option<f64>,
    /// for how long, in minutes
    #[argh(option, default = "0.0")]
    pub minutes: f64,
    /// commands a second (default 2)
    #[argh(option, default = "2.0")]
    pub rate: f64,
    /// mean seconds between two losses of a connection; never, if not given
    #[argh(option)]
    pub churn: Option<f64>,
    /// sockets each listener opens (default 1)
    #[argh(option, default = "1")]
    pub tabs: usize,
    /// chance, as a number: the same seed makes the same plans
    #[argh(option, default = "1")]
    pub seed: u64,
    /// the pairing code, for an appliance on another machine
    #[argh(option)]
    pub code: Option<String>,
}
