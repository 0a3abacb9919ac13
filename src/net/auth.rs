//! Who is asking: tokens, and the two ways to be trusted without one.
//!
//! Tokens are kept as hashes, here and in the store. A device's token is made at pairing and stays until it is revoked;
//! the command line of this very machine gets one over the private socket, good until the server stops.

use super::message::{Peer, Request};
use super::problem::{self, Problem};
use crate::core::ids::{DeviceId, TabId};
use crate::device::secrets;
use crate::hub::Answer;
use crate::log::Put;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, PoisonError, RwLock};

/// The vault's drawer of token hashes: hash → device.
pub const TOKENS: &str = "token";

/// Tokens for this machine's command line that are alive at once.
const LOCAL_TOKENS_MAX: usize = 64;

/// Whom a request comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The device.
    pub device: DeviceId,
    /// The tab, if it named itself.
    pub tab: Option<TabId>,
}

/// The tokens that are good, by their hashes.
#[derive(Debug, Default)]
pub struct Auth {
    paired: RwLock<HashMap<String, DeviceId>>,
    local: RwLock<VecDeque<String>>,
    /// Whether a program on this machine needs no token.
    trust_loopback: bool,
    /// Whether reading needs no token on this machine: the tokens could not be read.
    is_blind: bool,
}

impl Auth {
    /// Starts from the stored hashes; `None` if the store cannot be read.
    #[must_use]
    pub fn new(stored: Option<Vec<(String, Vec<u8>)>>, trust_loopback: bool) -> Self {
        let is_blind = stored.is_none();
        let devices = stored.into_iter().flatten().filter_map(|(hash, device)| {
            let device = DeviceId::new(std::str::from_utf8(&device).ok()?).ok()?;
            Some((hash, device))
        });
        Self { paired: RwLock::new(devices.collect()), local: RwLock::default(), trust_loopback, is_blind }
    }

    /// Lets a device in by a token with this hash.
    pub fn admit(&self, hash: String, device: DeviceId) {
        self.paired.write().unwrap_or_else(PoisonError::into_inner).insert(hash, device);
    }

    /// Lets a device in no more. Returns the hashes of its tokens.
    pub fn expel(&self, device: &DeviceId) -> Vec<String> {
        let mut paired = self.paired.write().unwrap_or_else(PoisonError::into_inner);
        let hashes = hashes_of(&paired, device);
        hashes.iter().for_each(|hash| drop(paired.remove(hash)));
        hashes
    }

    /// The writes that forget a device's tokens.
    #[must_use]
    pub fn forget_puts(&self, device: &DeviceId) -> Vec<Put> {
        let hashes = hashes_of(&self.paired.read().unwrap_or_else(PoisonError::into_inner), device);
        hashes.into_iter().map(|hash| Put { bucket: TOKENS, key: hash.into(), value: None }).collect()
    }

    /// The same answer, after a device that is revoked has been let in for the last time: once the command was accepted.
    #[must_use]
    pub fn expel_once_accepted(self: &Arc<Self>, revoked: Option<DeviceId>, answer: Answer) -> Answer {
        let Some(device) = revoked else { return answer };
        let auth = Arc::clone(self);
        Box::new(move |result| {
            if result.as_ref().is_ok_and(|accepted| accepted.is_event) {
                auth.expel(&device);
            }
            answer(result);
        })
    }

    /// Lets this machine's command line in by a token with this hash, until the server stops.
    pub fn admit_local(&self, hash: String) {
        let mut local = self.local.write().unwrap_or_else(PoisonError::into_inner);
        local.push_back(hash);
        if local.len() > LOCAL_TOKENS_MAX {
            local.pop_front();
        }
    }

    /// Whether the tokens could not be read, because the store cannot.
    #[must_use]
    pub fn is_blind(&self) -> bool {
        self.is_blind
    }

    /// Whether no device is paired yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.paired.read().unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    /// Who sent `request`.
    ///
    /// # Errors
    /// 401 for no token, or one that is not good (also from loopback); 422 for a tab that is no id.
    pub fn who(&self, request: &Request) -> Result<Identity, Problem> {
        let tab = tab_of(request)?;
        let device = match token_of(request) {
            Some(token) => self.owner(&token).ok_or_else(|| Problem::new(problem::UNAUTHORIZED)),
            None if self.is_trusted(request) => Ok(DeviceId::local()),
            None => Err(Problem::new(problem::UNAUTHORIZED)),
        }?;
        Ok(Identity { device, tab })
    }

    /// Whether the request needs no token: it came through the private socket, or from a program on this machine that
    /// is trusted, and no browser or proxy stands between.
    #[must_use]
    pub fn is_trusted(&self, request: &Request) -> bool {
        if request.peer == Peer::Local {
            return true;
        }
        let direct = request.peer.is_loopback()
            && is_loopback_name(request.headers.get("host").unwrap_or_default())
            && ["origin", "forwarded", "x-forwarded-for"].iter().all(|name| request.headers.get(name).is_none());
        direct && (self.trust_loopback || (self.is_blind && request.method.is_read()))
    }

    fn owner(&self, token: &str) -> Option<DeviceId> {
        let hash = secrets::token_hash(token);
        let paired = self.paired.read().unwrap_or_else(PoisonError::into_inner).get(&hash).cloned();
        paired.or_else(|| {
            let local = self.local.read().unwrap_or_else(PoisonError::into_inner);
            local.contains(&hash).then(DeviceId::local)
        })
    }
}

