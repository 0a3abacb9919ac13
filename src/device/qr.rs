//! A QR code of a text, drawn three ways: PNG, SVG, and for the terminal.
//!
//! The modules are computed once, by the `qrcode` crate; the drawings are small enough to be made here. Every one
//! has the quiet zone of four modules that scanners need, and is black on white: inverted codes are not read by
//! many phones.

mod png;
mod svg;
mod terminal;

use qrcode::{EcLevel, QrCode};

/// Light modules around the code, as ISO 18004 asks.
const QUIET: usize = 4;

/// The text is too long for a QR code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{bytes} bytes are too many for a QR code; shorten the address")]
pub struct TooLong {
    /// Length of the text.
    pub bytes: usize,
}

/// The modules of a code, without its quiet zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Qr {
    width: usize,
    dark: Vec<bool>,
}

impl Qr {
    /// Encodes `text` with medium error correction: a scratched screen still reads, a URL still fits a small code.
    ///
    /// # Errors
    /// [`TooLong`] above about 2,300 bytes.
    pub fn new(text: &str) -> Result<Self, TooLong> {
        let code = QrCode::with_error_correction_level(text, EcLevel::M).map_err(|_| TooLong { bytes: text.len() })?;
        let dark = code.to_colors().into_iter().map(|color| color == qrcode::Color::Dark).collect();
        Ok(Self { width: code.width(), dark })
    }

    /// Modules of a side with the quiet zone: what every drawing has as its side.
    #[must_use]
    pub fn side(&self) -> usize {
        self.width + 2 * QUIET
    }

    /// Whether the module at (x, y) is dark, counted from the corner of the quiet zone; outside is light.
    #[must_use]
    pub fn is_dark(&self, x: usize, y: usize) -> bool {
        let inside = |at: usize| at.checked_sub(QUIET).filter(|at| *at < self.width);
        match (inside(x), inside(y)) {
            (Some(x), Some(y)) => self.dark[y * self.width + x],
            _ => false,
        }
    }

    /// A 1-bit PNG, 8 pixels a module.
    #[must_use]
    pub fn png(&self) -> Vec<u8> {
        png::draw(self)
    }

    /// An SVG of one path, to stand inline in a page, with a title for screen readers.
    #[must_use]
    pub fn svg(&self) -> String {
        svg::draw(self)
    }

    /// Lines of half blocks, black on white by explicit colours, each ended by a newline.
    #[must_use]
    pub fn terminal(&self) -> String {
        terminal::draw(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quiet_zone_is_light_and_the_finders_are_where_they_belong() {
        let qr = Qr::new("http://192.168.1.20:8642/").unwrap();
        let last = qr.side() - 1;
        for at in 0..qr.side() {
            for edge in [(at, 0), (at, QUIET - 1), (0, at), (last, at), (at, last)] {
                assert!(!qr.is_dark(edge.0, edge.1), "{edge:?}");
            }
        }
        for (x, y) in [(QUIET, QUIET), (last - QUIET, QUIET), (QUIET, last - QUIET)] {
            assert!(qr.is_dark(x, y));
        }
        assert!(!qr.is_dark(1000, 1000));
    }

    #[test]
    fn a_pairing_url_stays_a_small_code() {
        let url = format!("http://192.168.100.200:8642/#k={}", "0".repeat(32));
        assert!(Qr::new(&url).unwrap().side() <= 37 + 2 * QUIET);
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        assert_eq!(Qr::new(&"x".repeat(3000)), Err(TooLong { bytes: 3000 }));
    }
}
