//! Compression of answers where it is worth it, in one place for all of them.
//!
//! What exists compressed only (the page's files, in the binary) leaves through [`packed`]; everything else passes [`fit`],
//! which leaves alone what is compressed already, files, stretches of files, and what does not shrink.

use super::headers::Headers;
use super::message::Request;
use super::response::{Body, Response};
use crate::limits::GZIP_BYTES_MIN;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use std::io::{Read, Write};

/// Whether the sender of `headers` takes gzip.
#[must_use]
pub fn accepts_gzip(headers: &Headers) -> bool {
    let mut any = false;
    for item in headers.get_all("accept-encoding").flat_map(|value| value.split(',')) {
        let mut parts = item.split(';').map(str::trim);
        let coding = parts.next().unwrap_or_default();
        let refused = parts.any(|part| part.strip_prefix("q=").is_some_and(|q| q.parse() == Ok(0.0)));
        if coding.eq_ignore_ascii_case("gzip") {
            return !refused;
        }
        any |= coding == "*" && !refused;
    }
    any
}

/// Whether content of this type shrinks.
#[must_use]
pub fn is_compressible(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let known = ["application/json", "application/javascript", "application/xml", "application/wasm", "image/svg+xml"];
    essence.starts_with("text/")
        || essence.ends_with("+json")
        || essence.ends_with("+xml")
        || known.contains(&essence.as_str())
}

/// `bytes`, gzipped. Quickly rather than tightly: somebody waits for it.
#[must_use]
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(bytes.len() / 4), Compression::fast());
    let written = encoder.write_all(bytes);
    // Writing to a Vec cannot fail; were it to, an empty answer shows it and `fit` keeps the plain one.
    written.and_then(|()| encoder.finish()).unwrap_or_default()
}

/// What [`gzip`] made of it, unpacked again; for bytes of our own, since nothing bounds what comes out.
#[must_use]
pub fn gunzip(gzipped: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(gzipped.len() * 4);
    if let Err(error) = GzDecoder::new(gzipped).read_to_end(&mut plain) {
        ::log::error!("a part of this program is damaged, install it again: {error}");
    }
    plain
}

/// `response` with a body that exists `gzipped`: as it is for whoever takes it, as every browser does; else unpacked.
#[must_use]
pub fn packed(request: &Request, response: Response, gzipped: &'static [u8]) -> Response {
    let response = response.header("Vary", "Accept-Encoding");
    match accepts_gzip(&request.headers) {
        true => encoded(response, gzipped.into()),
        false => Response { body: gunzip(gzipped).into(), ..response },
    }
}

/// The answer as it should leave: gzipped if the client takes it and it is long and of a type that shrinks.
#[must_use]
pub fn fit(request: &Request, mut response: Response) -> Response {
    if !is_candidate(&response) {
        return response;
    }
    if !response.headers.has_token("vary", "accept-encoding") {
        response.headers.push("Vary", "Accept-Encoding");
    }
    let plain = response.body.bytes().unwrap_or_default();
    let gzipped = if accepts_gzip(&request.headers) { gzip(plain) } else { Vec::new() };
    let smaller = !gzipped.is_empty() && gzipped.len() < plain.len();
    if smaller { encoded(response, gzipped.into()) } else { response }
}

fn is_candidate(response: &Response) -> bool {
    response.body.bytes().is_some_and(|bytes| bytes.len() >= GZIP_BYTES_MIN)
        && response.status != 206
        && response.headers.get("content-encoding").is_none()
        && response.headers.get("content-type").is_some_and(is_compressible)
}

/// A gzipped body is another representation, so a strong validator becomes a weak one: it names both.
fn encoded(mut response: Response, body: Body) -> Response {
    let weak = response.headers.get("etag").filter(|tag| tag.starts_with('"')).map(|tag| format!("W/{tag}"));
    if let Some(weak) = weak {
        response.headers.set("ETag", weak);
    }
    Response { body, ..response.header("Content-Encoding", "gzip") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::testing;
    use std::io::Read;

    fn asking(accept: Option<&'static str>) -> Request {
        let fields: Vec<_> = accept.iter().map(|accept| ("Accept-Encoding", *accept)).collect();
        testing::asking("GET", "/", &fields)
    }

    #[test]
    fn what_is_accepted() {
        for (accept, taken) in [
            (None, false),
            (Some(""), false),
            (Some("gzip"), true),
            (Some("br, GZip;q=0.5"), true),
            (Some("gzip;q=0"), false),
            (Some("gzip; q=0.000, *"), false),
            (Some("*"), true),
            (Some("*;q=0"), false),
            (Some("identity"), false),
        ] {
            assert_eq!(accepts_gzip(&asking(accept).headers), taken, "{accept:?}");
        }
    }

    #[test]
    fn a_long_answer_leaves_compressed_and_comes_back_whole() {
        let text = "hearken ".repeat(500);
        let answer = || Response::text(200, text.clone()).header("ETag", "\"a\"");
        let fitted = fit(&asking(Some("gzip")), answer());
        assert_eq!(fitted.headers.get("content-encoding"), Some("gzip"));
        assert_eq!(fitted.headers.get("etag"), Some("W/\"a\""));
        let mut back = String::new();
        flate2::read::GzDecoder::new(fitted.body.bytes().unwrap()).read_to_string(&mut back).unwrap();
        assert_eq!(back, text);
        let plain = fit(&asking(None), answer());
        assert_eq!((plain.headers.get("vary"), plain.headers.get("etag")), (Some("Accept-Encoding"), Some("\"a\"")));
        assert_eq!(plain.body.len(), 4000);
    }

    #[test]
    fn what_does_not_shrink_is_left_alone() {
        let request = asking(Some("gzip"));
        for response in [
            Response::text(200, "short"),
            Response::typed(200, "image/png", vec![0; 5000]),
            Response::text(206, vec![b' '; 5000]),
            Response::text(200, vec![b' '; 5000]).header("Content-Encoding", "br"),
        ] {
            let before = response.body.len();
            assert_eq!(fit(&request, response).body.len(), before);
        }
    }

    #[test]
    fn what_exists_gzipped_leaves_as_it_is_or_unpacked() {
        let text = "hearken ".repeat(500);
        let gzipped: &'static [u8] = gzip(text.as_bytes()).leak();
        let choose = |accept| packed(&asking(accept), Response::empty(200), gzipped);
        let (plain, as_it_is) = (choose(None), choose(Some("gzip")));
        assert_eq!((plain.body.bytes(), plain.headers.get("content-encoding")), (Some(text.as_bytes()), None));
        assert_eq!((as_it_is.body.bytes(), as_it_is.headers.get("content-encoding")), (Some(gzipped), Some("gzip")));
        assert!([plain, as_it_is].iter().all(|answer| answer.headers.get("vary").is_some()));
    }
}
