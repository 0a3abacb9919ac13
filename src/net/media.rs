//! Files as answers: whole or in part, with validators, sent by the kernel.
//!
//! Which file a track is, is the library's business; a path never comes from a client.

use super::conditional::{http_date, range_applies, revalidated};
use super::message::{Method, Request};
use super::permit::Permit;
use super::problem;
use super::range::{Wanted, parse_range};
use super::response::{Body, Response};
use rustix::fs::{Mode, OFlags};
use std::borrow::Cow;
use std::fs::{File, Metadata};
use std::io::{self, ErrorKind};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::SystemTime;

/// An open file and what is said about it. All of it describes this very descriptor, whatever happens to the path.
#[derive(Debug)]
pub struct FileInfo {
    /// The file.
    pub file: File,
    /// Its size, bytes.
    pub size: u64,
    /// Its media type.
    pub media_type: Cow<'static, str>,
    /// A strong validator, in quotes.
    pub etag: String,
    /// When it was changed last.
    pub modified: Option<SystemTime>,
    /// How long a copy may be used.
    pub cache_control: &'static str,
    /// For how long it may be sent.
    pub permit: Permit,
}

impl FileInfo {
    /// Opens a regular file.
    ///
    /// # Errors
    /// What the system says; `NotFound` for what is there but is no regular file.
    pub fn open(path: &Path, media_type: impl Into<Cow<'static, str>>) -> io::Result<Self> {
        // Without NONBLOCK, opening a pipe somebody put into the library would wait for its writer.
        let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK | OFlags::NOCTTY;
        Self::of(rustix::fs::open(path, flags, Mode::empty())?.into(), media_type)
    }

    /// Describes a file that is open already.
    ///
    /// # Errors
    /// As [`FileInfo::open`].
    pub fn of(file: File, media_type: impl Into<Cow<'static, str>>) -> io::Result<Self> {
        let metadata = file.metadata()?;
        if !metadata.is_file() {
            return Err(io::Error::new(ErrorKind::NotFound, "not a regular file"));
        }
        Ok(Self {
            file,
            size: metadata.len(),
            media_type: media_type.into(),
            etag: etag(&metadata),
            modified: metadata.modified().ok(),
            cache_control: "private, no-cache",
            permit: Permit::default(),
        })
    }
}

/// A validator that changes whenever the file's bytes may have.
fn etag(metadata: &Metadata) -> String {
    let (seconds, nanos) = (metadata.mtime(), metadata.mtime_nsec());
    format!("\"{:x}-{:x}-{seconds:x}.{nanos:x}\"", metadata.ino(), metadata.len())
}

/// Answers GET or HEAD with a file: 200, 206, 304, 412 or 416.
#[must_use]
pub fn serve_file(request: &Request, info: FileInfo) -> Response {
    let size = info.size;
    let mut response = Response::typed(200, info.media_type, Body::Empty)
        .header("Accept-Ranges", "bytes")
        .header("Cache-Control", info.cache_control)
        .header("ETag", info.etag);
    if let Some(date) = info.modified.and_then(http_date) {
        response.headers.push("Last-Modified", date);
    }
    let range = request.headers.get("range").filter(|_| request.method == Method::Get);
    let range = range.filter(|_| range_applies(&request.headers, &response.headers));
    let response = revalidated(request, response);
    if response.status != 200 {
        return response;
    }
    match range.map_or(Wanted::Whole, |range| parse_range(range, size)) {
        Wanted::Whole => {
            Response { body: Body::File { file: info.file, offset: 0, len: size, permit: info.permit }, ..response }
        }
        Wanted::Part { first, last } => {
            let (len, permit) = (last - first + 1, info.permit);
            let body = Body::File { file: info.file, offset: first, len, permit };
            let response = response.header("Content-Range", format!("bytes {first}-{last}/{size}"));
            Response { status: 206, body, ..response }
        }
        Wanted::Outside => {
            let detail = format!("The file has {size} bytes; ask for some of those.");
            problem::RANGE.because(detail).header("Content-Range", format!("bytes */{size}")).into()
        }
    }
}

