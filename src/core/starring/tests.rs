//! Tests of stars: merging, undo, compaction.