/// The hashes of a device's tokens.
fn hashes_of(paired: &HashMap<String, DeviceId>, device: &DeviceId) -> Vec<String> {
    paired.iter().filter(|(_, owner)| *owner == device).map(|(hash, _)| hash.clone()).collect()
}

/// The token of a request: `Authorization: Bearer`, else the cookie.
fn token_of(request: &Request) -> Option<String> {
    let bearer = request.headers.get("authorization").and_then(|value| {
        let (scheme, token) = value.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned())
    });
    let cookies = request.headers.get_all("cookie").flat_map(|value| value.split(';'));
    let mut named = cookies.filter_map(|pair| pair.trim().strip_prefix("hearken="));
    bearer.or_else(|| named.next().map(str::to_owned))
}

fn tab_of(request: &Request) -> Result<Option<TabId>, Problem> {
    let named = request.query.get("tab").map(std::borrow::Cow::into_owned);
    let named = request.headers.get("x-hearken-tab").map(str::to_owned).or(named);
    let tab = named.filter(|tab| !tab.is_empty()).map(|tab| TabId::new(&tab)).transpose();
    tab.map_err(|bad| super::refusal::invalid(&bad.to_string()))
}

fn is_loopback_name(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(_) => host.split_inclusive(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    ["localhost", "127.0.0.1", "[::1]"].contains(&name)
}

/// The cookie that keeps `token` in a browser for as long as browsers keep cookies.
///
/// Never `Secure`: over plain http, where the house lives, browsers refuse such a cookie. Without it http and https of one
/// host share it, whatever their ports, so a device that was paired by one is the same device by the other.
#[must_use]
pub fn cookie(token: &str) -> String {
    format!("hearken={token}; Path=/; Max-Age=34560000; HttpOnly; SameSite=Lax")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::headers::Headers;
    use crate::net::message::{Method, Query, Version};

    fn request(peer: &str, fields: &[(&'static str, &str)]) -> Request {
        let mut headers = Headers::new();
        fields.iter().for_each(|(name, value)| headers.push(*name, *value));
        let peer = Peer::Tcp(peer.parse().unwrap());
        let (method, path, query, version) = (Method::Get, "/".to_owned(), Query::default(), Version::Http11);
        Request { method, path, query, headers, body: Vec::new(), peer, version }
    }

    fn status(auth: &Auth, peer: &str, fields: &[(&'static str, &str)]) -> Result<String, u16> {
        let who = auth.who(&request(peer, fields));
        who.map(|who| who.device.to_string()).map_err(|problem| problem.kind.status)
    }

    #[test]
    fn a_token_is_read_from_the_header_or_the_cookie() {
        let auth = Auth::new(Some(vec![(secrets::token_hash("t0ken"), b"0A1B2C3D4E5F6071".to_vec())]), true);
        let known = Ok("0A1B2C3D4E5F6071".to_owned());
        let lan = "192.168.1.9:4000";
        for (fields, expected) in [
            (vec![("Authorization", "Bearer t0ken")], known.clone()),
            (vec![("Authorization", "bearer t0ken")], known.clone()),
            (vec![("Cookie", "a=b; hearken=t0ken")], known),
            (vec![("Cookie", "a=b; xhearken=t0ken")], Err(401)),
            (vec![("Authorization", "Bearer other")], Err(401)),
            (vec![], Err(401)),
            (vec![("X-Hearken-Tab", "bad tab"), ("Cookie", "hearken=t0ken")], Err(422)),
        ] {
            assert_eq!(status(&auth, lan, &fields), expected, "{fields:?}");
        }
    }

    #[test]
    fn loopback_is_trusted_only_without_a_browser_or_proxy_between() {
        let auth = Auth::new(Some(Vec::new()), true);
        let (local, lan) = ("127.0.0.1:9", "192.168.1.9:9");
        let host = ("Host", "localhost:8642");
        let trusted = Ok("0000000000000000".to_owned());
        for (peer, fields, expected) in [
            (local, vec![host], trusted.clone()),
            ("[::1]:9", vec![("Host", "[::1]:8642")], trusted),
            (lan, vec![host], Err(401)),
            (local, vec![("Host", "evil.example")], Err(401)),
            (local, vec![host, ("Origin", "http://localhost:8642")], Err(401)),
            (local, vec![host, ("X-Forwarded-For", "10.0.0.1")], Err(401)),
            (local, vec![host, ("Authorization", "Bearer wrong")], Err(401)),
        ] {
            assert_eq!(status(&auth, peer, &fields), expected, "{peer} {fields:?}");
        }
        let untrusting = Auth::new(Some(Vec::new()), false);
        assert_eq!(status(&untrusting, local, &[host]), Err(401));
    }

    #[test]
    fn a_revoked_device_is_nobody() {
        let device = DeviceId::new("0A1B2C3D4E5F6071").unwrap();
        let auth = Auth::new(Some(Vec::new()), false);
        auth.admit(secrets::token_hash("t"), device.clone());
        assert_eq!(auth.expel(&device).len(), 1);
        assert_eq!(status(&auth, "10.0.0.1:9", &[("Cookie", "hearken=t")]), Err(401));
    }
}
