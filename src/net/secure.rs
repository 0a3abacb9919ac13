//! The security header fields of answers: two that all carry, and those of documents that a browser would run.
//!
//! They bind the page to what the appliance itself serves: no inline code, no foreign origin, no frames, no
//! guessing of types. Who may ask at all is another matter ([`super::origin`]).

use std::sync::LazyLock;

/// What a page may load, and from where. Several fields of this name would all apply, so a stricter one may be
/// added by an answer, never a laxer one.
const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; \
     connect-src 'self' ws: wss:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// What every answer carries, by name and value.
const ALWAYS: [(&str, &str); 2] =
    [("X-Content-Type-Options", "nosniff"), ("Cross-Origin-Resource-Policy", "same-origin")];

/// What a document carries beside it: half a kilobyte that modules and covers do not need.
const DOCUMENT: [(&str, &str); 3] = [
    ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
    ("Referrer-Policy", "no-referrer"),
    ("X-Frame-Options", "DENY"),
];

/// The fields of an answer of this media type, by name and value.
pub fn secure_headers(media_type: Option<&str>) -> impl Iterator<Item = (&'static str, &'static str)> {
    let document = if is_document(media_type) { DOCUMENT.as_slice() } else { &[] };
    ALWAYS.iter().chain(document).copied()
}

/// The same as lines of a head, rendered once.
pub(super) fn secure_lines(media_type: Option<&str>) -> &'static str {
    static PLAIN: LazyLock<String> = LazyLock::new(|| lines(None));
    static OF_DOCUMENTS: LazyLock<String> = LazyLock::new(|| lines(Some("text/html")));
    if is_document(media_type) { &OF_DOCUMENTS } else { &PLAIN }
}

/// Whether a browser that is led there would run what it finds.
fn is_document(media_type: Option<&str>) -> bool {
    let runs = ["text/html", "image/svg", "application/xml", "text/xml", "application/xhtml"];
    media_type.is_some_and(|media_type| runs.iter().any(|kind| media_type.starts_with(kind)))
}

fn lines(media_type: Option<&str>) -> String {
    secure_headers(media_type).map(|(name, value)| format!("{name}: {value}\r\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_may_run_nothing_but_the_appliances_own_code() {
        for never in ["unsafe-inline", "unsafe-eval", "*", "http:"] {
            assert!(!CONTENT_SECURITY_POLICY.contains(never), "{never}");
        }
        for document in ["text/html; charset=utf-8", "image/svg+xml"] {
            assert!(secure_lines(Some(document)).ends_with("X-Frame-Options: DENY\r\n"), "{document}");
        }
        assert!(!secure_lines(Some("text/javascript")).contains("Content-Security-Policy"));
        assert!(secure_lines(None).starts_with("X-Content-Type-Options: nosniff\r\n"));
    }
}
