//! `serve`: from what was typed to the settings; running is the business of `crate::serve`.

use super::Failure;
use super::args::ServeArgs;
use super::context::Context;
use crate::config::load::{Flag, Sources};
use crate::serve::{ServeError, ServeOptions};

pub(super) fn run(context: &Context, typed: &ServeArgs) -> Result<(), Failure> {
    let sources = Sources::of_process(context.globals.config.clone(), flags(typed));
    let options = ServeOptions { json: context.globals.json };
    crate::serve::run(sources, options).map_err(|error| match error {
        ServeError::Config(wrong) => wrong.into(),
        other => Failure::refused(other.to_string()),
    })
}

/// The flags that were given, as settings.
fn flags(typed: &ServeArgs) -> Vec<Flag> {
    let ServeArgs { listen, audio_dir, state_dir, name, no_mdns, trust_loopback } = typed;
    let off = no_mdns.then(|| "false".to_owned());
    let on = trust_loopback.then(|| "true".to_owned());
    let given = [
        ("listen", "--listen", listen),
        ("audio_dir", "--audio-dir", audio_dir),
        ("state_dir", "--state-dir", state_dir),
        ("name", "--name", name),
        ("mdns.enabled", "--no-mdns", &off),
        ("trust_loopback", "--trust-loopback", &on),
    ];
    let flag = |(key, name, value): (_, _, &Option<String>)| Some(Flag { key, name, value: value.clone()? });
    given.into_iter().filter_map(flag).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_become_settings() {
        let typed = ServeArgs {
            listen: Some("127.0.0.1:0".into()),
            name: Some("attic".into()),
            no_mdns: true,
            trust_loopback: true,
            ..ServeArgs::default()
        };
        let config = Sources { flags: flags(&typed), ..Sources::default() }.resolve().unwrap();
        assert_eq!((config.listen.port(), config.name.as_str()), (0, "attic"));
        assert!(!config.mdns.enabled && config.trust_loopback);
        assert!(flags(&ServeArgs::default()).is_empty(), "what was not typed does not hide the file");
    }
}
