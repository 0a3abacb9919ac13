//! The PNG drawing: four chunks by hand, one bit a pixel, stored rather than compressed. A picture has 16 kB and is
//! made a few times a day; an image library would cost eighteen crates, a compressor an error that never comes.

use super::Qr;
use flate2::Crc;

/// Pixels a module; a phone reads it from across a table. Eight, so that a module is one byte wide.
const SCALE: usize = 8;
const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";
/// Longest stored block of deflate, bytes.
const BLOCK_MAX: usize = 65_535;

pub(super) fn draw(qr: &Qr) -> Vec<u8> {
    let mut png = SIGNATURE.to_vec();
    chunk(&mut png, b"IHDR", &header(qr.side() * SCALE));
    chunk(&mut png, b"IDAT", &stored(&rows(qr)));
    chunk(&mut png, b"IEND", &[]);
    png
}

/// Width and height, 1 bit, greyscale, and the only compression, filter and interlace methods worth having.
fn header(side: usize) -> [u8; 13] {
    let side = u32::try_from(side).unwrap_or(u32::MAX).to_be_bytes();
    let mut header = [0; 13];
    header[..4].copy_from_slice(&side);
    header[4..8].copy_from_slice(&side);
    header[8] = 1;
    header
}

/// Rows of packed bits, 1 = white, each after a filter byte.
fn rows(qr: &Qr) -> Vec<u8> {
    let mut rows = Vec::new();
    for y in 0..qr.side() {
        let mut row = vec![0];
        row.extend((0..qr.side()).map(|x| if qr.is_dark(x, y) { 0x00 } else { 0xff }));
        rows.extend(row.repeat(SCALE));
    }
    rows
}

/// A zlib stream of stored blocks (RFC 1950 and 1951).
fn stored(bytes: &[u8]) -> Vec<u8> {
    let mut stream = vec![0x78, 0x01];
    let mut blocks = bytes.chunks(BLOCK_MAX).peekable();
    while let Some(block) = blocks.next() {
        let length = u16::try_from(block.len()).unwrap_or(u16::MAX);
        stream.push(u8::from(blocks.peek().is_none()));
        stream.extend(length.to_le_bytes());
        stream.extend((!length).to_le_bytes());
        stream.extend(block);
    }
    stream.extend(adler32(bytes).to_be_bytes());
    stream
}

fn adler32(bytes: &[u8]) -> u32 {
    let (a, b) = bytes.iter().fold((1, 0), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % 65_521;
        (a, (b + a) % 65_521)
    });
    b << 16 | a
}

fn chunk(png: &mut Vec<u8>, kind: &[u8; 4], data: &[u8]) {
    let mut crc = Crc::new();
    crc.update(kind);
    crc.update(data);
    png.extend(u32::try_from(data.len()).unwrap_or(u32::MAX).to_be_bytes());
    png.extend(kind);
    png.extend(data);
    png.extend(crc.sum().to_be_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    const URL: &str = "http://192.168.1.20:8642/#k=00112233445566778899aabbccddeeff";

    #[test]
    fn another_decoder_finds_the_same_modules() {
        // The second is so large that its pixels need several blocks.
        for text in [URL.to_owned(), "x".repeat(2000)] {
            let qr = Qr::new(&text).unwrap();
            let picture = image::load_from_memory(&qr.png()).unwrap().to_luma8();
            assert_eq!(picture.width() as usize, qr.side() * SCALE);
            for y in 0..qr.side() {
                for x in 0..qr.side() {
                    let middle = picture.get_pixel((x * SCALE + 4) as u32, (y * SCALE + 4) as u32).0[0];
                    assert_eq!(middle == 0, qr.is_dark(x, y), "({x}, {y})");
                }
            }
        }
    }

    #[test]
    fn zbarimg_reads_it() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("qr.png");
        std::fs::write(&file, Qr::new(URL).unwrap().png()).unwrap();
        let Ok(answer) = Command::new("zbarimg").args(["--quiet", "--raw"]).arg(&file).output() else {
            eprintln!("skipped: zbarimg is not installed (apt install zbar-tools)");
            return;
        };
        assert_eq!(String::from_utf8_lossy(&answer.stdout).trim(), URL);
    }
}
