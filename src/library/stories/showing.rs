//! What people see: the index, albums, covers, search.

use super::{counts, scan, song};
use crate::core::ids::TrackId;
use crate::library::samples::{House, Sample, flac, mp3, mp4, opus, png, wav};

#[test]
fn the_index_reads_as_the_contract_says() {
    let house = House::new();
    let sample = Sample {
        title: "Håll",
        artist: "Ada",
        album: "First",
        album_artist: "Ada & Bo",
        track: "3/9",
        year: "1999-05",
        genre: "Folk",
        cover: b"c",
        number: 1,
    };
    house.put("a/3.mp3", &mp3(&sample));
    scan(&house);
    let catalog = house.library.catalog();
    let json = serde_json::to_value(catalog.index(0, 10)).unwrap();
    let (id, album) = (json[0]["trackId"].as_str().unwrap(), json[0]["albumId"].as_str().unwrap());
    let size = mp3(&sample).len();
    let wanted = serde_json::json!([{
        "trackId": id, "fileName": "a/3.mp3", "size": size, "mime": "audio/mpeg", "playable": true,
        "duration": 2.016, "albumId": album, "coverUrl": format!("/cover/{id}"),
        "tags": {"title": "Håll", "artist": "Ada", "album": "First", "albumArtist": "Ada & Bo", "trackNo": 3,
                 "year": 1999, "genre": "Folk"},
    }]);
    assert_eq!(json, wanted);
    assert_eq!(catalog.duration_ms(&TrackId::new(id).unwrap()), Some(2016));
    let detail = serde_json::to_value(catalog.album(album).unwrap()).unwrap();
    assert_eq!(detail["title"], "First");
    assert_eq!(detail["artist"], "Ada & Bo");
    assert_eq!(detail["trackCount"], 1);
    assert_eq!(detail["tracks"][0]["trackId"], id);
}

#[test]
fn every_format_is_listed_with_its_tags() {
    let house = House::new();
    house.put("1.flac", &flac([1; 16], &["TITLE=One", "ARTIST=Ada", "TRACKNUMBER=1"], 0));
    house.put("2.opus", &opus(&[1; 900], &["TITLE=Two", "ARTIST=Ada"]));
    house.put("3.wav", &wav(1));
    house.put("4.m4a", &mp4(b"alac", 0, &[1; 900], true));
    // The name lies: it is FLAC.
    house.put("5.mp3", &flac([5; 16], &["TITLE=Five"], 0));
    let report = scan(&house);
    assert_eq!(counts(&report), [5, 0, 0, 0, 0], "{report:?}");
    let catalog = house.library.catalog();
    let of = |name: &str| serde_json::to_value(catalog.track(&house.id(name)).unwrap()).unwrap();
    assert_eq!(of("1.flac")["tags"]["title"], "One");
    assert_eq!(of("2.opus")["tags"]["title"], "Two");
    assert_eq!(of("3.wav")["tags"], serde_json::Value::Null);
    assert_eq!(of("4.m4a")["playable"], false);
    assert_eq!(of("5.mp3")["mime"], "audio/flac");
}

#[test]
fn covers_come_from_the_file_or_its_folder_in_any_size() {
    let house = House::new();
    let (small, large) = (png(100, 50), png(600, 300));
    house.put("in/1.mp3", &mp3(&Sample { number: 1, cover: &large, ..Sample::default() }));
    house.put("by/2.mp3", &song(2));
    house.put("by/Folder.PNG", &small);
    house.put("no/3.mp3", &song(3));
    house.put("odd/4.mp3", &mp3(&Sample { number: 4, cover: b"no picture", ..Sample::default() }));
    house.put("odd/cover.png", &small);
    scan(&house);
    let cover = |name: &str, size| house.library.cover(&house.id(name), size).unwrap();
    assert_eq!(&*cover("in/1.mp3", None).unwrap().bytes, large);
    assert_eq!(&*cover("by/2.mp3", None).unwrap().bytes, small);
    assert_eq!(&*cover("odd/4.mp3", None).unwrap().bytes, small);
    assert_eq!(cover("no/3.mp3", None), None);
    let shrunk = cover("in/1.mp3", Some(200)).unwrap();
    assert_eq!(shrunk.mime, "image/jpeg");
    let picture = image::load_from_memory(&shrunk.bytes).unwrap();
    assert_eq!((picture.width(), picture.height()), (256, 128));
    assert_eq!(house.library.cover_etag(&house.id("in/1.mp3"), Some(256)).unwrap(), Some(shrunk.etag.clone()));
    assert_ne!(cover("in/1.mp3", None).unwrap().etag, shrunk.etag);
    // New art in a folder is a new catalogue.
    let version = house.library.catalog().version();
    house.put("no/front.jpg", &small);
    scan(&house);
    assert!(house.library.catalog().version() > version);
    assert!(cover("no/3.mp3", Some(64)).is_some());
}

