//! The security header fields that every answer of the house carries, whatever it answers.
//!
//! They bind the page to what the appliance itself serves: no inline code, no foreign origin, no frames, no
//! guessing of types. Who may ask at all is another matter ([`super::origin`]).

use std::sync::LazyLock;

/// What a page may load, and from where. Several fields of this name would all apply, so a stricter one may be
/// added by an answer, never a laxer one.
const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; \
     connect-src 'self' ws: wss:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// The fields, by name and value.
#[must_use]
pub const fn secure_headers() -> &'static [(&'static str, &'static str)] {
    &[
        ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "no-referrer"),
        ("X-Frame-Options", "DENY"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
    ]
}

/// The same as lines of a head, rendered once.
pub(super) fn secure_lines() -> &'static str {
    static LINES: LazyLock<String> =
        LazyLock::new(|| secure_headers().iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect());
    &LINES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_may_run_nothing_but_the_appliances_own_code() {
        for never in ["unsafe-inline", "unsafe-eval", "*", "http:"] {
            assert!(!CONTENT_SECURITY_POLICY.contains(never), "{never}");
        }
        assert!(secure_lines().ends_with("X-Frame-Options: DENY\r\nCross-Origin-Resource-Policy: same-origin\r\n"));
    }
}
