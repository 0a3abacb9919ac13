//! The invitation: address, code and QR, on the terminal or as a picture.

use super::Failure;
use super::appliance::Appliance;
use super::args::QrArgs;
use super::context::Context;
use crate::device::qr::Qr;
use serde_json::{Value, json};
use std::path::Path;

/// `qr`: the picture and where it leads.
pub(super) fn qr(context: &Context, typed: &QrArgs) -> Result<(), Failure> {
    let appliance = match context.socket_if_meant()? {
        Some(socket) => socket,
        None => context.appliance()?,
    };
    let invitation = invite(&appliance)?;
    let qr = draw(&invitation)?;
    if let Some(path) = &typed.png {
        write(path, &qr.png())?;
    }
    if let Some(path) = &typed.svg {
        write(path, qr.svg().as_bytes())?;
    }
    match (&typed.png, &typed.svg) {
        (None, None) => show(context, &invitation, &qr),
        _ => context.out.either(&invitation, || "it pairs one device, within five minutes".into()),
    }
}

/// A one-time invitation of the appliance.
pub(super) fn invite(appliance: &Appliance) -> Result<Value, Failure> {
    Ok(appliance.http().post("/invite", &json!({}))?.json())
}

/// The QR of an invitation, or of what `/pairing` tells: there the one-time URL has a name of its own.
pub(super) fn draw(invitation: &Value) -> Result<Qr, Failure> {
    let url = invitation["inviteUrl"].as_str().or(invitation["url"].as_str());
    let url = url.ok_or_else(|| Failure::refused("the invitation has no url".into()))?;
    Qr::new(url).map_err(|error| Failure::refused(error.to_string()))
}

/// The QR on top, so that the words stay in view below it.
pub(super) fn show(context: &Context, invitation: &Value, qr: &Qr) -> Result<(), Failure> {
    if context.out.json {
        return context.out.line(&invitation.to_string());
    }
    context.out.bytes(qr.terminal().as_bytes())?;
    for line in words(invitation) {
        context.out.line(&line)?;
    }
    Ok(())
}

/// The address to type and the code. The one-time token stays in the QR: nobody types it.
pub(super) fn words(invitation: &Value) -> Vec<String> {
    let text = |key: &str| invitation[key].as_str().filter(|text| !text.is_empty());
    let bare = |url: &str| url.split('#').next().unwrap_or_default().trim_end_matches('/').to_owned();
    let mut lines = Vec::new();
    lines.extend(text("url").map(|url| format!("address: {}", bare(url))));
    lines.extend(text("localUrl").map(|url| format!("or:      {}", bare(url))));
    lines.extend(text("code").map(|code| format!("code:    {code}")));
    lines
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    std::fs::write(path, bytes).map_err(|error| Failure::file(path, &error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_hold_no_one_time_token() {
        let invitation = json!({"url": "http://192.168.1.20:8642/#k=secret", "localUrl": "http://hearken.local:8642/", "code": "123456"});
        let expected = ["address: http://192.168.1.20:8642", "or:      http://hearken.local:8642", "code:    123456"];
        assert_eq!(words(&invitation), expected);
        assert!(draw(&invitation).is_ok() && draw(&json!({})).is_err());
    }
}
