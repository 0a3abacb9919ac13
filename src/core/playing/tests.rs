//! Tests of what a device plays: each command, as a story.
