//! `pair`: on the appliance it shows how to get in; elsewhere, with the code, it lets this machine in.

use super::Failure;
use super::args::PairArgs;
use super::context::{self, Context};
use super::invitation;
use crate::client;
use crate::device::addresses;
use serde_json::json;

pub(super) fn run(context: &Context, typed: &PairArgs) -> Result<(), Failure> {
    match &typed.code {
        Some(code) => this_machine(context, code, typed),
        None if typed.open => open(context),
        None if typed.new_code => new_code(context),
        None => show(context),
    }
}

fn this_machine(context: &Context, code: &str, typed: &PairArgs) -> Result<(), Failure> {
    let code: String = code.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    if code.len() != 6 || !code.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Failure::usage("a pairing code has six digits".into()));
    }
    let (target, id) = context.other()?;
    let mut tokens =
        context::tokens()?.ok_or_else(|| Failure::refused("HOME is not set: no place to keep the token".into()))?;
    let own = || addresses::machine_name().unwrap_or_else(|| "command line".into());
    let credentials = client::pair(&target, &code, &typed.name.clone().unwrap_or_else(own), typed.profile.as_deref())?;
    let document = json!({"target": target.to_string(), "clientId": credentials.client_id});
    tokens.keep(&target, id.as_deref(), credentials)?;
    context.out.either(&document, || format!("paired with {target}: try `hearken status --host {target}`"))
}

fn open(context: &Context) -> Result<(), Failure> {
    let answer = context.socket()?.http().post("/pairing/open", &json!({}))?.json();
    context.out.either(&answer, || "for five minutes everybody on the LAN may see the QR".into())
}

fn new_code(context: &Context) -> Result<(), Failure> {
    let answer = context.socket()?.http().post("/pairing/code", &json!({}))?.json();
    context.out.either(&answer, || format!("code: {}", answer["code"].as_str().unwrap_or_default()))
}

fn show(context: &Context) -> Result<(), Failure> {
    let Some(socket) = context.socket_if_meant()? else {
        let line = "to pair this machine give the code: `hearken pair CODE`; to see the code run `hearken pair` on the appliance";
        return Err(Failure::usage(line.into()));
    };
    let told = socket.http().get("/pairing")?.json();
    invitation::show(context, &told, &invitation::draw(&told)?)?;
    match told["open"].as_bool() {
        Some(false) if !context.out.json => context.out.line("to show it on the web page too: hearken pair --open"),
        _ => Ok(()),
    }
}
