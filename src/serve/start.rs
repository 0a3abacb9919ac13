//! Opening the house, room by room.

use super::operator::Appliance;
use super::reload::{set_log_level, settings};
use super::supervise::Supervisor;
use super::whereabouts::{Whereabouts, addresses_of};
use super::{House, ServeError, ServeOptions, announce, follow};
use crate::clock::{self, Clock};
use crate::config::load::Sources;
use crate::config::{Config, TlsMode};
use crate::core::tracks::KnownTracks;
use crate::device::mdns::{Advert, AdvertSettings};
use crate::device::pairing::Desk;
use crate::device::secrets;
use crate::device::systemd::Notifier;
use crate::device::tls::{Tls, TlsSource};
use crate::hub::{Hub, Store, recovery};
use crate::library::{Library, LibrarySettings, Watch};
use crate::log::lock::StateLock;
use crate::log::sqlite::SqliteLog;
use crate::log::{LogError, Put, Vault};
use crate::net::app::{App, Place};
use crate::net::assets::Assets;
use crate::net::auth::{Auth, TOKENS};
use crate::net::bounds::Bounds;
use crate::net::descriptors::raise_descriptor_limit;
use crate::net::door::Bound;
use crate::net::live::Live;
use crate::net::live::fanout::Threads;
use crate::net::local::{Local, LocalError};
use crate::net::radio::keys::RADIO_KEYS;
use rustix::fs::Mode;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// The vault's drawer of what the appliance knows of itself.
const APPLIANCE: &str = "appliance";
/// The file everything remembered is in.
pub(super) const DATABASE: &str = "hearken.db";

/// Opens all rooms.
pub(super) fn open(sources: Sources, options: ServeOptions, systemd: &Arc<Notifier>) -> Result<House, ServeError> {
    let config = sources.resolve()?;
    set_log_level(config.log_level);
    raise_descriptor_limit();
    let state_dir = config.state_dir.clone();
    make_private(&state_dir).map_err(|source| ServeError::StateDir { path: state_dir.clone(), source })?;
    let mut lock = StateLock::take(&state_dir)?;
    let clock = Arc::new(Clock::start());

    // The store holds token hashes: for its owner alone. Nothing else is made in this moment.
    let umask = rustix::process::umask(Mode::from_raw_mode(0o077));
    let mut store = SqliteLog::open(&state_dir.join(DATABASE));
    rustix::process::umask(umask);
    let id = store.as_mut().ok().and_then(|store| appliance_id(store).ok());
    let stored_tokens = store.as_ref().ok().and_then(|store| store.list(TOKENS).ok());
    let stored_keys = store.as_ref().ok().and_then(|store| store.list(RADIO_KEYS).ok());
    let store = store.map(|store| Box::new(store) as Box<dyn Store>);
    let library = Library::open(library_settings(&config, &state_dir))?;
    let known = Arc::new(KnownTracks::of(library.catalog()));
    let recovered = recovery::recover_with(store, settings(&config), secrets::appliance_id()?.into(), known);
    let is_readable = recovered.store.is_ok();
    let (hub, writer) = Hub::start(recovered, clock)?;

    let live = Live::new(hub.clone())?;
    let threads = Threads::start(&live)?;
    let follows = Arc::new(AtomicBool::new(config.session.follow_library));
    let follower = follow::start(&hub, &library, &follows);

    let auth = Auth::new(stored_tokens.filter(|_| is_readable), config.trust_loopback);
    let desk = Desk::new(config.pairing_window, config.qr_open)?;
    let tls = tls(&config)?;
    let bound = Bound::new(config.listen, Bounds::default())?.with_tls(tls.as_ref().map(Tls::server_config));
    let operator = Appliance::new(&config, bound.counters());
    let app = App::new(live, library.clone(), auth, desk, assets(&config)?, config, Box::new(operator));
    let app = Arc::new(app.with_tls(tls));
    app.radio.keys.load(stored_keys.unwrap_or_default());
    let address = bound.address();
    app.change_place(|place| {
        *place = Place { port: address.port(), addresses: addresses_of(&app.config()), name: None }
    });
    if let Err(error) = lock.announce(&address.to_string()) {
        ::log::debug!("the lock file does not say where we are: {error}");
    }
    let door = bound.open(Arc::clone(&app) as Arc<_>)?;
    let local = local_socket(&app)?;
    let watch = Watch::start(&library)?;
    let whereabouts = Whereabouts::new(&app, announce::shows(options));
    let advert = advertise(&app, &whereabouts, id.clone());
    let supervisor = Supervisor::start(&app, &hub, &whereabouts, follower, Arc::clone(systemd))?;
    Ok(House {
        lock,
        hub,
        writer,
        app,
        threads,
        door,
        local,
        watch: Some(watch),
        advert,
        supervisor: Some(supervisor),
        whereabouts,
        sources,
        id,
        follows,
    })
}

