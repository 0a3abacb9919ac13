//! Property tests: whatever anybody does in whatever order, the invariants of the house hold.
//!
//! `PROPTEST_CASES=5000 cargo test --test prop` looks longer. A failure prints the shortest story that still fails.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a test may

mod client;
mod comparing;
mod inbound;
mod invariants;
mod plays;
mod stars;
mod steps;
mod world;
