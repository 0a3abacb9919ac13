//! Anything at all, thrown at everything that reads what a network or a disk gives.
//!
//! A target is a plain function of bytes: it calls one reader and asserts what must hold of whatever comes out. Not
//! panicking is the least; most also say that bytes in pieces are read as the same bytes at once, that what was read and is
//! written down reads the same again, and that nothing comes out larger than its bound. Each target has seeds (made by
//! code, or kept in `tests/fuzz/corpus/<target>/`: whatever once made it fail stays there) and is run over all of them, then
//! over `FUZZ_CASES` variations of them by [`engine`]. The variations come from `FUZZ_SEED`, so a failure comes again;
//! its bytes are also written to `target/fuzz/<target>`, to be kept in the corpus with the fix.
//!
//! `make fuzz` runs many. `make fuzz-guided` builds this same file without its tests, for libFuzzer (`guided/`); docs/building.md
//! tells of both.
#![cfg_attr(not(test), no_main)]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

#[path = "../sim/dice.rs"]
mod dice;
mod engine;
/// Built by tests/fuzz/guided alone, which makes no test of this.
#[cfg(not(test))]
#[path = "guided/guide.rs"]
mod guide;
mod http;
mod http_talk;
mod live;
mod music;
#[path = "../../src/library/samples/sounds.rs"]
mod sounds;
mod store;
mod trust;

use engine::Target;

/// Makes a test of each line: its name, what it throws at whom, and how many of the cases one case of it is worth.
macro_rules! targets {
    ($($name:ident: $run:path, $seeds:path, $words:expr, $worth:literal;)*) => {
        /// The target of this name.
        fn named(name: &str) -> Option<Target> {
            match name {
                $(stringify!($name) => {
                    Some(Target { name: stringify!($name), run: $run, seeds: $seeds, words: $words, worth: $worth })
                })*
                _ => None,
            }
        }

        $(#[test]
        fn $name() {
            engine::attack(&named(stringify!($name)).unwrap());
        })*
    };
}

targets! {
    http_head: http::head, http::head_seeds, http::WORDS, 1;
    http_talk: http_talk::talk, http_talk::seeds, http::WORDS, 4;
    http_target: http::target, http::target_seeds, &["%2f", "%00", "%ff", "..", "&", "=", "?", "+", "%C3%A9"], 1;
    http_range: http::range, http::range_seeds, &["bytes=", "-", ",", "0", "18446744073709551615", " ", "+"], 1;
    http_fields: http::fields, http::fields_seeds, http::FIELD_WORDS, 1;
    tls_bytes: trust::sealed, trust::sealed_seeds, &["\u{16}\u{3}\u{1}", "\u{0}\u{0}"], 8;
    own_certificate: trust::certificate, trust::certificate_seeds, trust::WORDS, 8;
    ws_frames: live::frames, live::frame_seeds, &["\u{0}", "\u{7f}"], 2;
    ws_text: live::text, live::text_seeds, live::WORDS, 1;
    rest_body: live::body, live::body_seeds, live::WORDS, 2;
    client_message: live::downward, live::downward_seeds, live::WORDS, 1;
    playlist_file: music::playlist, music::playlist_seeds, music::PLAYLIST_WORDS, 1;
    music_file: music::file, music::file_seeds, music::FILE_WORDS, 8;
    mp3_frames: music::frames, music::frame_seeds, &["ID3", "Xing", "Info", "VBRI"], 2;
    picture: music::picture, music::picture_seeds, &["IHDR", "IDAT", "PLTE"], 8;
    settings_file: store::settings, store::settings_seeds, store::SETTINGS_WORDS, 8;
    stored_event: store::event, store::event_seeds, live::WORDS, 4;
    stored_log: store::replay, store::event_seeds, live::WORDS, 8;
    stored_snapshot: store::snapshot, store::snapshot_seeds, live::WORDS, 8;
    backup: store::backup, store::backup_seeds, &["SQLite format 3\0", "entries", "meta", "topics"], 100;
}
