//! Every bound of the house, with its unit and its reason.
//!
//! Reaching a bound costs one connection, one command or one file, never the house. What a person may want to
//! change stands in `config.toml` instead.

use std::time::Duration;

/// Longest request head, bytes. 431 beyond. Room for a cookie and a browser's headers, four times over.
pub const HEAD_BYTES_MAX: usize = 16 * 1024;
/// Longest JSON body, bytes. 413 beyond. A queue of 3,000 ids fits; longer ones are sent in parts.
pub const BODY_BYTES_MAX: usize = 64 * 1024;
/// Longest inbound WebSocket message, bytes. Close 1009 beyond.
pub const WS_MESSAGE_BYTES_MAX: usize = 64 * 1024;
/// Longest name of a device, room, profile, station or playlist, characters.
pub const NAME_CHARS_MAX: usize = 64;
/// Of what a parser says about bad input, so much is told, characters: it quotes what it stumbled over, whole.
pub const DETAIL_CHARS_MAX: usize = 400;
/// Headers in one request head.
pub const HEADERS_MAX: usize = 64;

/// A request head must be complete this long after its first byte (or after accept).
pub const HEAD_DEADLINE: Duration = Duration::from_secs(10);
/// A request body must be complete this long after its head.
pub const BODY_DEADLINE: Duration = Duration::from_secs(20);
/// An idle keep-alive connection is closed after this.
pub const KEEP_ALIVE_IDLE: Duration = Duration::from_secs(75);
/// An answer that makes no progress for this long ends its connection.
pub const WRITE_STALL: Duration = Duration::from_secs(20);
/// After a refusal, what the client still sends is read and thrown away for at most this long, so that it gets to
/// read the refusal instead of a reset.
pub const LINGER: Duration = Duration::from_secs(1);
/// The same in bytes: as much as a client has usually underway.
pub const LINGER_BYTES_MAX: usize = 256 * 1024;
/// Bytes of a connection's read buffer while it is idle; it grows to [`HEAD_BYTES_MAX`] for one head.
pub const INBOX_BYTES_IDLE: usize = 1024;
/// The same for a WebSocket that sent too long a message: all of that, at what a LAN carries in the time.
pub const WS_LINGER_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Answers of at least this many bytes are gzipped where that helps; below, the head is most of it.
pub const GZIP_BYTES_MIN: usize = 1024;
/// Bytes of a file handed to the kernel in one call; before each it is asked whether the device is still let in.
pub const SENDFILE_CHUNK_BYTES: usize = 256 * 1024;
/// Bytes of a file copied at a time where the kernel cannot send it by itself (TLS, odd file systems).
pub const FILE_COPY_BYTES: usize = 64 * 1024;
/// Connections that the kernel keeps until they are accepted.
pub const ACCEPT_BACKLOG: i32 = 1024;
/// How long accepting rests when the machine has no descriptor or memory left.
pub const ACCEPT_REST: Duration = Duration::from_millis(100);
/// How often a thread for a connection is tried for when the system gives none and an idle one has given way.
pub const THREAD_TRIES: usize = 10;
/// The rest between two of those tries: a thread that was told to end does so in less.
pub const THREAD_REST: Duration = Duration::from_millis(5);
/// A trouble that comes with every connection is logged this often at most.
pub const TROUBLE_LOGGED_EVERY: Duration = Duration::from_secs(10);
/// Threads that answer on the local socket: a backup or scan that takes its time, and everybody else.
pub const LOCAL_WORKERS: usize = 2;
/// Connections at once, over all kinds. Beyond, the oldest still without a complete head gives way, else 503.
pub const CONNECTIONS_MAX: usize = 8192;
/// Connections at once from one address before pairing is known; a phone needs 8, a NAT'd guest net more.
pub const CONNECTIONS_PER_ADDRESS_MAX: usize = 4096;
/// Stack of a connection's thread, bytes. Only touched pages cost memory, and an overflow ends the whole process:
/// the deepest JSON that serde_json takes needs 48 KiB, without optimization 256.
pub const CONNECTION_STACK_BYTES: usize = if cfg!(debug_assertions) { 512 * 1024 } else { 256 * 1024 };

/// tungstenite's read buffer for each client, bytes; its default costs 148 kB a client.
pub const WS_READ_BUFFER_BYTES: usize = 1024;
/// Kernel send buffer of a live-sync socket, bytes.
pub const LIVE_SEND_BUFFER_BYTES: usize = 64 * 1024;
/// Answers that may wait behind what a live-sync socket has not taken yet, bytes: one that asks on and reads nothing is let
/// go. What waits before them is a full state, or what was missed since, and as long as that is.
pub const LIVE_PENDING_BYTES_MAX: usize = 256 * 1024;
/// A live-sync socket whose peer acknowledges nothing for this long is dead (TCP_USER_TIMEOUT).
pub const LIVE_USER_TIMEOUT: Duration = Duration::from_secs(20);
/// WebSocket ping period; the phase of each connection is random.
pub const PING_EVERY: Duration = Duration::from_secs(20);
/// SSE heartbeat period.
pub const SSE_HEARTBEAT_EVERY: Duration = Duration::from_secs(15);
/// Ping and heartbeat period to the members of a waiting barrier.
pub const BARRIER_PING_EVERY: Duration = Duration::from_secs(2);
/// A pong this late after its ping means the connection is gone.
pub const PONG_WITHIN: Duration = Duration::from_secs(20);
/// The same while the connection's room waits at a barrier.
pub const BARRIER_PONG_WITHIN: Duration = Duration::from_secs(6);

