//! tiny_http's requests and answers, as the rest of the house knows them.

use super::headers::Headers;
use super::http1::guarded;
use super::message::{Method, Peer, Request, Version, split_target};
use super::problem::{self, Problem};
use super::response::{Body, Response};
use super::secure::secure_headers;
use super::service::Service;
use std::io::{self, Read, Seek, SeekFrom};
use tiny_http::{Header, StatusCode};

/// The request, with its body as far as the service admits one.
pub(super) fn read_request(incoming: &mut tiny_http::Request, service: &dyn Service) -> Result<Request, Problem> {
    let Some((path, query)) = split_target(incoming.url()) else {
        return Err(problem::BAD_REQUEST.because("The address is no proper path. Correct it and send it again."));
    };
    let mut headers = Headers::with_capacity(incoming.headers().len(), 0);
    for header in incoming.headers() {
        headers.push(header.field.as_str(), header.value.as_str());
    }
    let version = if *incoming.http_version() <= (1, 0) { Version::Http10 } else { Version::Http11 };
    let method = Method::of(incoming.method().as_str());
    let mut request = Request { method, path, query, headers, body: Vec::new(), peer: Peer::Local, version };
    let longest = guarded(&request, || service.admit(&request)).and_then(|admitted| admitted)?;
    request.body = read_body(incoming, longest, &request.headers)?;
    Ok(request)
}

fn read_body(incoming: &mut tiny_http::Request, longest: usize, headers: &Headers) -> Result<Vec<u8>, Problem> {
    let too_large = || problem::TOO_LARGE.because(format!("Send at most {longest} bytes at a time."));
    let mut body = Vec::new();
    // Of a request that wants an upgrade, tiny_http gives the whole rest of the connection as its body.
    if headers.has_token("connection", "upgrade") {
        return Ok(body);
    }
    if incoming.body_length().is_some_and(|length| length > longest) {
        return Err(too_large());
    }
    let read = incoming.as_reader().take(longest as u64 + 1).read_to_end(&mut body);
    read.map_err(|error| problem::BAD_REQUEST.because(format!("The body cannot be read: {error}. Send it again.")))?;
    if body.len() > longest { Err(too_large()) } else { Ok(body) }
}

/// Answers, with the same header fields as on the public port.
pub(super) fn send(incoming: tiny_http::Request, response: Response) -> io::Result<()> {
    let own = response.headers.iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
    let secure = secure_headers(response.headers.get("content-type"));
    let all = own.chain(secure.map(|(name, value)| (name.to_owned(), value.to_owned())));
    let headers: Vec<Header> = all.filter_map(|(name, value)| Header::from_bytes(name, value).ok()).collect();
    let length = usize::try_from(response.body.len()).ok();
    let body = reader(response.body)?;
    let outgoing = tiny_http::Response::new(StatusCode(response.status), headers, body, length, None);
    incoming.respond(outgoing.with_chunked_threshold(usize::MAX))
}

fn reader(body: Body) -> io::Result<Box<dyn Read>> {
    Ok(match body {
        Body::Empty => Box::new(io::empty()),
        Body::Bytes(bytes) => Box::new(io::Cursor::new(bytes)),
        Body::Shared(bytes) => Box::new(io::Cursor::new(bytes)),
        Body::Static(bytes) => Box::new(bytes),
        Body::File { mut file, offset, len, .. } => {
            file.seek(SeekFrom::Start(offset))?;
            Box::new(file.take(len))
        }
    })
}
