//! Letting devices in: by the code, by the QR, and this machine's own command line by its private socket.

use super::encoded;
use crate::core::command::{Command, HouseholdCommand, Origin, WhichProfile, Wish};
use crate::core::ids::{DeviceId, ProfileId, RoomId};
use crate::core::rejection::Rejection;
use crate::device::pairing::{Asker, Refusal};
use crate::device::{qr, secrets};
use crate::limits;
use crate::log::Put;
use crate::net::app::App;
use crate::net::auth::{TOKENS, cookie};
use crate::net::message::{Peer, Request};
use crate::net::problem::{self, Problem};
use crate::net::refusal;
use crate::net::response::Response;
use crate::net::router::{Answer, Call};
use crate::wire::json;
use serde::Deserialize;
use std::net::{IpAddr, Ipv4Addr};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Pair {
    code: Option<String>,
    token: Option<String>,
    client_name: Option<String>,
    profile: Option<ProfileId>,
    profile_name: Option<String>,
}

impl Pair {
    /// Whose the device is to be, if it says so.
    fn profile(&self) -> Result<Option<WhichProfile>, Problem> {
        match (&self.profile, &self.profile_name) {
            (Some(_), Some(_)) => Err(refusal::invalid("send profile or profileName, not both")),
            (Some(profile), None) => Ok(Some(profile.clone().into())),
            (None, Some(name)) => Ok(Some(WhichProfile::Named(name.clone()))),
            (None, None) => Ok(None),
        }
    }
}

/// `POST /pair {code | token, clientName?, profile? | profileName?}`
pub fn pair(app: &App, call: &Call<'_>) -> Answer {
    let pair: Pair = call.json()?;
    // Looked at before the code or the QR's token is: a profile that is gone costs neither.
    let profile = pair.profile()?;
    if let Some(WhichProfile::Known(id)) = &profile
        && !app.published().durable.household.profiles.contains_key(id)
    {
        return Err(refusal::of_rejection(&Rejection::NoSuchProfile(id.to_string())));
    }
    let address = call.request.peer.address().map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |address| address.ip());
    let now = app.now();
    let invite = match (&pair.code, &pair.token) {
        (Some(code), _) => app.desk().try_code(address, code, now).map(|()| None),
        (None, Some(token)) => app.desk().try_invite(token, now).map(Some),
        (None, None) => return Err(refusal::invalid("send the code that the appliance shows: {\"code\": \"123456\"}")),
    }
    .map_err(|refused| not_let_in(app, &refused))?;
    let entered = let_in(app, call.request, pair.client_name, profile);
    if let (Err(_), Some(invite)) = (&entered, invite) {
        app.desk().give_back(invite);
    }
    let (device, token) = entered?;
    let published = app.published();
    let room = RoomId::house();
    let body = format!(
        "{{\"clientId\":{},\"token\":{},\"epoch\":{},\"eventCount\":{},\"snapshot\":{}}}",
        json(&device),
        json(&token),
        json(&published.epoch),
        published.event_count(&room),
        published.snapshot(&room)
    );
    Ok(encoded(body).header("Set-Cookie", cookie(&token)).header("Cache-Control", "no-store").into())
}

/// Makes the device one of the household's. One that is paired already stays who it is.
fn let_in(
    app: &App,
    request: &Request,
    name: Option<String>,
    profile: Option<WhichProfile>,
) -> Result<(DeviceId, String), Problem> {
    let minted = secrets::mint().map_err(|why| problem::INTERNAL.because(why.to_string()))?;
    let known = app.who(request).ok().map(|who| who.device).filter(|device| *device != DeviceId::local());
    let published = app.published();
    let before = known.as_ref().and_then(|device| published.durable.household.devices.get(device));
    let device = known.clone().unwrap_or(minted.device);
    let name = name.filter(|name| !name.trim().is_empty()).or_else(|| before.map(|known| known.name.clone()));
    let name = name.unwrap_or_else(|| format!("Device {}", &device.as_str()[..4.min(device.as_str().len())]));
    let kept = || before.map_or_else(ProfileId::home, |known| known.profile.clone());
    let profile = profile.unwrap_or_else(|| kept().into());
    let command = Command::Household(HouseholdCommand::Pair { device: device.clone(), name, profile });
    let hash = secrets::token_hash(&minted.token);
    let before = known.map(|known| app.auth.expel(&known)).unwrap_or_default();
    let mut puts: Vec<Put> = before.iter().map(|old| token(old.clone(), None)).collect();
    puts.push(token(hash.clone(), Some(&device)));
    let origin = Some(Origin { device: device.clone(), tab: None });
    let asked = app.hub().ask(Wish { command, origin, guard: None }, None, puts);
    if asked.is_err() {
        // Not stored: the tokens it had are still the good ones.
        before.into_iter().for_each(|old| app.auth.admit(old, device.clone()));
    }
    asked.map_err(|refused| refusal::of_refused(&refused, &RoomId::house()))?;
    app.auth.admit(hash, device.clone());
    Ok((device, minted.token))
}

fn token(hash: String, device: Option<&DeviceId>) -> Put {
    let value = device.map(|device| device.as_str().as_bytes().into());
    Put { bucket: TOKENS, key: hash.into(), value }
}

