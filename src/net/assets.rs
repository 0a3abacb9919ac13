//! The web page's files: from the binary, or from a directory while somebody works on them.
//!
//! What goes into the binary, `build.rs` decides. Nothing here is secret; everything is public.

use super::beneath::Beneath;
use super::conditional::revalidated;
use super::gzip;
use super::media::{FileInfo, media_type_of, serve_file};
use super::message::Request;
use super::problem::{self, Problem};
use super::response::Response;
use std::borrow::Cow;
use std::collections::HashMap;
use std::io::{self, ErrorKind};
use std::path::Path;

/// A file in the binary.
struct Embedded {
    path: &'static str,
    hash: &'static str,
    bytes: &'static [u8],
    is_gzipped: bool,
}

impl Embedded {
    /// The file as it was.
    fn plain(&self) -> Cow<'static, [u8]> {
        if self.is_gzipped { gzip::gunzip(self.bytes).into() } else { self.bytes.into() }
    }
}

/// Written by `build.rs`.
static EMBEDDED: &[Embedded] = include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// Files whose name holds a hash of their content never change; all others are asked for again each time.
const IMMUTABLE: &str = "public, max-age=31536000, immutable";
const ASK_AGAIN: &str = "no-cache";

/// The page's files.
pub struct Assets {
    from: From,
}

enum From {
    Binary(HashMap<&'static str, Told>),
    Directory(Beneath),
}

/// A file in the binary with what is said about it, which is put together once.
struct Told {
    file: &'static Embedded,
    media_type: Cow<'static, str>,
    cache_control: &'static str,
    etag: String,
}

impl Assets {
    /// Those in the binary.
    #[must_use]
    pub fn embedded() -> Self {
        Self::binary(EMBEDDED)
    }

    fn binary(files: &'static [Embedded]) -> Self {
        Self { from: From::Binary(files.iter().map(|file| (file.path, Told::of(file))).collect()) }
    }

    /// Those in a directory, read anew for every request.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn directory(path: &Path) -> io::Result<Self> {
        Ok(Self { from: From::Directory(Beneath::open(path)?) })
    }

    /// The answer, if the request's path names a file; `/` is `/index.html`. Other methods than GET and HEAD get 405.
    #[must_use]
    pub fn answer(&self, request: &Request) -> Option<Response> {
        let path = if request.path == "/" { "/index.html" } else { &request.path };
        let answer = match &self.from {
            From::Binary(files) => files.get(path).map(|told| from_binary(request, told)),
            From::Directory(directory) => from_directory(request, directory, path),
        };
        answer.map(|answer| if request.method.is_read() { answer } else { read_only() })
    }

    /// A file as text, for an answer that fills it in.
    #[must_use]
    pub fn text(&self, path: &str) -> Option<String> {
        let bytes = match &self.from {
            From::Binary(files) => files.get(path)?.file.plain().into_owned(),
            From::Directory(directory) => {
                let mut bytes = Vec::new();
                let mut file = directory.file(Path::new(path.strip_prefix('/')?)).ok()?;
                io::Read::read_to_end(&mut file, &mut bytes).ok()?;
                bytes
            }
        };
        String::from_utf8(bytes).ok()
    }
}

fn read_only() -> Response {
    Problem::new(problem::METHOD_NOT_ALLOWED).header("Allow", "GET, HEAD").into()
}

impl Told {
    fn of(file: &'static Embedded) -> Self {
        let cache_control = if names_its_hash(file.path) { IMMUTABLE } else { ASK_AGAIN };
        Self { file, media_type: media_type_of(file.path), cache_control, etag: format!("\"{}\"", file.hash) }
    }
}

fn from_binary(request: &Request, told: &Told) -> Response {
    let response = Response::empty(200)
        .header("Content-Type", &told.media_type)
        .header("Cache-Control", told.cache_control)
        .header("ETag", &told.etag);
    let bytes = told.file.bytes;
    let answer = match told.file.is_gzipped {
        true => gzip::packed(request, response, bytes),
        false => Response { body: bytes.into(), ..response },
    };
    revalidated(request, answer)
}

fn from_directory(request: &Request, directory: &Beneath, path: &str) -> Option<Response> {
    let relative = path.strip_prefix('/')?;
    // The same as in the binary: dotfiles are nobody's business, and a path has no empty or upward steps.
    if relative.split('/').any(|step| step.is_empty() || step.starts_with('.')) {
        return None;
    }
    let opened = directory.file(Path::new(relative)).and_then(|file| FileInfo::of(file, media_type_of(path)));
    match opened {
        Ok(info) => Some(serve_file(request, FileInfo { cache_control: ASK_AGAIN, ..info })),
        Err(error) => {
            if error.kind() != ErrorKind::NotFound {
                log::warn!("static file {path:?}: {error}");
            }
            None
        }
    }
}

