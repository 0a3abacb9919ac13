//! The session of a room: its snapshot, its commands, and what listeners declare.

use super::{arguments, encoded, key, number};
use crate::core::command::{Origin, Wish};
use crate::core::ids::RoomId;
use crate::net::app::App;
use crate::net::router::{Answer, Call};
use crate::net::{asking, refusal};
use crate::wire::command;
use crate::wire::snapshot::Published;

/// `GET /snapshot?room=`
pub fn snapshot(app: &App, call: &Call<'_>) -> Answer {
    let room = app.room(call.request)?;
    let response = encoded(app.published().snapshot(&room));
    Ok(response.header("Cache-Control", "no-store").into())
}

/// `POST /play`, `/pause` … `/ended`: the path names the command.
pub fn command(app: &App, call: &Call<'_>) -> Answer {
    let who = app.who(call.request)?;
    let (name, args) = (call.request.path.trim_start_matches('/'), arguments(call)?);
    let command = command::session(name, &args, &RoomId::house(), asking::chance());
    let command = command.map_err(|bad| refusal::of_bad_command(&bad))?;
    let room = asking::room_of(&command);
    let key = key(call)?.map(|key| (key, asking::body_hash(name, &args)));
    let origin = Some(Origin { device: who.device, tab: who.tab });
    let wish = Wish { command, origin, guard: number(call, "if-match-event")? };
    let accepted = app.hub().ask(wish, key, Vec::new()).map_err(|refused| refusal::of_refused(&refused, &room))?;
    Ok(answer(&accepted.published, &room, accepted.seq))
}

/// `POST /ack-download`: a declaration. A guard that is sent with it is honoured.
pub fn ack_download(app: &App, call: &Call<'_>) -> Answer {
    let who = app.who(call.request)?;
    let args = arguments(call)?;
    let guard = number(call, "if-match-event")?;
    let room = asking::ack_download(app.hub(), &who.device, &args, &RoomId::house(), guard)?;
    // The signal goes through the writer like everything else: what is shown next includes it.
    let _ = app.hub().is_moving(crate::limits::WRITE_STALL);
    let published = app.published();
    Ok(answer(&published, &room, published.seq))
}

fn answer(published: &Published, room: &RoomId, seq: u64) -> crate::net::service::Outcome {
    let (event_count, snapshot) = (published.event_count(room), published.snapshot(room));
    encoded(format!("{{\"eventCount\":{event_count},\"seq\":{seq},\"snapshot\":{snapshot}}}")).into()
}
