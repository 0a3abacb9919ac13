//! Everything the house can be asked over HTTP, on one screen.
//!
//! Three tables, by who may ask. Whatever stands in none of them is a file of the page, or nothing.

use super::api::{
    comparing, households, live, media, music, operator, pairing, playlists, radio, rooms, session, stars, trust,
};
use super::app::App;
use super::message::Method::{Delete, Get, Patch, Post, Put};
use super::router::Route;

/// For everybody who can reach the appliance.
pub const OPEN: &[Route<App>] = &[
    Route::new(Post, "/pair", pairing::pair),
    Route::new(Get, "/qr", pairing::qr_png),
    Route::new(Get, "/qr.svg", pairing::qr_svg),
    Route::new(Post, "/invite", pairing::invite),
    Route::new(Get, "/healthz", operator::health),
    Route::new(Get, "/ca.crt", trust::authority),
    Route::new(Get, "/trust", trust::help),
    Route::new(Get, "/trust.html", trust::help),
    // With the station's key, which players show instead of a cookie.
    Route::new(Get, "/radio/{id}/stream", radio::stream),
    Route::new(Get, "/radio/{id}.m3u", radio::m3u),
    Route::new(Get, "/radio/{id}.pls", radio::pls),
];

/// For paired devices.
pub const PAIRED: &[Route<App>] = &[
    Route::new(Get, "/ws/sync", live::websocket),
    Route::new(Get, "/events", live::events),
    Route::new(Get, "/snapshot", session::snapshot),
    Route::new(Post, "/play", session::command),
    Route::new(Post, "/pause", session::command),
    Route::new(Post, "/seek", session::command),
    Route::new(Post, "/next", session::command),
    Route::new(Post, "/prev", session::command),
    Route::new(Post, "/nudge", session::command),
    Route::new(Post, "/queue/add", session::command),
    Route::new(Post, "/queue/remove", session::command),
    Route::new(Post, "/queue/move", session::command),
    Route::new(Post, "/queue/shuffle", session::command),
    Route::new(Post, "/queue/set", session::command),
    Route::new(Post, "/undo", session::command),
    Route::new(Post, "/redo", session::command),
    Route::new(Post, "/start-anyway", session::command),
    Route::new(Post, "/ended", session::command),
    Route::new(Post, "/ack-download", session::ack_download),
    Route::new(Get, "/comparison", comparing::comparison),
    Route::new(Post, "/comparison/start", comparing::command),
    Route::new(Post, "/comparison/verdict", comparing::command),
    Route::new(Post, "/comparison/skip", comparing::command),
    Route::new(Post, "/comparison/undo", comparing::command),
    Route::new(Post, "/comparison/redo", comparing::command),
    Route::new(Post, "/comparison/select", comparing::command),
    Route::new(Get, "/ratings", comparing::ratings),
    Route::new(Get, "/stars", stars::stars),
    Route::new(Post, "/stars", stars::command),
    Route::new(Post, "/stars/undo", stars::command),
    Route::new(Post, "/stars/redo", stars::command),
    Route::new(Get, "/stars/log", stars::log),
    Route::new(Get, "/playlists", playlists::playlists),
    Route::new(Post, "/playlists", playlists::create),
    Route::new(Post, "/playlists/import", playlists::import),
    Route::new(Get, "/playlists/{id}", playlists::playlist),
    Route::new(Get, "/playlists/{id}.m3u8", playlists::export),
    Route::new(Put, "/playlists/{id}", playlists::change),
    Route::new(Delete, "/playlists/{id}", playlists::delete),
    Route::new(Post, "/playlists/{id}/add", playlists::add),
    Route::new(Post, "/playlists/{id}/remove", playlists::remove),
    Route::new(Post, "/playlists/{id}/move", playlists::shift),
    Route::new(Get, "/index", music::index),
    Route::new(Get, "/search", music::search),
    Route::new(Get, "/albums", music::albums),
    Route::new(Get, "/albums/{id}", music::album),
    Route::new(Get, "/artists", music::artists),
    Route::new(Get, "/artists/{id}", music::artist),
    Route::new(Get, "/genres", music::genres),
    Route::new(Post, "/scan", music::scan),
    Route::new(Get, "/file/{trackId}", media::file),
    Route::new(Get, "/cover/{trackId}", media::cover),
    Route::new(Get, "/radio", radio::stations),
    Route::new(Post, "/radio/stations", radio::create),
    Route::new(Put, "/radio/stations/{id}", radio::change),
    Route::new(Delete, "/radio/stations/{id}", radio::delete),
    Route::new(Get, "/radio/{id}/now", radio::now),
    Route::new(Post, "/radio/{id}/tune", radio::tune),
    Route::new(Post, "/radio/{id}/skip", radio::skip),
    Route::new(Post, "/radio/{id}/key", radio::rekey),
    Route::new(Get, "/clients", households::clients),
    Route::new(Patch, "/clients/{id}", households::change),
    Route::new(Delete, "/clients/{id}", households::revoke),
    Route::new(Get, "/rooms", rooms::rooms),
    Route::new(Post, "/rooms", rooms::create),
    Route::new(Patch, "/rooms/{id}", rooms::rename),
    Route::new(Delete, "/rooms/{id}", rooms::delete),
    Route::new(Post, "/time", operator::time),
    Route::new(Get, "/metrics", operator::metrics),
    Route::new(Get, "/debug/state", operator::debug_state),
];

/// For the private socket of this machine: its command line, its operator.
pub const LOCAL: &[Route<App>] = &[
    Route::new(Post, "/token", pairing::local_token),
    Route::new(Get, "/pairing", pairing::shown),
    Route::new(Post, "/pairing/open", pairing::open_window),
    Route::new(Post, "/pairing/code", pairing::new_code),
    Route::new(Get, "/doctor", operator::doctor),
    Route::new(Post, "/backup", operator::backup),
    Route::new(Get, "/export", operator::export),
    Route::new(Get, "/log", operator::log),
    Route::new(Post, "/log/compact", operator::compact),
];
