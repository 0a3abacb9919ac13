//! Making a picture smaller, within bounds: a few kilobytes may claim to be a picture of gigabytes.

use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageFormat, ImageReader, Limits};
use std::io::Cursor;
use std::panic::catch_unwind;

/// Longest side of a picture that is decoded, pixels.
const SIDE_MAX: u32 = 10_000;
/// Memory that decoding one picture may take, bytes: 20 million pixels of a photograph.
const DECODED_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// JPEG quality, of 100: the difference is not seen on a phone, the bytes are.
const QUALITY: u8 = 82;

/// A JPEG or PNG whose longer side is `size` pixels, with its content type. `None` when the picture is small
/// enough as it is, is of another format, or cannot be decoded within bounds: then the original is good enough.
#[must_use]
pub fn shrink(bytes: &[u8], size: u32) -> Option<(Vec<u8>, &'static str)> {
    // Decoders are fed by whoever made the file: a panic in one costs this picture.
    catch_unwind(|| try_shrink(bytes, size)).ok().flatten()
}

fn try_shrink(bytes: &[u8], size: u32) -> Option<(Vec<u8>, &'static str)> {
    let reader = || ImageReader::new(Cursor::new(bytes)).with_guessed_format().ok();
    let (width, height) = reader()?.into_dimensions().ok()?;
    if width.max(height) <= size || width.max(height) > SIDE_MAX {
        return None;
    }
    let mut limits = Limits::default();
    limits.max_image_width = Some(SIDE_MAX);
    limits.max_image_height = Some(SIDE_MAX);
    limits.max_alloc = Some(DECODED_BYTES_MAX);
    let mut reader = reader()?;
    reader.limits(limits);
    let small = reader.decode().ok()?.thumbnail(size, size);
    encode(&small)
}

fn encode(picture: &DynamicImage) -> Option<(Vec<u8>, &'static str)> {
    let mut out = Vec::new();
    if picture.color().has_alpha() {
        picture.write_to(&mut Cursor::new(&mut out), ImageFormat::Png).ok()?;
        return Some((out, "image/png"));
    }
    picture.to_rgb8().write_with_encoder(JpegEncoder::new_with_quality(&mut out, QUALITY)).ok()?;
    Some((out, "image/jpeg"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut out = Vec::new();
        let picture = DynamicImage::new_rgb8(width, height);
        picture.write_to(&mut Cursor::new(&mut out), ImageFormat::Png).unwrap();
        out
    }

    #[test]
    fn the_longer_side_becomes_the_size() {
        let (bytes, mime) = shrink(&png(300, 150), 64).unwrap();
        assert_eq!(mime, "image/jpeg");
        let small = image::load_from_memory(&bytes).unwrap();
        assert_eq!((small.width(), small.height()), (64, 32));
    }

    #[test]
    fn small_ones_and_nonsense_stay_as_they_are() {
        assert!(shrink(&png(64, 64), 64).is_none());
        assert!(shrink(b"GIF89a and so on", 64).is_none());
        assert!(shrink(b"", 64).is_none());
    }

    #[test]
    fn a_picture_that_claims_to_be_huge_is_not_decoded() {
        let mut bomb = png(100, 100);
        // Width and height stand at 16 and 20 of a PNG; the checksum behind them at 29.
        bomb[16..24].copy_from_slice(&[0, 0, 0x20, 0, 0, 0, 0x20, 0]);
        let sum = crc(&bomb[12..29]);
        bomb[29..33].copy_from_slice(&sum.to_be_bytes());
        assert!(shrink(&bomb, 64).is_none());
    }

    fn crc(bytes: &[u8]) -> u32 {
        let mut crc = !0u32;
        for &byte in bytes {
            crc ^= u32::from(byte);
            for _ in 0..8 {
                crc = if crc & 1 == 0 { crc >> 1 } else { (crc >> 1) ^ 0xedb8_8320 };
            }
        }
        !crc
    }
}
