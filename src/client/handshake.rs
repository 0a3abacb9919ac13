//! The WebSocket's handshake: which path, as whom, with which bounds.

use super::connection::Options;
use super::error::plain;
use super::http::problem;
use super::socket::Socket;
use super::{ClientError, Target};
use crate::limits::WS_READ_BUFFER_BYTES;
use tungstenite::client::{IntoClientRequest, client_with_config};
use tungstenite::handshake::HandshakeError;
use tungstenite::protocol::{WebSocket, WebSocketConfig};

/// Longest message from the appliance, bytes: the full state of a large household.
const MESSAGE_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Path and query of the stream.
pub(super) fn path(options: &Options, room: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("room", room);
    if !options.topics.is_empty() {
        query.append_pair("topics", &options.topics.join(","));
    }
    if let Some(since) = &options.since {
        query.append_pair("since", &since.to_string());
    }
    format!("/ws/sync?{}", query.finish())
}

/// Makes a WebSocket of a connected stream; a refusal is told as the appliance told it.
pub(super) fn shake_hands(
    target: &Target,
    token: Option<&str>,
    path: &str,
    socket: Socket,
) -> Result<WebSocket<Socket>, ClientError> {
    let strange = |why: String| ClientError::Strange { target: target.to_string(), why };
    let mut request =
        format!("ws://{target}{path}").into_client_request().map_err(|error| strange(error.to_string()))?;
    if let Some(token) = token {
        let value = format!("Bearer {token}").parse().map_err(|_| strange("a token that is no header".into()))?;
        request.headers_mut().insert("authorization", value);
    }
    let config = WebSocketConfig::default()
        .read_buffer_size(WS_READ_BUFFER_BYTES)
        .write_buffer_size(0)
        .max_message_size(Some(MESSAGE_BYTES_MAX))
        .max_frame_size(Some(MESSAGE_BYTES_MAX));
    let error = match client_with_config(request, socket, Some(config)) {
        Ok((socket, _)) => return Ok(socket),
        Err(HandshakeError::Failure(error)) => error,
        Err(HandshakeError::Interrupted(_)) => return Err(strange("no answer to the WebSocket's handshake".into())),
    };
    match error {
        // Without a token the appliance refuses by Origin before it asks who it is.
        tungstenite::Error::Http(answer) if answer.status() == 401 || (answer.status() == 403 && token.is_none()) => {
            Err(ClientError::NotPaired(target.to_string()))
        }
        tungstenite::Error::Http(answer) => {
            let body = answer.body().as_deref().unwrap_or_default();
            Err(ClientError::Refused(Box::new(problem(answer.status().as_u16(), body))))
        }
        tungstenite::Error::Io(error) => Err(ClientError::Lost { target: target.to_string(), why: plain(&error) }),
        error => Err(strange(error.to_string())),
    }
}
