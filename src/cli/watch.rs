//! `watch`: every change as it happens, for people or, with `--json`, as it came.

mod teller;

use super::Failure;
use super::appliance::Appliance;
use super::args::WatchArgs;
use super::catalogue::Catalogue;
use super::context::Context;
use crate::client::{Watch, Watched};
use std::time::Duration;
use teller::Teller;

/// How long a quiet house is listened to between two looks at the connection.
const LISTEN_FOR: Duration = Duration::from_secs(5);

pub(super) fn run(context: &Context, typed: &WatchArgs) -> Result<(), Failure> {
    let appliance = context.appliance()?;
    let topics: Vec<&str> = typed.topics.iter().flat_map(|topics| topics.split(',')).map(str::trim).collect();
    let mut options = appliance.options(&topics);
    options.since = typed.since.as_deref().map(str::parse).transpose().map_err(Failure::usage)?;
    let mut watch = Watch::new(|| appliance.way_in(), options);
    let mut teller = Teller::new(appliance.target.to_string());
    let mut connected = false;
    loop {
        match watch.next(LISTEN_FOR)? {
            // Somebody who mistyped the host wants to know it now, not every 15 s.
            Watched::Lost { error, .. } if !connected => return Err(error.into()),
            Watched::Lost { error, retry_in } => {
                log::warn!("{error}; trying again in {:.1} s", retry_in.as_secs_f64());
            }
            Watched::Quiet => connected = true,
            Watched::Message(message) => {
                connected = true;
                if context.out.json {
                    context.out.line(&message.0.to_string())?;
                    continue;
                }
                if matches!(message.kind(), "sync:full" | "library:changed") {
                    teller.catalogue = catalogue(&appliance);
                }
                for line in teller.tell(&message) {
                    context.out.line(&line)?;
                }
            }
        }
    }
}

/// What tracks are called now. The appliance may have another port and token than at the start.
fn catalogue(appliance: &Appliance) -> Catalogue {
    let known = appliance.way_in().map(|(target, token)| Appliance { target, token, ..appliance.clone() });
    known.map_err(Into::into).and_then(|appliance| Catalogue::load(&appliance)).unwrap_or_default()
}
