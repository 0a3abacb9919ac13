//! `simulate`: pairs synthetic listeners, runs them, and tells what they saw.
//!
//! The devices it pairs are revoked when it ends: a demonstration leaves nothing behind but its events.

use super::Failure;
use super::args::SimulateArgs;
use super::context::Context;
use super::output;
use crate::client::{Credentials, Http, Target, pair};
use crate::simulate::{Options, Progress, Report, run as simulate};
use serde_json::{Value, json};
use std::net::ToSocketAddrs;
use std::time::Duration;

pub(super) fn run(context: &Context, typed: &SimulateArgs) -> Result<(), Failure> {
    let (target, code) = door(context, typed)?;
    let Target::Host { name, port } = &target else {
        return Err(Failure::usage("synthetic listeners come by the network: give --host".into()));
    };
    let server = (name.as_str(), *port).to_socket_addrs().ok().and_then(|mut found| found.next());
    let server = server.ok_or_else(|| Failure::unreachable(format!("{name} has no address")))?;
    let options = Options {
        server,
        host: format!("{name}:{port}"),
        span: span(typed),
        rate: typed.rate.clamp(0.01, 10_000.0),
        churn: typed.churn.map(|seconds| Duration::from_secs_f64(seconds.clamp(0.1, 86_400.0))),
        tabs: typed.tabs.clamp(1, 100),
        seed: typed.seed,
    };
    let bar = output::bar("pairing");
    bar.set_length(typed.listeners as u64);
    let mut devices = Vec::new();
    for nth in 0..typed.listeners.clamp(1, 900) {
        devices.push(pair(&target, &code, &format!("Simulated {nth}"), None)?);
        bar.inc(1);
    }
    bar.finish_and_clear();
    let spinner = output::spinner("listening");
    let report = simulate(&options, &devices, |now| spinner.set_message(line(now)));
    spinner.finish_and_clear();
    leave(&target, &devices);
    tell(context, &report.map_err(|error| Failure::refused(error.to_string()))?)
}

/// How long to run: half a minute unless told otherwise, a day at most.
fn span(typed: &SimulateArgs) -> Duration {
    let otherwise = if typed.minutes > 0.0 { 0.0 } else { 30.0 };
    let seconds = typed.minutes * 60.0 + typed.seconds.unwrap_or(otherwise);
    Duration::from_secs_f64(seconds.clamp(1.0, 86_400.0))
}

/// Where to connect, and the pairing code: on the appliance itself both are known.
fn door(context: &Context, typed: &SimulateArgs) -> Result<(Target, String), Failure> {
    if let Some(code) = &typed.code {
        return Ok((context.appliance()?.target, code.clone()));
    }
    let socket = context.socket()?;
    let told: Value = socket.http().get("/pairing")?.json();
    let code = told["code"].as_str().unwrap_or_default().to_owned();
    let target = told["url"].as_str().unwrap_or_default().parse::<Target>();
    Ok((target.map_err(|error| Failure::refused(error.to_string()))?, code))
}

fn line(now: Progress) -> String {
    format!("{} sockets, {} commands, {} events, {} faults", now.connected, now.commands, now.events, now.faults)
}

fn leave(target: &Target, devices: &[Credentials]) {
    for device in devices {
        let path = format!("/clients/{}", device.client_id);
        // It revokes itself; what fails here is seen in the list of devices.
        if let Err(error) = Http::new(target, Some(&device.token)).ask("DELETE", &path, None) {
            log::warn!("{} stays paired: {error}", device.client_id);
        }
    }
}

fn tell(context: &Context, report: &Report) -> Result<(), Failure> {
    context.out.either(&json!(report), || words(report))?;
    if report.is_clean() {
        return Ok(());
    }
    Err(Failure::refused(format!("{} events were lost, {} came twice", report.lost, report.doubled)))
}

fn words(report: &Report) -> String {
    let row = |what: &str, times: &crate::simulate::Times| {
        let crate::simulate::Times { p50_ms, p90_ms, p99_ms, max_ms, .. } = times;
        format!("{what:<28} {p50_ms:>9.2} {p90_ms:>9.2} {p99_ms:>9.2} {max_ms:>9.2}")
    };
    [
        format!("{} listeners, {} sockets, {:.0} s", report.listeners, report.sockets, report.seconds),
        format!("{} commands ({} stale), {} events arrived", report.commands, report.stale, report.events),
        format!(
            "{} lost, {} doubled, {} resumed, {} full, {} cut",
            report.lost, report.doubled, report.resumed, report.full, report.cut
        ),
        format!("{:<28} {:>9} {:>9} {:>9} {:>9}", "milliseconds", "p50", "p90", "p99", "max"),
        row("command → ack", &report.ack),
        row("command → each socket", &report.each_socket),
        row("command → last socket", &report.last_socket),
    ]
    .join("\n")
}
