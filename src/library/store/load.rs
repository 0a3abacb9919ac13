//! From `library.db` into a catalogue: everything at once, in one pass over each table.

use super::StoreError;
use crate::core::ids::TrackId;
use crate::library::catalog::{Builder, Catalog, Lack, NewTrack, etag_of};
use crate::library::codec::Codec;
use rusqlite::{Connection, Row};

/// A row of `tracks` takes more than this in the file, bytes: its columns' types alone take 19.
const TRACK_BYTES_MIN: i64 = 32;
/// What to do about rows that are damaged.
const ANEW: &str = "stop hearken and delete library.db: the music is scanned anew, and keeps its ids";

/// Whether the store has another catalogue than the one with this etag.
///
/// # Errors
/// [`StoreError`] when the disk fails.
pub fn is_other(connection: &Connection, etag: &str) -> Result<bool, StoreError> {
    let (generation, version) = state(connection)?;
    Ok(etag_of(&generation, version) != etag)
}

/// Loads the catalogue as it was last committed.
///
/// # Errors
/// [`StoreError`] when the disk fails.
pub fn catalog(connection: &Connection) -> Result<Catalog, StoreError> {
    // One transaction, so that a scan that commits meanwhile is seen whole or not at all.
    let transaction = connection.unchecked_transaction()?;
    let (generation, version) = state(&transaction)?;
    // As many as there ever were, nearly all of them still there: to count those would read the whole table once more. A
    // number that is damaged may speak of more than the file has room for.
    let sql = "SELECT min(coalesce(max(row), 0), (SELECT page_count * page_size FROM pragma_page_count, pragma_page_size) / ?1)
               FROM tracks";
    let count: i64 = transaction.query_row(sql, [TRACK_BYTES_MIN], |row| row.get(0))?;
    let mut builder = Builder::new(version, &generation, usize::try_from(count).unwrap_or(0));
    load_texts(&transaction, &mut builder)?;
    load_folders(&transaction, &mut builder)?;
    load_tracks(&transaction, &mut builder)?;
    Ok(builder.finish())
}

/// What names the database, and how often its catalogue changed.
fn state(connection: &Connection) -> Result<(String, u64), StoreError> {
    let sql =
        "SELECT (SELECT value FROM meta WHERE key = 'generation'), (SELECT value FROM meta WHERE key = 'version')";
    Ok(connection.query_row(sql, [], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?.cast_unsigned())))?)
}

fn load_texts(connection: &Connection, builder: &mut Builder) -> Result<(), StoreError> {
    let mut statement = connection.prepare("SELECT text_id, text FROM texts ORDER BY text_id")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        builder.text(number(row, 0)?, bytes(row, 1)?);
    }
    Ok(())
}

fn load_folders(connection: &Connection, builder: &mut Builder) -> Result<(), StoreError> {
    let mut statement = connection.prepare("SELECT folder, path, art FROM folders ORDER BY folder")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let art = row.get_ref(2)?.as_bytes_or_null().unwrap_or_default();
        builder.folder(number(row, 0)?, bytes(row, 1)?, art);
    }
    Ok(())
}

fn load_tracks(connection: &Connection, builder: &mut Builder) -> Result<(), StoreError> {
    let sql = "SELECT id, folder, name, size, codec, duration_ms, title, artist, album, album_artist, genre,
               track_no, disc_no, year, picture FROM tracks WHERE gone_at = 0";
    let mut statement = connection.prepare(sql)?;
    let mut rows = statement.query([])?;
    let (mut left_out, mut nameless) = (0, 0);
    while let Some(row) = rows.next()? {
        let id = row.get_ref(0)?.as_str().ok().and_then(|id| TrackId::new(id).ok());
        let codec = Codec::from_number(number(row, 4)?);
        let (Some(id), Some(codec)) = (id, codec) else {
            left_out += 1;
            continue;
        };
        let lack = builder.track(NewTrack {
            id,
            folder: number(row, 1)?,
            name: bytes(row, 2)?,
            size: row.get_ref(3)?.as_i64().unwrap_or(0).cast_unsigned(),
            codec,
            duration_ms: number(row, 5)?,
            title: row.get_ref(6)?.as_bytes_or_null().unwrap_or_default().unwrap_or_default(),
            artist: number(row, 7)?,
            album: number(row, 8)?,
            album_artist: number(row, 9)?,
            genre: number(row, 10)?,
            track_no: number(row, 11)?,
            disc_no: number(row, 12)?,
            year: number(row, 13)?,
            picture: number::<u8>(row, 14)? != 0,
        });
        left_out += i32::from(lack == Lack::Folder);
        nameless += i32::from(lack == Lack::Text);
    }
    if left_out + nameless > 0 {
        log::warn!(
            "library: library.db is damaged: {left_out} tracks are left out and {nameless} lack a name; to mend it, {ANEW}"
        );
    }
    Ok(())
}

fn number<T: TryFrom<i64> + Default>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    Ok(row.get_ref(column)?.as_i64().ok().and_then(|value| T::try_from(value).ok()).unwrap_or_default())
}

fn bytes<'a>(row: &'a Row<'_>, column: usize) -> rusqlite::Result<&'a [u8]> {
    Ok(row.get_ref(column)?.as_bytes().unwrap_or_default())
}