/// For how long what the doctor found is told again, milliseconds: a look reads the store and listens to the LAN.
pub const HEALTH_FRESH_MS: u64 = 10_000;

/// A store that refused a write is tried again after this, milliseconds, also if nobody wants anything stored.
pub const STORE_TRIAL_MS: u64 = 5_000;
/// How many times as long as the refusal took it is left alone at least: a disk that hangs takes a tenth of the writer's time.
pub const STORE_TRIAL_RESTS: u64 = 9;
/// What is written then, bytes: more than most commands take, so that what follows it has room as well.
pub const STORE_TRIAL_BYTES: usize = 16 * 1024;

/// A writer that does not come round within this is stuck.
pub const WRITER_WITHIN: Duration = Duration::from_secs(5);

/// Events kept in memory for replay after a short disconnect.
pub const RING_EVENTS_MAX: usize = 4096;
/// Bytes of encoded events kept in memory, over the whole ring.
pub const RING_BYTES_MAX: usize = 8 * 1024 * 1024;
/// Ephemeral messages kept for sockets that are a moment behind.
pub const RING_EPHEMERALS_MAX: usize = 1024;

/// Commands waiting for the writer; 503 with Retry-After beyond.
pub const COMMANDS_WAITING_MAX: usize = 1024;
/// Of those, so many may be one device's, of what it says over its live sockets: as much as one transaction takes. It waits
/// for its own, so that it is not the others who are refused.
pub const TURNS_PER_DEVICE_MAX: usize = COMMANDS_PER_COMMIT_MAX;
/// Commands in one transaction (group commit).
pub const COMMANDS_PER_COMMIT_MAX: usize = 64;
/// How long an idempotency key and its answer are kept.
pub const KEY_KEPT: Duration = Duration::from_secs(30 * 24 * 3600);
/// Keys of commands that are known in memory before they are written down together: 100 KiB, and a start reads as many.
pub const KEYS_WAITING_MAX: usize = 4_096;
/// Entries after which a state snapshot is stored, so that a start replays little.
pub const ENTRIES_PER_SNAPSHOT: u64 = 5_000;

/// Tracks a listener is known to have; older declarations are forgotten first.
pub const HAVE_TRACKS_MAX: usize = 8;
/// Tracks in one declaration of readiness.
pub const HAVE_DECLARED_MAX: usize = 64;
/// Devices that may be paired.
pub const DEVICES_MAX: usize = 1000;
/// Queue edits of a room that can be undone. Each may hold a whole queue.
pub const UNDO_STEPS_MAX: usize = 20;
/// Rooms.
pub const ROOMS_MAX: usize = 64;
/// Profiles.
pub const PROFILES_MAX: usize = 64;

/// Radio stations.
pub const STATIONS_MAX: usize = 32;
/// Tracks of one station: a large library; its list is remembered, some 30 bytes a track.
pub const STATION_TRACKS_MAX: usize = 100_000;
/// Tracks that are told ahead of what a station plays now.
pub const STATION_UPCOMING: usize = 5;

/// Shortest lead between a release and its `startAt`, milliseconds.
pub const START_LEAD_MS_MIN: u64 = 300;
/// Longest lead between a release and its `startAt`, milliseconds.
pub const START_LEAD_MS_MAX: u64 = 2_000;
/// How long before the end of a track the next one's barrier is released early (gapless), milliseconds.
pub const GAPLESS_LEAD_MS: u64 = 1_500;
/// An `ended` more than this before the computed end counts for its listener only, milliseconds.
pub const ENDED_EARLY_MS: u64 = 3_000;
/// When the last listener's connection is lost (not left), the room plays on this long before it pauses.
pub const EMPTY_ROOM_GRACE_MS: u64 = 5_000;
/// A position may be this large, milliseconds (a week); more is nonsense.
pub const POSITION_MS_MAX: u64 = 7 * 24 * 3600 * 1000;
/// Running positions reach the disk this often.
pub const POSITION_SAVED_EVERY: Duration = Duration::from_secs(30);

