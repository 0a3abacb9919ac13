//! Tests of the writer: what is stored together, what is answered when, and what a store that fails may cost.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a test may

mod answers;
mod clocks;
mod failures;
mod harness;
mod joining;
mod keys;
mod overtaken;
mod restarts;
mod rounds;
