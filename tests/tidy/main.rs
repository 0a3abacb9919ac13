//! The rules of the house, as tests: what a reader may rely on without looking.
//!
//! Each rule names its replacement. Exceptions stand in a list that may only become shorter.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a rule that cannot read the house has failed

mod arrows;
mod dependencies;
mod files;
mod packaging;
mod source;