/// The media type that a file's name stands for, text being UTF-8.
#[must_use]
pub fn media_type_of(path: &str) -> Cow<'static, str> {
    match mime_guess::from_path(path).first_raw() {
        None => "application/octet-stream".into(),
        Some(text) if text.starts_with("text/") => format!("{text}; charset=utf-8").into(),
        Some(other) => other.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::bounds::Bounds;
    use crate::net::door::Bound;
    use crate::net::testing::{Answers, Client, asking};
    use std::io::Write;
    use std::sync::Arc;

    fn info(bytes: &[u8]) -> FileInfo {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        FileInfo::of(file, "audio/flac").unwrap()
    }

    #[test]
    fn a_file_is_sent_whole_in_part_or_not_at_all() {
        for (method, fields, status, length, range) in [
            ("GET", &[][..], 200, 10, None),
            ("HEAD", &[], 200, 10, None),
            ("GET", &[("Range", "bytes=2-4")], 206, 3, Some("bytes 2-4/10")),
            ("GET", &[("Range", "bytes=-4")], 206, 4, Some("bytes 6-9/10")),
            ("GET", &[("Range", "bytes=4-")], 206, 6, Some("bytes 4-9/10")),
            ("HEAD", &[("Range", "bytes=4-")], 200, 10, None),
            ("GET", &[("Range", "bytes=0-1,3-4")], 200, 10, None),
            ("GET", &[("Range", "bytes=10-")], 416, 0, Some("bytes */10")),
            ("GET", &[("Range", "bytes=2-4"), ("If-Range", "\"other\"")], 200, 10, None),
            ("GET", &[("If-None-Match", "*"), ("Range", "bytes=2-4")], 304, 0, None),
        ] {
            let response = serve_file(&asking(method, "/file/a", fields), info(b"0123456789"));
            let got = (response.status, response.headers.get("content-range"));
            assert_eq!(got, (status, range), "{method} {fields:?}");
            assert!(status == 416 || response.body.len() == length, "{method} {fields:?}");
        }
    }

    #[test]
    fn an_answer_describes_its_file() {
        let response = serve_file(&asking("GET", "/", &[]), info(b"0123"));
        let tag = response.headers.get("etag").unwrap().to_owned();
        assert_eq!(response.headers.get("content-type"), Some("audio/flac"));
        assert_eq!(response.headers.get("accept-ranges"), Some("bytes"));
        assert!(response.headers.get("last-modified").is_some_and(|date| date.ends_with("GMT")));
        assert!(tag.starts_with('"') && tag.ends_with('"') && tag.len() > 4);
    }

    #[test]
    fn only_regular_files_are_opened() {
        let dir = tempfile::tempdir().unwrap();
        let error = FileInfo::open(dir.path(), "x/y").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
        let pipe = dir.path().join("pipe");
        rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, Mode::RUSR, 0).unwrap();
        assert_eq!(FileInfo::open(&pipe, "x/y").unwrap_err().kind(), ErrorKind::NotFound);
    }

    #[test]
    fn types_come_from_names() {
        for (path, expected) in [
            ("/app.js", "text/javascript; charset=utf-8"),
            ("/a.css", "text/css; charset=utf-8"),
            ("/index.html", "text/html; charset=utf-8"),
            ("/icon.svg", "image/svg+xml"),
            ("/what", "application/octet-stream"),
        ] {
            assert_eq!(media_type_of(path), expected);
        }
    }

    #[test]
    fn five_megabytes_arrive_through_the_door_in_parts_and_whole() {
        let bytes: Vec<u8> = (0..5_000_000_u32).map(|at| (at % 251) as u8).collect();
        let file = tempfile::NamedTempFile::new().unwrap();
        file.as_file().write_all(&bytes).unwrap();
        let path = file.path().to_owned();
        let answer = move |request: &Request| serve_file(request, FileInfo::open(&path, "audio/flac").unwrap()).into();
        let bound = Bound::new("127.0.0.1:0".parse().unwrap(), Bounds::default()).unwrap();
        let door = bound.open(Arc::new(Answers(answer))).unwrap();
        let mut client = Client::connect(door.address());
        assert_eq!(client.get("/").body, bytes);
        for (range, first, end) in [("0-0", 0, 1), ("1000-2999999", 1000, 3_000_000), ("-7", 4_999_993, 5_000_000)] {
            client.send(format!("GET / HTTP/1.1\r\nHost: a\r\nRange: bytes={range}\r\n\r\n"));
            let got = client.answer();
            assert_eq!((got.status, &got.body[..]), (206, &bytes[first..end]));
        }
    }

    #[test]
    fn a_file_that_shrinks_ends_the_connection_instead_of_the_answer() {
        let answer = |request: &Request| {
            let info = info(&[7; 1000]);
            info.file.set_len(400).unwrap();
            serve_file(request, info).into()
        };
        let bound = Bound::new("127.0.0.1:0".parse().unwrap(), Bounds::default()).unwrap();
        let door = bound.open(Arc::new(Answers(answer))).unwrap();
        let mut client = Client::connect(door.address());
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n");
        assert_eq!(client.head().0, 200);
        assert_eq!(client.rest(), [7; 400]);
    }
}
