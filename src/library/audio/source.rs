//! Reading a few bytes here and there of a file, without moving anything and without trusting its length fields.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

/// A file that is looked into at offsets; reading beyond its end gives fewer bytes, never an error.
#[derive(Debug)]
pub struct Source<'a> {
    file: &'a File,
    len: u64,
}

impl<'a> Source<'a> {
    /// Looks into the first `len` bytes of `file`.
    #[must_use]
    pub fn new(file: &'a File, len: u64) -> Self {
        Self { file, len }
    }

    /// Bytes in the file.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether there is nothing in the file.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Fills `buffer` from `offset` on and gives what was there.
    ///
    /// # Errors
    /// What the disk says.
    pub fn read<'b>(&self, offset: u64, buffer: &'b mut [u8]) -> io::Result<&'b [u8]> {
        let there = self.len.saturating_sub(offset).min(buffer.len() as u64);
        let wanted = usize::try_from(there).unwrap_or(buffer.len());
        let mut filled = 0;
        while filled < wanted {
            match self.file.read_at(&mut buffer[filled..wanted], offset + filled as u64) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(&buffer[..filled])
    }

    /// Exactly `N` bytes at `offset`, or `None` when the file ends before.
    ///
    /// # Errors
    /// What the disk says.
    pub fn exact<const N: usize>(&self, offset: u64) -> io::Result<Option<[u8; N]>> {
        let mut buffer = [0; N];
        let complete = self.read(offset, &mut buffer)?.len() == N;
        Ok(complete.then_some(buffer))
    }
}

/// A big-endian number of the first up to eight bytes of `bytes`.
#[must_use]
pub fn big_endian(bytes: &[u8]) -> u64 {
    bytes.iter().take(8).fold(0, |sum, &byte| (sum << 8) | u64::from(byte))
}

/// A little-endian number of the first up to eight bytes of `bytes`.
#[must_use]
pub fn little_endian(bytes: &[u8]) -> u64 {
    bytes.iter().take(8).rev().fold(0, |sum, &byte| (sum << 8) | u64::from(byte))
}

/// `count` units of which there are `per_second`, in milliseconds; `None` for nothing or for more than 49 days.
#[must_use]
pub fn milliseconds(count: u64, per_second: u64) -> Option<u32> {
    if per_second == 0 || count == 0 {
        return None;
    }
    u32::try_from(u128::from(count) * 1000 / u128::from(per_second)).ok()
}
