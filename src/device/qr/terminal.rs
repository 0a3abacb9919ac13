//! The terminal drawing: two modules a character, in colours that are always named.
//!
//! Without the colours a dark terminal would show the code inverted, and of twelve inverted codes that were tried no
//! scanner read one. The background is the upper module and the glyph `▄` the lower one; two of a kind are a blank. So
//! most of the picture is background, which fills its cell in every font, while glyphs leave gaps between lines: drawn as
//! black blocks on white, one code was read in 3 of 8 fonts and sizes of xterm, drawn like this in all of those.

use super::Qr;
use std::fmt::Write;

const LOWER_HALF: char = '▄';
const AS_BEFORE: &str = "\x1b[0m\n";

pub(super) fn draw(qr: &Qr) -> String {
    let mut text = String::new();
    for y in (0..qr.side()).step_by(2) {
        let mut before = None;
        for x in 0..qr.side() {
            let (upper, lower) = (qr.is_dark(x, y), qr.is_dark(x, y + 1));
            if before != Some(upper) {
                // Writing into a String cannot fail.
                let _ = write!(text, "\x1b[{}m", if upper { "37;40" } else { "30;47" });
                before = Some(upper);
            }
            text.push(if upper == lower { ' ' } else { LOWER_HALF });
        }
        text.push_str(AS_BEFORE);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn background_and_glyph_are_the_modules() {
        let qr = Qr::new("http://192.168.1.20:8642/#k=0123").unwrap();
        let text = qr.terminal();
        for (row, line) in text.lines().enumerate() {
            let mut x = 0;
            for run in line.strip_suffix("\x1b[0m").unwrap().split("\x1b[").skip(1) {
                let (colours, cells) = run.split_once('m').unwrap();
                let upper = match colours {
                    "37;40" => true,
                    "30;47" => false,
                    other => panic!("{other}"),
                };
                for cell in cells.chars() {
                    assert_eq!(upper, qr.is_dark(x, row * 2), "({x}, {row})");
                    assert_eq!(upper == (cell == ' '), qr.is_dark(x, row * 2 + 1), "({x}, {row})");
                    x += 1;
                }
            }
            assert_eq!(x, qr.side());
        }
        assert_eq!(text.lines().count(), qr.side().div_ceil(2));
    }
}
