//! The blocking client: what the command line and the tests speak to an appliance with.
//!
//! Two ways in, as docs/protocol.md has them: [`Http`] for single requests, also over the private Unix socket, and
//! [`Client`] for the WebSocket. A [`Target`] names the appliance, [`Tokens`] remembers which one knows us.
//! [`Watch`] is a client that comes back by itself. Nothing here prints, and nothing decides what a person meant.

mod answer;
mod connection;
mod error;
mod handshake;
mod http;
mod intent;
mod message;
mod pairing;
mod socket;
mod target;
mod tokens;
mod watch;

pub use answer::Answer;
pub use connection::{Client, Options};
pub use error::{ClientError, Problem};
pub use http::Http;
pub use message::{Ack, Cursor, Message};
pub use pairing::{Credentials, pair, token_of_this_machine};
pub use target::{BadTarget, DEFAULT_PORT, Target};
pub use tokens::{Tokens, TokensError};
pub use watch::{Watch, Watched};
