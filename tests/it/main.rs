//! The integration tests, one binary, a module for each story.

mod log_suite;