#[test]
fn albums_artists_and_genres_are_grouped_as_people_would() {
    let house = House::new();
    let put = |name: &str, number, artist, album, album_artist, year, genre| {
        let sample = Sample { number, artist, album, album_artist, year, genre, title: name, ..Sample::default() };
        house.put(name, &mp3(&sample));
    };
    put("z/CD1/1.mp3", 1, "Ada", "Twice", "", "2001", "Jazz");
    put("z/CD2/1.mp3", 2, "Ada", "Twice", "", "2001", "jazz");
    put("mix/1.mp3", 3, "Bo", "Summer", "", "1990", "Jazz");
    put("mix/2.mp3", 4, "Cy", "Summer", "", "1990", "Pop");
    put("bo/1.mp3", 5, "Bo feat. Ada", "Alone", "Bo", "1980", "");
    put("untagged/1.mp3", 6, "", "", "", "", "");
    put("root.mp3", 7, "", "", "", "", "");
    scan(&house);
    let catalog = house.library.catalog();
    let albums: Vec<_> = catalog
        .albums(0, 99)
        .map(|album| format!("{} / {} / {}", album.artist, album.title, album.track_count))
        .collect();
    let wanted = ["Ada / Twice / 2", "Bo / Alone / 1", "Unknown Artist / untagged / 1", "Various Artists / Summer / 2"];
    assert_eq!(albums, wanted);
    let artists: Vec<_> = catalog
        .artists(0, 99)
        .map(|artist| format!("{} {} {}", artist.name, artist.album_count, artist.track_count))
        .collect();
    assert_eq!(artists, ["Ada 1 2", "Bo 2 2", "Bo feat. Ada 1 1", "Cy 1 1"]);
    let genres: Vec<_> = catalog.genres().iter().map(|genre| format!("{} {}", genre.name, genre.track_count)).collect();
    assert_eq!(genres, ["Jazz 3", "Pop 1"]);
    let bo = catalog.artists(1, 1).next().unwrap().id;
    assert_eq!(catalog.artist(&bo).unwrap().albums.len(), 2);
    assert!(catalog.album("nonsense").is_none());
    let last = house.names().pop().unwrap();
    assert_eq!(last, "root.mp3", "tracks of no album come last");
}

#[test]
fn search_finds_words_prefixes_and_survives_anything() {
    let house = House::new();
    let put = |number, title, artist, album| {
        house.put(format!("{number}.mp3"), &mp3(&Sample { number, title, artist, album, ..Sample::default() }));
    };
    put(1, "Jóga", "Björk", "Homogenic");
    put(2, "Bachelorette", "Björk", "Homogenic");
    put(3, "Thunderstruck", "AC/DC", "The Razors Edge");
    scan(&house);
    let catalog = house.library.catalog();
    let found = |query: &str| {
        let found = house.library.search(&catalog, query, 10).unwrap();
        (found.tracks.len(), found.albums.len(), found.artists.len())
    };
    assert_eq!(found("joga"), (1, 0, 0));
    assert_eq!(found("BJORK"), (2, 1, 1));
    assert_eq!(found("bjork bach"), (1, 0, 0));
    assert_eq!(found("ac/dc thun"), (1, 0, 0));
    assert_eq!(found("homo"), (2, 1, 0));
    assert_eq!(found("b"), (2, 1, 1));
    assert_eq!(found("nothing like it"), (0, 0, 0));
    for odd in
        ["", "\"", "a\"b*", "NEAR(", "title:", "^", "-a", "{", "a AND", "OR", "\0", "'; --", "\u{301}", "(((", "*"]
    {
        let _ = found(odd);
    }
    house.remove("1.mp3");
    scan(&house);
    let catalog = house.library.catalog();
    assert!(house.library.search(&catalog, "joga", 10).unwrap().tracks.is_empty());
}
