//! Becoming a device of the household: by the code, or as this machine's own command line.

use super::{Answer, ClientError, Http, Target};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// What an appliance knows us by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Credentials {
    /// Our public id.
    pub client_id: String,
    /// Our secret.
    pub token: String,
}

/// Pairs by the code that the appliance shows; `name` is what the household will call us, `profile` names whose we are.
///
/// # Errors
/// [`ClientError::Refused`] with 403 for a wrong code, 429 after too many.
pub fn pair(target: &Target, code: &str, name: &str, profile: Option<&str>) -> Result<Credentials, ClientError> {
    let mut body = json!({"code": code, "clientName": name});
    if let Some(profile) = profile {
        body["profileName"] = profile.into();
    }
    credentials(target, &Http::new(target, None).as_guest().post("/pair", &body)?)
}

/// A token over the private socket, and the address at which it is good until the appliance stops.
///
/// # Errors
/// [`ClientError::SocketForbidden`] when the socket is not for this user.
pub fn token_of_this_machine(socket: &Target) -> Result<(String, Target), ClientError> {
    let answer = Http::new(socket, None).post("/token", &json!({}))?;
    let strange = |why: String| ClientError::Strange { target: socket.to_string(), why };
    let told = answer.json();
    let target = told["url"].as_str().unwrap_or_default().parse::<Target>().map_err(|bad| strange(bad.to_string()))?;
    Ok((credentials(socket, &answer)?.token, target))
}

fn credentials(target: &Target, answer: &Answer) -> Result<Credentials, ClientError> {
    serde_json::from_slice(&answer.body)
        .map_err(|error| ClientError::Strange { target: target.to_string(), why: error.to_string() })
}
