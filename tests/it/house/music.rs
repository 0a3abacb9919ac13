//! Tiny tracks, each with a sound of its own.

use std::path::Path;

/// Samples a second: enough for a tone nobody hears.
const RATE: u32 = 1000;

/// Puts `count` tracks of `seconds` into `dir`.
pub fn fill(dir: &Path, count: usize, seconds: u32) {
    for number in 0..count {
        std::fs::write(dir.join(format!("{number:05}.wav")), wav(u32::try_from(number).unwrap(), seconds)).unwrap();
    }
}

/// Mono, 8 bit, silent but for its number at the beginning.
pub fn wav(number: u32, seconds: u32) -> Vec<u8> {
    let mut sound = vec![128; (RATE * seconds) as usize];
    sound[..4].copy_from_slice(&number.to_be_bytes());
    let length = u32::try_from(sound.len()).unwrap();
    let mut file = b"RIFF".to_vec();
    file.extend((36 + length).to_le_bytes());
    file.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    file.extend([RATE.to_le_bytes(), RATE.to_le_bytes()].concat());
    file.extend(b"\x01\0\x08\0data");
    file.extend(length.to_le_bytes());
    file.extend(sound);
    file
}
