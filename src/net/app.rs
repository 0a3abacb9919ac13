//! What handlers are given: the rooms of the house they may ask, and who may ask for what.
//!
//! A request passes three questions before its handler: is it meant for this appliance (Host), does it come from the
//! appliance's own page (Origin), and is its sender let in. Which of the three tables of [`super::routes`] a route stands
//! in answers whether the last is asked.

use super::assets::Assets;
use super::auth::{Auth, Identity};
use super::commands::Beside;
use super::live::Live;
use super::message::{ASTERISK, Method, Peer, Request};
use super::origin::{self, Allowed};
use super::problem::{self, Problem};
use super::radio::{Studio, ffmpeg};
use super::router::{self, Answer, Call, Found, Router};
use super::routes;
use super::service::{Outcome, Service};
use crate::clock::{self, Mono};
use crate::config::Config;
use crate::core::ids::{DeviceId, ProfileId, RoomId};
use crate::device::health::Finding;
use crate::device::pairing::Desk;
use crate::device::tls::{Names, Tls};
use crate::figures::Page;
use crate::hub::Hub;
use crate::library::Library;
use crate::limits;
use crate::log::Entry;
use crate::wire::snapshot::{Published, You};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

/// Everything handlers may ask.
pub struct App {
    /// Live sync, and the hub behind it.
    pub live: Arc<Live>,
    /// The music.
    pub library: Library,
    /// Where stations are made and heard.
    pub radio: Arc<Studio>,
    /// Who is let in.
    pub auth: Arc<Auth>,
    /// What an operator may ask for.
    pub operator: Box<dyn Operator>,
    config: RwLock<Arc<Config>>,
    tls: Option<Tls>,
    desk: Mutex<Desk>,
    place: RwLock<Place>,
    allowed: RwLock<Arc<Allowed>>,
    assets: Assets,
    open: Router<App>,
    paired: Router<App>,
    local: Router<App>,
}

/// Where the appliance can be reached: changes with the network.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// Its port.
    pub port: u16,
    /// Its addresses on the LAN, the default route's first.
    pub addresses: Vec<IpAddr>,
    /// Its name on the LAN, such as `hearken.local`, once it is won.
    pub name: Option<String>,
}

/// What handlers ask of the appliance around them.
pub trait Operator: Send + Sync {
    /// Makes a backup now; returns its path and size in bytes.
    ///
    /// # Errors
    /// A sentence that says what to do.
    fn backup(&self, app: &App) -> Result<(String, u64), String>;

    /// Looks at everything that can be wrong, in an order a person would.
    fn doctor(&self, app: &App) -> Vec<Finding>;

    /// The log's last `limit` entries, newest last, as JSON.
    ///
    /// # Errors
    /// A sentence that says what to do.
    fn log(&self, limit: usize) -> Result<serde_json::Value, String>;

    /// Up to `limit` entries of one topic after `since`, oldest first.
    ///
    /// # Errors
    /// A sentence that says what to do.
    fn entries(&self, topic: &str, since: u64, limit: usize) -> Result<Vec<Entry>, String>;

    /// Takes out of the log what newer entries say as well.
    ///
    /// # Errors
    /// A sentence that says what to do.
    fn compact(&self, app: &App) -> Result<Compacted, String>;

    /// What the doctor found a moment ago, or now if nobody has looked lately: a look takes a second, and everybody of the
    /// household may ask.
    fn recent_findings(&self, app: &App) -> Arc<[Finding]>;

    /// Memory the appliance takes, bytes, where the kernel tells.
    fn memory_bytes(&self) -> Option<u64>;

    /// What the store takes on the disk, bytes.
    fn store_bytes(&self) -> u64;

    /// Figures beside those of the hub and the live sockets.
    fn write_figures(&self, page: &mut Page);
}

/// What compacting the log came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Compacted {
    /// Entries that went.
    pub entries: u64,
    /// Bytes of the store that held something before.
    pub bytes_before: u64,
    /// And after.
    pub bytes_after: u64,
}

