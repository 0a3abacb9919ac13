//! An HTTP answer, read off the stream: of known length, chunked (tiny_http on the socket), or ended with the
//! connection; gzipped or not.

use serde_json::Value;
use std::io::Read;

/// Longest answer, bytes, packed or unpacked; an index of 100,000 tracks has 30 MB.
const ANSWER_BYTES_MAX: u64 = 128 * 1024 * 1024;
/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body, unpacked.
    pub body: Vec<u8>,
}

impl Answer {
    /// A header by its lower-case name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The body as JSON; `Null` if it is none, which a caller sees as an object without the field it needs.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

/// Reads until the connection ends, or until the whole answer of known length is here: a peer may keep it open.
pub(super) fn read_answer(from: &mut impl Read, bytes: &mut Vec<u8>) -> std::io::Result<()> {
    let mut block = vec![0; 64 * 1024];
    let mut whole = None;
    while whole.is_none_or(|whole| bytes.len() < whole) {
        let read = match from.read(&mut block) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        bytes.extend_from_slice(&block[..read]);
        whole = whole.or_else(|| whole_length(bytes));
        if bytes.len() as u64 > ANSWER_BYTES_MAX {
            return Err(std::io::Error::other("the answer is too long"));
        }
    }
    Ok(())
}

/// Length of head and body together, once the head is here and tells.
fn whole_length(bytes: &[u8]) -> Option<usize> {
    let (status, headers, head) = parse_head(bytes).ok()?;
    if matches!(status, 204 | 304) {
        return Some(head);
    }
    let length = headers.iter().find(|(name, _)| name == "content-length")?.1.parse::<usize>().ok()?;
    head.checked_add(length)
}

/// Status, headers, and where the body begins.
type Head = (u16, Vec<(String, String)>, usize);

fn parse_head(bytes: &[u8]) -> Result<Head, String> {
    let mut slots = [httparse::EMPTY_HEADER; crate::limits::HEADERS_MAX];
    let mut response = httparse::Response::new(&mut slots);
    let httparse::Status::Complete(length) = response.parse(bytes).map_err(|error| error.to_string())? else {
        return Err("the answer ended within its head".into());
    };
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let headers = response.headers.iter().map(|h| (h.name.to_ascii_lowercase(), text(h.value))).collect();
    Ok((response.code.unwrap_or_default(), headers, length))
}

/// Takes the whole answer apart.
pub(super) fn parse(bytes: &[u8]) -> Result<Answer, String> {
    let (status, headers, head) = parse_head(bytes)?;
    let mut answer = Answer { status, headers, body: bytes[head..].to_vec() };
    if answer.header("transfer-encoding").is_some_and(|coding| coding.eq_ignore_ascii_case("chunked")) {
        answer.body = unchunk(&answer.body).ok_or("its chunks are broken")?;
    } else if let Some(length) = answer.header("content-length").and_then(|length| length.parse::<usize>().ok()) {
        if answer.body.len() < length && !matches!(status, 204 | 304) {
            return Err(format!("the answer ended after {} of {length} bytes", answer.body.len()));
        }
        answer.body.truncate(length);
    }
    if answer.header("content-encoding") == Some("gzip") {
        let mut plain = Vec::new();
        let unpacked = flate2::read::GzDecoder::new(answer.body.as_slice()).take(ANSWER_BYTES_MAX);
        std::io::BufReader::new(unpacked).read_to_end(&mut plain).map_err(|error| error.to_string())?;
        answer.body = plain;
    }
    Ok(answer)
}

fn unchunk(mut bytes: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let httparse::Status::Complete((start, length)) = httparse::parse_chunk_size(bytes).ok()? else { return None };
        let length = usize::try_from(length).ok()?;
        if length == 0 {
            return Some(body);
        }
        let chunk = bytes.get(start..)?.get(..length)?;
        body.extend_from_slice(chunk);
        bytes = bytes.get(start + length..)?.strip_prefix(b"\r\n")?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn read(text: &[u8]) -> Result<Answer, String> {
        let mut bytes = Vec::new();
        read_answer(&mut &*text, &mut bytes).map_err(|error| error.to_string())?;
        parse(&bytes)
    }

    #[test]
    fn answers_of_every_framing_are_read() {
        let table: [&[u8]; 3] = [
            b"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{\"ok\":true}of the next answer",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"ok\"\r\n6\r\n:true}\r\n0\r\n\r\n",
            b"HTTP/1.1 200 OK\r\n\r\n{\"ok\":true}",
        ];
        for text in table {
            assert_eq!(read(text).unwrap().json()["ok"], true, "{}", String::from_utf8_lossy(text));
        }
    }

    #[test]
    fn a_gzipped_answer_is_unpacked() {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(b"{\"ok\":1}").unwrap();
        let packed = packed.finish().unwrap();
        let mut text = format!("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n", packed.len());
        text = text.replace("Encoding: gzip", "Encoding: gzip\r\nX-Y: z");
        let bytes = [text.as_bytes(), &packed].concat();
        assert_eq!(read(&bytes).unwrap().json()["ok"], 1);
    }

    #[test]
    fn broken_answers_are_errors() {
        let table: [&[u8]; 5] = [
            b"",
            b"SSH-2.0-OpenSSH_9.2\r\n",
            b"HTTP/1.1 200 OK\r\nContent-Len",
            b"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{\"ok\"",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"ok\"\r\n6\r\n:tr",
        ];
        for text in table {
            assert!(read(text).is_err(), "{}", String::from_utf8_lossy(text));
        }
    }
}