/// Whether a file's name has a part of at least eight hex digits between dots, as bundlers write hashes.
fn names_its_hash(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    let is_hash = |part: &str| part.len() >= 8 && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    name.split('.').rev().skip(1).any(is_hash)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::testing::asking;

    static FILES: &[Embedded] = &[
        Embedded { path: "/index.html", hash: "aa", bytes: b"<html>", is_gzipped: false },
        Embedded { path: "/app.js", hash: "bb", bytes: b"zipped", is_gzipped: true },
        Embedded { path: "/font.0123abcd.woff2", hash: "cc", bytes: b"font", is_gzipped: false },
    ];

    fn header(response: &Response, name: &str) -> String {
        response.headers.get(name).unwrap_or("-").to_owned()
    }

    #[test]
    fn the_binary_answers_what_it_holds() {
        let assets = Assets::binary(FILES);
        let page = assets.answer(&asking("GET", "/", &[])).unwrap();
        assert_eq!((page.body.len(), header(&page, "content-type").as_str()), (6, "text/html; charset=utf-8"));
        assert_eq!(header(&page, "cache-control"), "no-cache");
        let script = assets.answer(&asking("GET", "/app.js", &[("Accept-Encoding", "gzip")])).unwrap();
        assert_eq!((script.body.bytes(), header(&script, "content-encoding").as_str()), (Some(&b"zipped"[..]), "gzip"));
        let again = [("Accept-Encoding", "gzip"), ("If-None-Match", "W/\"bb\"")];
        let again = assets.answer(&asking("GET", "/app.js", &again)).unwrap();
        assert_eq!((again.status, header(&again, "vary").as_str()), (304, "Accept-Encoding"));
        let font = assets.answer(&asking("GET", "/font.0123abcd.woff2", &[])).unwrap();
        assert_eq!(header(&font, "cache-control"), IMMUTABLE);
        assert_eq!(assets.answer(&asking("POST", "/", &[])).unwrap().status, 405);
        assert!(assets.answer(&asking("GET", "/nothing", &[])).is_none());
    }

    #[test]
    fn a_directory_answers_nothing_outside_of_it() {
        let dir = tempfile::tempdir().unwrap();
        let inner = dir.path().join("static");
        std::fs::create_dir_all(inner.join("sub")).unwrap();
        for (path, text) in
            [("static/index.html", "page"), ("static/sub/a.js", "code"), ("static/.env", "no"), ("out", "no")]
        {
            std::fs::write(dir.path().join(path), text).unwrap();
        }
        std::os::unix::fs::symlink("../out", inner.join("link")).unwrap();
        let assets = Assets::directory(&inner).unwrap();
        for (target, status) in [
            ("/", Some(200)),
            ("/sub/a.js", Some(200)),
            ("/sub", None),
            ("/sub/", None),
            ("/sub//a.js", None),
            ("/../out", None),
            ("/%2e%2e/out", None),
            ("/sub/..%2f../out", None),
            ("/link", None),
            ("/.env", None),
            ("//etc/passwd", None),
        ] {
            assert_eq!(assets.answer(&asking("GET", target, &[])).map(|answer| answer.status), status, "{target}");
        }
    }

    #[test]
    fn modules_are_served_without_their_comments_and_else_line_by_line() {
        let page = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("static");
        let mut modules = 0;
        // The worker is filled in by the build; vendor/ is nobody's to read.
        let is_module = |path: &str| path.ends_with(".js") && path != "/sw.js" && !path.starts_with("/vendor");
        for file in EMBEDDED.iter().filter(|file| is_module(file.path)) {
            let source = std::fs::read_to_string(page.join(&file.path[1..])).unwrap();
            let plain = file.plain();
            let served = std::str::from_utf8(&plain).unwrap();
            assert_eq!(served.lines().count(), source.lines().count(), "{}", file.path);
            for (line, original) in served.lines().zip(source.lines()) {
                assert!(original.ends_with(line), "{}: {line}", file.path);
                let gone = original[..original.len() - line.len()].trim();
                assert!(gone.is_empty() || line.is_empty() || gone.ends_with("*/"), "{}: {original}", file.path);
                assert!(!line.trim_start().starts_with("//"), "{}: {line}", file.path);
            }
            modules += 1;
        }
        assert!(modules > 40, "{modules}");
    }

    #[test]
    fn every_embedded_file_has_a_type_and_is_whole() {
        for file in EMBEDDED {
            assert!(!file.plain().is_empty(), "{}", file.path);
            assert_ne!(media_type_of(file.path), "application/octet-stream", "{}", file.path);
        }
    }

    #[test]
    fn hashes_in_names_are_seen() {
        for (path, hashed) in
            [("/a.0123abcd.js", true), ("/deadbeef/a.js", false), ("/a.deadbeef", false), ("/a.js", false)]
        {
            assert_eq!(names_its_hash(path), hashed, "{path}");
        }
    }
}