/// Makes sure that the appliance has its stable id, in the store if it can be written.
fn appliance_id(store: &mut dyn Vault) -> Result<String, LogError> {
    let values = store.list(APPLIANCE)?;
    if let Some((_, id)) = values.into_iter().find(|(key, _)| key == "id") {
        return Ok(String::from_utf8_lossy(&id).into_owned());
    }
    let id = secrets::appliance_id().unwrap_or_else(|_| "00000000".into());
    store.put(&[Put { bucket: APPLIANCE, key: "id".into(), value: Some(id.as_bytes().into()) }])?;
    Ok(id)
}

fn library_settings(config: &Config, state_dir: &Path) -> LibrarySettings {
    LibrarySettings {
        audio_dir: config.audio_dir.clone(),
        db_path: state_dir.join("library.db"),
        follow_links: config.follow_links,
    }
}

fn assets(config: &Config) -> Result<Assets, ServeError> {
    match &config.static_dir {
        Some(path) => Assets::directory(path).map_err(ServeError::Assets),
        None => Ok(Assets::embedded()),
    }
}

/// What handshakes are made with. Files that the household named must be right; what is made here must not keep the
/// house from opening.
fn tls(config: &Config) -> Result<Option<Tls>, ServeError> {
    match (config.tls, own_certificate(config)) {
        (TlsMode::Off, _) => Ok(None),
        (TlsMode::Auto, Some(own)) => Ok(Some(Tls::open(&own, clock::system_time())?)),
        (TlsMode::Auto, None) => {
            let made = Tls::open(&TlsSource::Auto(config.state_dir.join("tls")), clock::system_time());
            Ok(made.map_err(|error| ::log::warn!("no https: {error}")).ok())
        }
    }
}

/// The certificate that the household named, if https is spoken and one is named.
pub(super) fn own_certificate(config: &Config) -> Option<TlsSource> {
    let (cert, key) = config.tls_cert.clone().zip(config.tls_key.clone())?;
    (config.tls == TlsMode::Auto).then_some(TlsSource::Own { cert, key })
}

/// The private socket: in the runtime directory if there is one, else beside the state.
fn socket_path(config: &Config) -> PathBuf {
    let runtime = config.runtime_dir.clone().or_else(|| std::env::var_os("RUNTIME_DIRECTORY").map(PathBuf::from));
    runtime.unwrap_or_else(|| config.state_dir.clone()).join("local.sock")
}

/// The private socket; none on a read-only disk, for the music plays without it.
fn local_socket(app: &Arc<App>) -> Result<Option<Local>, LocalError> {
    match Local::open(&socket_path(&app.config()), Arc::clone(app) as Arc<_>) {
        Err(error) if error.is_read_only() => {
            ::log::error!("no private socket, the command line of this machine must pair as others do: {error}");
            Ok(None)
        }
        opened => opened.map(Some),
    }
}

/// Advertises, if the settings say so.
pub(super) fn advertise(app: &Arc<App>, whereabouts: &Whereabouts, id: Option<String>) -> Option<Advert> {
    let config = app.config();
    if !config.mdns.enabled {
        return None;
    }
    let (name, ipv6, port) = (config.name.clone(), config.mdns.ipv6, app.place().port);
    let id = id.or_else(|| secrets::appliance_id().ok())?;
    // The name that was won is the wish at the next start.
    let (kept, told) = (config.state_dir.join("mdns-name"), whereabouts.clone());
    let won = std::fs::read_to_string(&kept).ok().map(|label| label.trim().to_owned());
    let started = Advert::start(AdvertSettings { name, won, id, port, ipv6 }, move |state| {
        if let Err(error) = std::fs::write(&kept, state.label()) {
            ::log::debug!("the name is not remembered: {error}");
        }
        told.named(Some(&state.host_name));
    });
    started.map_err(|error| ::log::warn!("not advertised on the LAN: {error}; the address works all the same")).ok()
}

/// Makes a directory that only its owner can look into.
fn make_private(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new().recursive(true).mode(0o750).create(path)
}
