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
    /// Where it is good, if that is not where it was got: the private socket tells it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// Pairs by the code that the appliance shows; `name` is what the household will call us.
///
/// # Errors
/// [`ClientError::Refused`] with 403 for a wrong code, 429 after too many.
pub fn pair(target: &Target, code: &str, name: &str) -> Result<Credentials, ClientError> {
    let body = json!({"code": code, "clientName": name});
    credentials(target, &Http::new(target, None).post("/pair", &body)?)
}

/// A token over the private socket, for the `url` that comes with it.
///
/// # Errors
/// [`ClientError::SocketForbidden`] when the socket is not for this user.
pub fn token_of_this_machine(socket: &Target) -> Result<Credentials, ClientError> {
    credentials(socket, &Http::new(socket, None).post("/token", &json!({}))?)
}

fn credentials(target: &Target, answer: &Answer) -> Result<Credentials, ClientError> {
    serde_json::from_slice(&answer.body)
        .map_err(|error| ClientError::Strange { target: target.to_string(), why: error.to_string() })
}
