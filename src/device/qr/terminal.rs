//! The terminal drawing: two modules a character, in colours that are always named.
//!
//! Without the colours a dark terminal would show the code inverted, and of twelve inverted codes that were tried
//! no scanner read one.

use super::Qr;

const BLACK_ON_WHITE: &str = "\x1b[30;47m";
const AS_BEFORE: &str = "\x1b[0m\n";

pub(super) fn draw(qr: &Qr) -> String {
    let mut text = String::new();
    for y in (0..qr.side()).step_by(2) {
        text.push_str(BLACK_ON_WHITE);
        text.extend((0..qr.side()).map(|x| half_block(qr.is_dark(x, y), qr.is_dark(x, y + 1))));
        text.push_str(AS_BEFORE);
    }
    text
}

fn half_block(upper: bool, lower: bool) -> char {
    match (upper, lower) {
        (true, true) => '█',
        (true, false) => '▀',
        (false, true) => '▄',
        (false, false) => ' ',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_half_blocks_are_the_modules() {
        let qr = Qr::new("http://192.168.1.20:8642/#k=0123").unwrap();
        let text = qr.terminal();
        for (row, line) in text.lines().enumerate() {
            let line = line.strip_prefix(BLACK_ON_WHITE).unwrap().strip_suffix("\x1b[0m").unwrap();
            assert_eq!(line.chars().count(), qr.side());
            for (x, block) in line.chars().enumerate() {
                let (upper, lower) = (matches!(block, '█' | '▀'), matches!(block, '█' | '▄'));
                assert_eq!(upper, qr.is_dark(x, row * 2));
                assert_eq!(lower, qr.is_dark(x, row * 2 + 1));
            }
        }
        assert_eq!(text.lines().count(), qr.side().div_ceil(2));
    }
}