impl App {
    /// Puts the rooms together.
    #[must_use]
    pub fn new(
        live: Arc<Live>,
        library: Library,
        auth: Auth,
        desk: Desk,
        assets: Assets,
        config: Config,
        operator: Box<dyn Operator>,
    ) -> Self {
        let (open, paired, local) =
            (Router::new(routes::OPEN), Router::new(routes::PAIRED), Router::new(routes::LOCAL));
        let (auth, desk, place) = (Arc::new(auth), Mutex::new(desk), Place::default());
        let (allowed, place) = (RwLock::new(allowed(&config, &place)), RwLock::new(place));
        let ffmpeg = ffmpeg::find(std::env::var_os("PATH"));
        let radio = Studio::new(live.hub().clone(), library.clone(), ffmpeg);
        let (config, tls) = (RwLock::new(Arc::new(config)), None);
        Self { live, library, radio, auth, config, operator, tls, desk, place, allowed, assets, open, paired, local }
    }

    /// Speaks https too, with a certificate that follows [`App::change_place`].
    #[must_use]
    pub fn with_tls(self, tls: Option<Tls>) -> Self {
        Self { tls, ..self }
    }

    /// The appliance's side of TLS, if it is spoken.
    #[must_use]
    pub fn tls(&self) -> Option<&Tls> {
        self.tls.as_ref()
    }

    /// A file of the page that is text.
    #[must_use]
    pub fn page_text(&self, path: &str) -> Option<String> {
        self.assets.text(path)
    }

    /// The hub.
    #[must_use]
    pub fn hub(&self) -> &Hub {
        self.live.hub()
    }

    /// What commands reach.
    #[must_use]
    pub fn beside(&self) -> Beside {
        let (live, radio, auth) = (Arc::clone(&self.live), Arc::clone(&self.radio), Arc::clone(&self.auth));
        Beside { live, radio, auth }
    }

    /// What is now.
    #[must_use]
    pub fn published(&self) -> Arc<Published> {
        self.hub().published()
    }

    /// The monotonic clock.
    #[must_use]
    pub fn now(&self) -> Mono {
        self.hub().clock().mono()
    }

