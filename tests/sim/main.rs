//! A whole household in one process, seeded: the real writer on a log in memory, phones that know only the protocol, links
//! that delay and break, downloads that stall, a disk that fills up, a server that is killed. Time is a value.
//!
//! `SEEDS=200 cargo test --test sim` plays more of them, `SEED=17 SEEDS=1` one again. A failure prints its seed and the
//! last steps of its story.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a test may

mod checks;
#[path = "../prop/client.rs"]
mod client;
mod dice;
mod household;
mod phone;
mod server;
mod wishes;

use household::Household;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// Things that happen in one story before the house falls quiet.
const STEPS: usize = 600;

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().unwrap_or_else(|_| panic!("{name} is a number")))
}

#[test]
fn every_story_ends_in_step() {
    let (first, seeds) = (setting("SEED", 1), setting("SEEDS", 50));
    let mut told = household::Told::default();
    for seed in first..first + seeds {
        told += play(seed);
    }
    println!("{seeds} stories: {told:?}");
    // A simulation in which nothing happens finds nothing.
    if seeds >= 20 {
        assert!(told.is_rich(), "too little happened: {told:?}");
    }
}

fn play(seed: u64) -> household::Told {
    let mut household = Household::new(seed);
    let lived = catch_unwind(AssertUnwindSafe(|| {
        household.live(STEPS);
        household.falls_quiet();
    }));
    if let Err(panic) = lived {
        eprintln!("\nSEED={seed} SEEDS=1 cargo test --test sim\n{}", household.story());
        resume_unwind(panic);
    }
    household.told()
}
