//! Whole stories of a library: files come, go, move and break, and what the house sees of it.

mod breaking;
mod moving;
mod showing;
mod telling;

use super::ScanReport;
use super::samples::{House, Sample, mp3};
use std::sync::Arc;

fn song(number: u32) -> Vec<u8> {
    mp3(&Sample { number, title: &format!("Song {number}"), artist: "Ada", album: "First", ..Sample::default() })
}

fn scan(house: &House) -> Arc<ScanReport> {
    house.library.scan(false).unwrap()
}

/// added, changed, moved, removed, unchanged
fn counts(report: &ScanReport) -> [usize; 5] {
    [report.added, report.changed, report.moved, report.removed, report.unchanged]
}
