//! Whatever JSON comes in as a command: it is understood or refused with a reason, and never panics.

use hearken::core::command::{Command, SessionCommand};
use hearken::core::ids::RoomId;
use hearken::hub::ring::Since;
use hearken::limits;
use hearken::net::seal::Seal;
use hearken::wire::command::{SESSION_COMMANDS, session};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::sync::{Arc, LazyLock};

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[A-Za-z0-9_-]{0,20}".prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 6, |inner| {
        let key = prop_oneof![
            prop::sample::select(vec!["positionSec", "trackId", "trackIds", "at", "to", "room"]).prop_map(String::from),
            ".{0,4}",
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::hash_map(key, inner, 0..6).prop_map(Value::from_iter),
        ]
    })
}

fn any_name() -> impl Strategy<Value = String> {
    prop_oneof![4 => prop::sample::select(SESSION_COMMANDS.to_vec()).prop_map(String::from), 1 => ".{0,60}"]
}

fn positions(command: &SessionCommand) -> Option<u64> {
    match command {
        SessionCommand::Play { position_ms } | SessionCommand::Pause { position_ms } => *position_ms,
        SessionCommand::Seek { position_ms } => Some(*position_ms),
        _ => None,
    }
}

/// What a client says first.
fn hello() -> Vec<u8> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = config.with_root_certificates(rustls::RootCertStore::empty()).with_no_client_auth();
    let mut client = rustls::ClientConnection::new(Arc::new(config), "hearken.local".try_into().unwrap()).unwrap();
    let mut bytes = Vec::new();
    client.write_tls(&mut bytes).unwrap();
    bytes
}

/// The server's side without a certificate: no hello gets as far as one.
fn tls() -> Arc<rustls::ServerConfig> {
    static CONFIG: LazyLock<Arc<rustls::ServerConfig>> = LazyLock::new(|| {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config =
            rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        let none = rustls::server::ResolvesServerCertUsingSni::new();
        Arc::new(config.with_no_client_auth().with_cert_resolver(Arc::new(none)))
    });
    Arc::clone(&CONFIG)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn any_json_is_understood_or_refused(name in any_name(), args in any_json(), chance: u64) {
        match session(&name, &args, &RoomId::house(), chance) {
            Ok(Command::Session(_, command)) => {
                prop_assert!(positions(&command).is_none_or(|ms| ms <= limits::POSITION_MS_MAX));
            }
            Ok(other) => prop_assert!(false, "not about a session: {other:?}"),
            Err(error) => prop_assert!(!error.to_string().is_empty()),
        }
    }

    #[test]
    fn any_position_is_milliseconds_or_refused(seconds: f64) {
        let said = session("seek", &json!({"positionSec": seconds}), &RoomId::house(), 0);
        let fits = (0.0..=limits::POSITION_MS_MAX as f64 / 1000.0).contains(&seconds);
        prop_assert_eq!(said.is_ok(), fits);
    }

    #[test]
    fn any_hello_is_taken_or_refused(edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4), cut: prop::sample::Index) {
        let mut hello = hello();
        let last = hello.len() - 1;
        edits.iter().for_each(|(at, byte)| hello[at.index(last) + 1] = *byte);
        let mut seal = Seal::new(&tls()).unwrap();
        let (first, second) = hello.split_at(cut.index(hello.len()));
        let taken = seal.take_in(first).and_then(|()| seal.take_in(second));
        // Whatever there is to say to it is short, and nothing of it is open.
        let mut told = Vec::new();
        seal.send(&mut told).unwrap();
        prop_assert!(told.len() < 100 && seal.is_new());
        prop_assert!(taken.is_err() || !matches!(seal.read(&mut [0; 16]), Ok(Some(_))));
    }

    #[test]
    fn any_since_is_read_or_refused(text in ".{0,40}") {
        let _ = text.parse::<Since>();
    }
}
