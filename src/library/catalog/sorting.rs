//! Which tracks make an album, who is an artist, and in which order all of it stands.
//!
//! An album is what shares album artist and title. Where no album artist is written, the tracks of one folder with
//! one album title belong together: by one artist they are that artist's, by several they are "Various Artists", by nobody "Unknown Artist".
//! Tracks without an album title belong to their folder.

use super::build::last_part;
use super::texts::Span;
use super::{Album, Artist, Catalog, NONE, Track};
use crate::library::ids::name_id;
use std::collections::HashMap;

const VARIOUS: &str = "Various Artists";
const UNKNOWN: &str = "Unknown Artist";

/// Tracks that surely belong to one album: same texts, and same folder where no album artist is written.
#[derive(Debug)]
struct Group {
    first: usize,
    folder: u32,
    one_artist: bool,
}

/// Makes the albums, in the order of their tracks, and tells each track its album.
pub fn group_albums(catalog: &mut Catalog) {
    let (groups, group_of_track) = groups(catalog);
    let nobody = [catalog.texts.push(VARIOUS.as_bytes()), catalog.texts.push(UNKNOWN.as_bytes())];
    let mut albums: Vec<Album> = Vec::new();
    let mut by_id: HashMap<u64, u32> = HashMap::new();
    let mut album_of_group = Vec::with_capacity(groups.len());
    for group in &groups {
        let Some(album) = album_of(catalog, group, nobody) else {
            album_of_group.push(NONE);
            continue;
        };
        let next = u32::try_from(albums.len()).unwrap_or(NONE);
        let index = *by_id.entry(album.id).or_insert(next);
        if index == next {
            albums.push(album);
        }
        album_of_group.push(index);
    }
    for (track, &group) in catalog.tracks.iter_mut().zip(&group_of_track) {
        track.album = album_of_group[group as usize];
        if let Some(album) = albums.get_mut(track.album as usize)
            && track.year != 0
            && (album.year == 0 || track.year < album.year)
        {
            album.year = track.year;
        }
    }
    catalog.albums = albums;
    order_albums(catalog);
}

/// Sorts the tracks by album, disc, number and file name; tracks of no album come last.
pub fn sort_tracks(catalog: &mut Catalog) {
    let path = |index: u32| {
        let track = &catalog.tracks[index as usize];
        let folder = catalog.folders.get(track.folder as usize).copied().unwrap_or_default();
        (catalog.texts.bytes(folder.path), catalog.texts.bytes(track.name))
    };
    // Numbers beside each other are sorted much faster than tracks all over the memory.
    let key =
        |track: &Track| (u64::from(track.album) << 32) | (u64::from(track.disc_no) << 16) | u64::from(track.track_no);
    let mut order: Vec<(u64, u32)> = catalog.tracks.iter().map(key).zip(0..).collect();
    order.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| path(a.1).cmp(&path(b.1))));
    let mut rank = ranks(order.into_iter().map(|(_, index)| index));
    for at in 0..rank.len() {
        // In place: a second table would double the memory of a start.
        while rank[at] as usize != at {
            let home = rank[at] as usize;
            catalog.tracks.swap(at, home);
            rank.swap(at, home);
        }
    }
}

/// The positions of the tracks by their id.
pub fn order_by_id(catalog: &Catalog) -> Vec<u32> {
    // The first eight characters settle nearly all comparisons.
    let key = |track: &Track| track.id.as_str().bytes().take(8).fold(0u64, |sum, byte| (sum << 8) | u64::from(byte));
    let mut order: Vec<(u64, u32)> = catalog.tracks.iter().map(key).zip(0..).collect();
    let id = |index: u32| &catalog.tracks[index as usize].id;
    order.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| id(a.1).cmp(id(b.1))));
    order.into_iter().map(|(_, index)| index).collect()
}

/// Gives each album its range of tracks, its length and its cover.
pub fn measure_albums(catalog: &mut Catalog) {
    let mut albums = std::mem::take(&mut catalog.albums);
    for (index, track) in (0u32..).zip(&catalog.tracks) {
        let Some(album) = albums.get_mut(track.album as usize) else { continue };
        if album.count == 0 {
            album.first = index;
        }
        album.count += 1;
        album.duration_ms += u64::from(track.duration_ms);
        if album.cover == NONE && catalog.has_cover(track) {
            album.cover = index;
        }
    }
    catalog.albums = albums;
}

/// Makes the artists, by name, with their counts.
pub fn group_artists(catalog: &mut Catalog) {
    let mut artists: Vec<(Artist, u32)> = Vec::new();
    let mut by_id: HashMap<u64, u32> = HashMap::new();
    let mut of_word = vec![NONE; catalog.words.len()];
    for (index, track) in (0u32..).zip(&catalog.tracks) {
        let artist = artist_of(catalog, track.artist, &mut of_word, &mut by_id, &mut artists);
        let owner = artist_of(catalog, track.album_artist, &mut of_word, &mut by_id, &mut artists);
        for found in [artist, if owner == artist { NONE } else { owner }] {
            let Some((artist, last_album)) = artists.get_mut(found as usize) else { continue };
            artist.tracks += 1;
            if track.album != NONE && track.album != *last_album {
                artist.albums += 1;
                *last_album = track.album;
            }
            if artist.cover == NONE && catalog.has_cover(track) {
                artist.cover = index;
            }
        }
    }
    let mut order: Vec<(String, u32)> = Vec::with_capacity(artists.len());
    for (index, (artist, _)) in (0u32..).zip(&artists) {
        order.push((catalog.texts.text(artist.name).to_lowercase(), index));
    }
    order.sort_unstable();
    let rank = ranks(order.iter().map(|(_, old)| *old));
    for artist in of_word.iter_mut().filter(|artist| **artist != NONE) {
        *artist = rank[*artist as usize];
    }
    let mut sorted: Vec<(u32, Artist)> =
        artists.into_iter().zip(&rank).map(|((artist, _), &rank)| (rank, artist)).collect();
    sorted.sort_unstable_by_key(|(rank, _)| *rank);
    catalog.artists = sorted.into_iter().map(|(_, artist)| artist).collect();
    catalog.artist_of_word = of_word;
}

