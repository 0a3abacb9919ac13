//! Shrunk covers that were asked for lately, bounded by their bytes.

use super::Cover;
use std::collections::VecDeque;

/// Bytes that the cache may hold: two screens of covers for a few phones.
const CACHE_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Largest picture that is kept, bytes; one huge one must not push out all others.
const KEPT_BYTES_MAX: usize = CACHE_BYTES_MAX / 8;
/// Pictures that are kept; the cache is searched from end to end.
const KEPT_MAX: usize = 256;

/// The cache; the picture used last stands in front.
#[derive(Debug, Default)]
pub struct Cache {
    covers: VecDeque<Cover>,
    bytes: usize,
}

impl Cache {
    /// The picture with this etag.
    pub fn get(&mut self, etag: &str) -> Option<Cover> {
        let position = self.covers.iter().position(|cover| cover.etag == etag)?;
        let cover = self.covers.remove(position)?;
        self.covers.push_front(cover.clone());
        Some(cover)
    }

    /// Keeps a picture, and forgets those that were not used for longest.
    pub fn put(&mut self, cover: &Cover) {
        if cover.bytes.len() > KEPT_BYTES_MAX || self.covers.iter().any(|known| known.etag == cover.etag) {
            return;
        }
        self.bytes += cover.bytes.len();
        self.covers.push_front(cover.clone());
        while self.bytes > CACHE_BYTES_MAX || self.covers.len() > KEPT_MAX {
            let Some(oldest) = self.covers.pop_back() else { break };
            self.bytes -= oldest.bytes.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cover(etag: usize, bytes: usize) -> Cover {
        Cover { bytes: vec![0; bytes].into(), mime: "image/png", etag: etag.to_string() }
    }

    #[test]
    fn the_oldest_give_way_when_the_bytes_run_out() {
        let mut cache = Cache::default();
        for etag in 0..8 {
            cache.put(&cover(etag, KEPT_BYTES_MAX));
        }
        assert!(cache.get("0").is_some());
        cache.put(&cover(8, 1000));
        assert!(cache.get("0").is_some(), "used just now");
        assert!(cache.get("1").is_none());
        assert!(cache.bytes <= CACHE_BYTES_MAX);
    }

    #[test]
    fn what_is_too_large_is_not_kept() {
        let mut cache = Cache::default();
        cache.put(&cover(1, KEPT_BYTES_MAX + 1));
        assert!(cache.get("1").is_none());
    }
}