fn not_let_in(app: &App, refused: &Refusal) -> Problem {
    match refused {
        Refusal::WrongCode { renewed } => {
            if *renewed {
                ::log::warn!("{} wrong pairing codes: the code is now {}", limits::CODE_WRONG_MAX, app.desk().code());
            }
            problem::FORBIDDEN.because(refused.to_string())
        }
        Refusal::SpentInvite => problem::FORBIDDEN.because(refused.to_string()),
        Refusal::TooMany { retry_after } => {
            problem::TOO_MANY.because(refused.to_string()).retry_after(retry_after.as_secs().max(1))
        }
        Refusal::NoChance(_) => problem::INTERNAL.because(refused.to_string()),
    }
}

/// `GET /qr`
pub fn qr_png(app: &App, call: &Call<'_>) -> Answer {
    let picture = drawn(app, call)?.png();
    Ok(Response::typed(200, "image/png", picture).header("Cache-Control", "no-store").into())
}

/// `GET /qr.svg`
pub fn qr_svg(app: &App, call: &Call<'_>) -> Answer {
    let code = drawn(app, call)?;
    Ok(Response::typed(200, "image/svg+xml", code.svg().into_bytes()).header("Cache-Control", "no-store").into())
}

/// `POST /invite`
pub fn invite(app: &App, call: &Call<'_>) -> Answer {
    may_see(app, call)?;
    Ok(encoded(invitation(app)?).header("Cache-Control", "no-store").into())
}

/// `POST /invite/code`: a new pairing code, and an invitation with it. Pictures and links of before pair nobody any more.
pub fn renew_code(app: &App, call: &Call<'_>) -> Answer {
    app.who(call.request)?;
    app.desk().renew_code().map_err(|why| problem::INTERNAL.because(why.to_string()))?;
    app.desk().forget_invites();
    Ok(encoded(invitation(app)?).header("Cache-Control", "no-store").into())
}

fn drawn(app: &App, call: &Call<'_>) -> Result<qr::Qr, Problem> {
    may_see(app, call)?;
    let url = invite_url(app)?;
    qr::Qr::new(&url).map_err(|error| problem::INTERNAL.because(error.to_string()))
}

fn may_see(app: &App, call: &Call<'_>) -> Result<(), Problem> {
    let asker = match app.who(call.request) {
        _ if call.request.peer == Peer::Local => Asker::Local,
        Ok(_) => Asker::Paired,
        Err(_) => Asker::Stranger,
    };
    let now = app.now();
    if app.desk().may_see_qr(asker, now) {
        return Ok(());
    }
    Err(problem::FORBIDDEN.because(
        "Only a paired device may invite. Type the code that the appliance shows, or run 'hearken pair --open' on it.",
    ))
}

/// The address that a phone can reach, with a one-time token in its fragment, which no server ever sees.
fn invite_url(app: &App) -> Result<String, Problem> {
    let now = app.now();
    let token = app.desk().invite(now).map_err(|why| problem::INTERNAL.because(why.to_string()))?;
    Ok(format!("{}/#k={token}", entrance(app)))
}

/// Where people are invited to: `public_url` if that is set, else our own address.
#[must_use]
pub fn entrance(app: &App) -> String {
    app.config().public_url.clone().unwrap_or_else(|| url(app))
}

/// The address by number: many phones do not resolve `.local` names.
#[must_use]
pub fn url(app: &App) -> String {
    let place = app.place();
    match place.addresses.first() {
        Some(IpAddr::V6(address)) => format!("http://[{address}]:{}", place.port),
        Some(address) => format!("http://{address}:{}", place.port),
        None => format!("http://127.0.0.1:{}", place.port),
    }
}

/// The address by name, once the LAN knows it.
#[must_use]
pub fn local_url(app: &App) -> Option<String> {
    let place = app.place();
    place.name.map(|name| format!("http://{name}:{}", place.port))
}

fn invitation(app: &App) -> Result<String, Problem> {
    // One address, if the household has chosen one.
    let local = local_url(app).filter(|_| app.config().public_url.is_none());
    let (url, code) = (invite_url(app)?, app.desk().code().to_owned());
    let expires = limits::INVITE_KEPT.as_secs();
    Ok(json(&serde_json::json!({ "url": url, "localUrl": local, "code": code, "expiresInSec": expires })))
}

/// `POST /token`: this machine's own command line.
pub fn local_token(app: &App, _: &Call<'_>) -> Answer {
    let minted = secrets::mint().map_err(|why| problem::INTERNAL.because(why.to_string()))?;
    app.auth.admit_local(secrets::token_hash(&minted.token));
    let url = format!("http://127.0.0.1:{}", app.place().port);
    let body = serde_json::json!({ "clientId": DeviceId::local(), "token": minted.token, "url": url });
    Ok(encoded(json(&body)).into())
}

/// `GET /pairing`
pub fn shown(app: &App, _: &Call<'_>) -> Answer {
    let (code, open) = looked_at(app);
    let (url, local, invite) = (entrance(app), local_url(app), invite_url(app)?);
    let body = serde_json::json!({ "url": url, "localUrl": local, "inviteUrl": invite, "code": code, "open": open });
    Ok(encoded(json(&body)).into())
}

/// The code, and whether the window is open. Both at one look: the desk is asked by one at a time.
fn looked_at(app: &App) -> (String, bool) {
    let (now, desk) = (app.now(), app.desk());
    (desk.code().to_owned(), desk.window_is_open(now))
}

/// `POST /pairing/open`
pub fn open_window(app: &App, call: &Call<'_>) -> Answer {
    let now = app.now();
    app.desk().open_window(now);
    shown(app, call)
}

/// `POST /pairing/code`
pub fn new_code(app: &App, call: &Call<'_>) -> Answer {
    app.desk().renew_code().map_err(|why| problem::INTERNAL.because(why.to_string()))?;
    shown(app, call)
}