/// Wrong pairing codes after which a new code is made.
pub const CODE_WRONG_MAX: u32 = 10;
/// Wrong pairing codes per address and minute; 429 beyond.
pub const CODE_WRONG_PER_MINUTE_MAX: u32 = 5;
/// Addresses whose wrong codes are remembered. A household has fewer; a guesser with more gets a new code to guess.
pub const CODE_WRONG_ADDRESSES_MAX: usize = 256;
/// How long `hearken pair --open` shows the QR to everybody on the LAN: time to fetch the guest's phone.
pub const WINDOW_OPEN: Duration = Duration::from_secs(300);
/// How long a QR's one-time token is good.
pub const INVITE_KEPT: Duration = Duration::from_secs(300);
/// One-time tokens alive at once.
pub const INVITES_MAX: usize = 64;

/// A WebSocket's time from SIGTERM to exit, all told.
pub const STOP_WITHIN: Duration = Duration::from_secs(5);

/// Longest embedded picture that is read, bytes.
pub const COVER_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Picture sizes a client may ask for, pixels of the longer side.
pub const COVER_SIZES: [u32; 5] = [64, 128, 256, 512, 1024];

/// Tracks of one comparison, or rated by one profile, whose ratings are one joint Gaussian: a covariance of 512 tracks
/// is 1 MiB and an answer is taken in well under a millisecond. Beyond, each track is rated for itself (Glicko-2).
pub const RATED_JOINTLY_MAX: usize = 512;
/// Tracks of one comparison. Nobody answers that many; the whole of a large library may be its source all the same.
pub const COMPARED_MAX: usize = 20_000;
/// Verdicts kept of one profile: two seconds each, day and night, for two days.
pub const VERDICTS_MAX: usize = 100_000;
/// Answers of a comparison that can be taken back, one after the other.
pub const COMPARISON_UNDO_MAX: usize = 64;
/// Skipped pairs that a comparison remembers; the oldest may be asked again.
pub const COMPARISON_SKIPPED_MAX: usize = 256;
/// Longest id of a source (a genre's is its name), characters.
pub const SOURCE_ID_CHARS_MAX: usize = 200;
/// Tracks of the source `top`: the best of a profile's ratings.
pub const TOP_TRACKS_MAX: usize = 100;

/// Playlists of the household.
pub const PLAYLISTS_MAX: usize = 500;
/// Tracks in one playlist.
pub const PLAYLIST_TRACKS_MAX: usize = 5_000;
/// Longest playlist file that is taken in, bytes: [`PLAYLIST_TRACKS_MAX`] tracks with long paths.
pub const M3U8_BYTES_MAX: usize = 1024 * 1024;
/// Entries of a playlist file that were not found and are named in the answer; the others are counted.
pub const M3U8_MISSING_TOLD_MAX: usize = 100;

/// Stars and unstars in one batch: 60 KiB of them fit into a body.
pub const STARS_PER_BATCH_MAX: usize = 1_000;
/// Items that one profile may star or have starred: a tenth of the largest library, in each kind.
pub const STARRED_MAX: usize = 20_000;
/// Mutations of a profile that are known again when they are sent again. A batch whose answer was lost is sent again
/// within minutes; older ones change nothing either, they are only called accepted once more.
pub const STAR_MUTATIONS_KEPT: usize = 4_096;
/// Stars and unstars of one device that can be undone, one after the other.
pub const STAR_UNDO_MAX: usize = 20;
/// Stars of this run whose times are made right if the clock turns out to have been behind: a busy day of a household.
pub const STARS_RETIMED_MAX: usize = 4_096;
/// A wall clock that jumps ahead by this much was wrong before, milliseconds; less is no lie that anybody would see.
pub const CLOCK_STEP_MS: i64 = 2_000;
/// Tracks of the source `recent`: what a profile heard last.
pub const RECENT_TRACKS_MAX: usize = 200;
/// A track that is heard again within this time is not counted again, milliseconds.
pub const PLAY_COUNTED_EVERY_MS: i64 = 30 * 60 * 1000;
/// Times of a track's plays that are remembered beside the last one: told late and told twice, they count once. More than
/// half a day of one track over and over is nobody's day.
pub const PLAY_TIMES_KEPT: usize = 24;
/// A play may be said this long after it was heard, milliseconds (a year offline); more is a clock gone wrong.
pub const PLAY_AGE_MS_MAX: u64 = 366 * 24 * 3600 * 1000;
/// Tracks that a joining device is told its profile heard last; `/plays` tells more.
pub const PLAYS_TOLD: usize = 50;
/// Tracks whose plays are counted for a profile; beyond, the one heard longest ago is forgotten.
pub const PLAYED_TRACKS_MAX: usize = 100_000;
/// A device without a connection for this long is away: what it was playing is paused, milliseconds.
pub const DEVICE_GRACE_MS: u64 = 30_000;
/// Running positions of one connection are taken this often at most, milliseconds: devices tell about once a second.
pub const POSITION_TOLD_EVERY_MS_MIN: u64 = 250;
/// Edits of a device's own queue that can be undone; fewer than a room's, for they may hold a whole queue each.
pub const PLAYBACK_UNDO_MAX: usize = 10;