    /// The pairing desk.
    pub fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where the appliance can be reached.
    #[must_use]
    pub fn place(&self) -> Place {
        self.place.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Changes where the appliance can be reached; whether that made a difference.
    pub fn change_place(&self, change: impl FnOnce(&mut Place)) -> bool {
        let changed = {
            // Held to the end: two who change it come one after the other.
            let mut place = self.place.write().unwrap_or_else(PoisonError::into_inner);
            let before = place.clone();
            change(&mut place);
            *self.allowed.write().unwrap_or_else(PoisonError::into_inner) = allowed(&self.config(), &place);
            *place != before
        };
        self.fit_certificate();
        changed
    }

    /// The settings as they are now.
    #[must_use]
    pub fn config(&self) -> Arc<Config> {
        Arc::clone(&self.config.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes new settings: the names that are ours, the pairing desk, and whoever asks [`App::config`] from now on.
    pub fn set_config(&self, config: Config) {
        self.desk().set_rules(config.pairing_window, config.qr_open);
        *self.config.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(config);
        self.change_place(|_| {});
    }

    /// Lets the certificate fit where the appliance can be reached, and the time: asked now and then, since time passes.
    /// If it cannot be made to fit, what was shown before is shown on, and [`Tls::standing`] says why.
    pub fn fit_certificate(&self) {
        let Some(tls) = &self.tls else { return };
        let place = self.place();
        let names = Names::private(own_names(&self.config(), &place), place.addresses.iter().copied());
        if let Err(error) = tls.fit(&names, clock::system_time()) {
            log::warn!("https: {error}");
        }
    }

    /// Who sent `request`.
    ///
    /// # Errors
    /// 401, or 422 for a tab that is no id.
    pub fn who(&self, request: &Request) -> Result<Identity, Problem> {
        // A device that was shown out is nobody from the moment it is seen to be, also while its token is being forgotten.
        let who = self.auth.who(request)?;
        if self.published().lets_in(&who.device) { Ok(who) } else { Err(Problem::new(problem::UNAUTHORIZED)) }
    }

    /// What a socket of `who` is told about itself.
    #[must_use]
    pub fn you(&self, who: &Identity) -> You {
        You { client_id: who.device.clone(), profile: self.profile(&who.device), tab: who.tab.clone() }
    }

    /// Whose device this is.
    #[must_use]
    pub fn profile(&self, device: &DeviceId) -> ProfileId {
        self.published().profile_of(device)
    }

    /// The room a request names in its query; `house` if none.
    ///
    /// # Errors
    /// 422 for a name that is no id, 404 for a room that is not there.
    pub fn room(&self, request: &Request) -> Result<RoomId, Problem> {
        let Some(name) = request.query.get("room") else { return Ok(RoomId::house()) };
        let room = RoomId::new(&name).map_err(|bad| super::refusal::invalid(&bad.to_string()))?;
        match self.published().durable.session(&room) {
            Some(_) => Ok(room),
            None => Err(super::refusal::of_rejection(&crate::core::rejection::Rejection::NoSuchRoom(room.to_string()))),
        }
    }

    fn answer(&self, request: &Request) -> Answer {
        let allowed = Arc::clone(&self.allowed.read().unwrap_or_else(PoisonError::into_inner));
        origin::check_host(&allowed, request)?;
        if request.path == ASTERISK {
            return Ok(router::server_options().into());
        }
        let mut others = Vec::new();
        for (table, access) in [(&self.open, Access::All), (&self.paired, Access::Paired), (&self.local, Access::Local)]
        {
            match table.find(request.method, &request.path) {
                Found::Route(route, vars) => {
                    // What everybody may ask is not done in anybody's name: only a foreign page is kept out.
                    let excused = matches!(access, Access::All) || self.auth.is_trusted(request);
                    origin::check_origin(&allowed, request, excused)?;
                    self.admit_to(access, request)?;
                    return (route.handler)(self, &Call { request, vars });
                }
                Found::OtherMethods(more) => others.extend(more),
                Found::Nothing => {}
            }
        }
        if others.is_empty() { self.asset(request) } else { router::other_method(request.method, &others) }
    }

    fn admit_to(&self, access: Access, request: &Request) -> Result<(), Problem> {
        match access {
            Access::All => Ok(()),
            Access::Paired => self.who(request).map(drop),
            Access::Local if request.peer == Peer::Local => Ok(()),
            Access::Local => {
                Err(problem::FORBIDDEN.because("This is for the appliance's own command line: run it there."))
            }
        }
    }

    fn asset(&self, request: &Request) -> Answer {
        if let (Method::Get | Method::Head, Some(response)) = (request.method, self.assets.answer(request)) {
            return Ok(response.into());
        }
        Err(Problem::new(problem::NOT_FOUND))
    }
}

/// Whom a table of routes is for.
#[derive(Clone, Copy)]
enum Access {
    All,
    Paired,
    Local,
}

impl Service for App {
    fn admit(&self, head: &Request) -> Result<usize, Problem> {
        // Playlist files are the only long thing that is sent to the appliance.
        let is_file = head.method == Method::Post && head.path == "/playlists/import";
        Ok(if is_file { limits::M3U8_BYTES_MAX } else { limits::BODY_BYTES_MAX })
    }

    fn call(&self, request: &Request) -> Outcome {
        self.answer(request).into()
    }
}

fn allowed(config: &Config, place: &Place) -> Arc<Allowed> {
    Arc::new(Allowed::new(own_names(config, place), place.addresses.iter().copied()))
}

fn own_names(config: &Config, place: &Place) -> impl Iterator<Item = String> {
    let names = config.allowed_hosts.iter().cloned().chain(config.public_host().map(str::to_owned));
    let names = names.chain(place.name.clone());
    // The machine's own name is avahi's to publish, and leads here as well.
    let machine = crate::device::addresses::machine_name().map(|name| format!("{name}.local"));
    names.chain([format!("{}.local", config.name)]).chain(machine)
}
