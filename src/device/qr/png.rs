//! The PNG drawing: four chunks by hand, one bit a pixel. An image library would cost eighteen crates for this.

use super::Qr;
use flate2::{Compression, Crc, write::ZlibEncoder};
use std::io::{self, Write};

/// Pixels a module; a phone reads it from across a table.
const SCALE: usize = 8;
const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

pub(super) fn draw(qr: &Qr) -> io::Result<Vec<u8>> {
    let mut png = SIGNATURE.to_vec();
    chunk(&mut png, b"IHDR", &header(qr.side() * SCALE));
    chunk(&mut png, b"IDAT", &pixels(qr)?);
    chunk(&mut png, b"IEND", &[]);
    Ok(png)
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

/// Rows of packed bits, 1 = white, each after a filter byte. A module is 8 pixels wide, so it is exactly one byte.
fn pixels(qr: &Qr) -> io::Result<Vec<u8>> {
    let mut deflate = ZlibEncoder::new(Vec::new(), Compression::best());
    for y in 0..qr.side() {
        let mut row = vec![0];
        row.extend((0..qr.side()).map(|x| if qr.is_dark(x, y) { 0x00 } else { 0xff }));
        for _ in 0..SCALE {
            deflate.write_all(&row)?;
        }
    }
    deflate.finish()
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
        let qr = Qr::new(URL).unwrap();
        let picture = image::load_from_memory(&qr.png().unwrap()).unwrap().to_luma8();
        assert_eq!(picture.width() as usize, qr.side() * SCALE);
        for y in 0..qr.side() {
            for x in 0..qr.side() {
                let middle = picture.get_pixel((x * SCALE + 4) as u32, (y * SCALE + 4) as u32).0[0];
                assert_eq!(middle == 0, qr.is_dark(x, y), "({x}, {y})");
            }
        }
    }

    #[test]
    fn zbarimg_reads_it() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("qr.png");
        std::fs::write(&file, Qr::new(URL).unwrap().png().unwrap()).unwrap();
        let Ok(answer) = Command::new("zbarimg").args(["--quiet", "--raw"]).arg(&file).output() else {
            eprintln!("skipped: zbarimg is not installed (apt install zbar-tools)");
            return;
        };
        assert_eq!(String::from_utf8_lossy(&answer.stdout).trim(), URL);
    }
}
