//! The SVG drawing: one path of horizontal runs, so that it is small and stays sharp at any size.

use super::Qr;
use std::fmt::Write;

/// What a screen reader says in place of the picture.
const TITLE: &str = "QR code: scan it with a phone to listen along";

pub(super) fn draw(qr: &Qr) -> String {
    let (side, path) = (qr.side(), path(qr));
    format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" role="img" aria-label="{TITLE}" shape-rendering="crispEdges"><title>{TITLE}</title><path fill="#fff" d="M0 0h{side}v{side}H0z"/><path fill="#000" d="{path}"/></svg>"##
    )
}

fn path(qr: &Qr) -> String {
    let mut path = String::new();
    for y in 0..qr.side() {
        let mut x = 0;
        while x < qr.side() {
            let run = (x..qr.side()).take_while(|x| qr.is_dark(*x, y)).count();
            if run > 0 {
                // Writing into a String cannot fail.
                let _ = write!(path, "M{x} {y}h{run}v1h-{run}z");
            }
            x += run.max(1);
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_runs_cover_the_dark_modules_and_nothing_else() {
        let qr = Qr::new("http://hearken.local:8642/").unwrap();
        let mut drawn = vec![false; qr.side() * qr.side()];
        for run in path(&qr).split('M').skip(1) {
            let (x, rest) = run.split_once(' ').unwrap();
            let (y, rest) = rest.split_once('h').unwrap();
            let (length, _) = rest.split_once('v').unwrap();
            let [x, y, length]: [usize; 3] = [x, y, length].map(|number| number.parse().unwrap());
            drawn[y * qr.side() + x..][..length].fill(true);
        }
        for (at, drawn) in drawn.iter().enumerate() {
            assert_eq!(*drawn, qr.is_dark(at % qr.side(), at / qr.side()));
        }
    }

    #[test]
    fn it_is_one_picture_with_a_title() {
        let svg = Qr::new("x").unwrap().svg();
        assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>"));
        assert!(svg.contains(&format!("<title>{TITLE}</title>")));
        assert_eq!(svg.matches("fill=\"#000\"").count(), 1);
    }
}