fn groups(catalog: &Catalog) -> (Vec<Group>, Vec<u32>) {
    let mut groups: Vec<Group> = Vec::new();
    let mut known: HashMap<(u32, u32, u32), u32> = HashMap::new();
    let mut of_track = Vec::with_capacity(catalog.tracks.len());
    for (index, track) in catalog.tracks.iter().enumerate() {
        let owned = track.album_title != 0 && track.album_artist != 0;
        let folder = if owned { NONE } else { track.folder };
        // Without an album title the folder is the album, whoever the album artist is.
        let owner = if owned { track.album_artist } else { 0 };
        let next = u32::try_from(groups.len()).unwrap_or(NONE);
        let group = *known.entry((track.album_title, owner, folder)).or_insert(next);
        if group == next {
            groups.push(Group { first: index, folder: track.folder, one_artist: true });
        } else if let Some(group) = groups.get_mut(group as usize) {
            group.one_artist &= catalog.tracks[group.first].artist == track.artist;
        }
        of_track.push(group);
    }
    (groups, of_track)
}

fn album_of(catalog: &Catalog, group: &Group, nobody: [Span; 2]) -> Option<Album> {
    let track = &catalog.tracks[group.first];
    let path = catalog.folders.get(group.folder as usize).copied().unwrap_or_default().path;
    let artist_word = match (track.album_title, track.album_artist) {
        (1.., 1..) => track.album_artist,
        _ if group.one_artist => track.artist,
        _ => 0,
    };
    let by_name = artist_word != 0;
    let artist = if by_name { catalog.word(artist_word) } else { nobody[usize::from(group.one_artist)] };
    let texts = &catalog.texts;
    let (id, title) = if track.album_title != 0 {
        let title = catalog.word(track.album_title);
        let owner = if by_name { texts.text(artist) } else { String::from_utf8_lossy(above_discs(texts.bytes(path))) };
        // The marks keep a folder from being taken for an artist of the same name.
        (name_id(&[if by_name { "artist" } else { "folder" }, &owner, &texts.text(title)]), title)
    } else if path.is_empty() {
        return None;
    } else {
        let part = u32::try_from(last_part(texts.bytes(path)).len()).unwrap_or(0);
        (name_id(&["path", &texts.text(path)]), path.last(part))
    };
    Some(Album { id, title, artist, artist_word, year: 0, first: 0, count: 0, duration_ms: 0, cover: NONE })
}

/// `Album` of `Album/CD 2`: the discs of one album often have a folder each.
fn above_discs(path: &[u8]) -> &[u8] {
    let part = last_part(path);
    let letters = part.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let (word, rest) = part.split_at(letters);
    let named = [b"cd".as_slice(), b"disc", b"disk"].iter().any(|disc| disc.eq_ignore_ascii_case(word));
    let numbered = !rest.is_empty() && rest.iter().all(|byte| byte.is_ascii_digit() || b" -_.".contains(byte));
    if named && numbered { path[..path.len() - part.len()].strip_suffix(b"/").unwrap_or_default() } else { path }
}

fn order_albums(catalog: &mut Catalog) {
    let mut order: Vec<(String, u16, String, u64, u32)> = Vec::with_capacity(catalog.albums.len());
    for (index, album) in (0u32..).zip(&catalog.albums) {
        let artist = catalog.texts.text(album.artist).to_lowercase();
        let title = catalog.texts.text(album.title).to_lowercase();
        order.push((artist, album.year, title, album.id, index));
    }
    order.sort_unstable();
    let rank = ranks(order.iter().map(|entry| entry.4));
    for track in catalog.tracks.iter_mut().filter(|track| track.album != NONE) {
        track.album = rank[track.album as usize];
    }
    let mut sorted: Vec<(u32, Album)> = rank.iter().copied().zip(std::mem::take(&mut catalog.albums)).collect();
    sorted.sort_unstable_by_key(|(rank, _)| *rank);
    catalog.albums = sorted.into_iter().map(|(_, album)| album).collect();
}

/// From an order of old indices to the new index of each.
fn ranks(order: impl ExactSizeIterator<Item = u32>) -> Vec<u32> {
    let mut rank = vec![0; order.len()];
    for (new, old) in (0u32..).zip(order) {
        rank[old as usize] = new;
    }
    rank
}

fn artist_of(
    catalog: &Catalog,
    word: u32,
    of_word: &mut [u32],
    by_id: &mut HashMap<u64, u32>,
    artists: &mut Vec<(Artist, u32)>,
) -> u32 {
    let name = catalog.word(word);
    if word == 0 || name.is_empty() {
        return NONE;
    }
    if of_word[word as usize] != NONE {
        return of_word[word as usize];
    }
    let id = name_id(&["artist", &catalog.texts.text(name)]);
    let next = u32::try_from(artists.len()).unwrap_or(NONE);
    let index = *by_id.entry(id).or_insert(next);
    if index == next {
        artists.push((Artist { id, name, albums: 0, tracks: 0, cover: NONE }, NONE));
    }
    of_word[word as usize] = index;
    index
}
