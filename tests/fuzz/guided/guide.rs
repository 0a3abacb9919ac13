//! One target under libFuzzer, which keeps every input that goes a new way through the code and varies that one further.
//!
//! Which target is `FUZZ_TARGET`'s word. Its seeds and words are written into the folder `FUZZ_DIR` before libFuzzer looks at
//! its arguments, so that these can name them: `seeds/` as a corpus, `words` as the dictionary (run.sh does).

use super::{Target, named};
use libfuzzer_sys::fuzz_target;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

static TARGET: OnceLock<Target> = OnceLock::new();

fuzz_target!(
    init: {
        // The house catches what foreign readers panic with; only what nobody catches is a finding.
        drop(std::panic::take_hook());
        prepare();
    },
    |bytes: &[u8]| if let Some(target) = TARGET.get() { (target.run)(bytes) }
);

fn prepare() {
    let name = std::env::var("FUZZ_TARGET").expect("FUZZ_TARGET names a target of tests/fuzz/main.rs");
    let target = named(&name).unwrap_or_else(|| panic!("no target is named {name}"));
    let dir = PathBuf::from(std::env::var_os("FUZZ_DIR").expect("FUZZ_DIR is a folder to work in"));
    write_seeds(&target, &dir.join("seeds")).unwrap();
    fs::write(dir.join("words"), dictionary(target.words)).unwrap();
    assert!(TARGET.set(target).is_ok(), "prepared once");
}

fn write_seeds(target: &Target, into: &Path) -> std::io::Result<()> {
    fs::create_dir_all(into)?;
    for (nth, seed) in (target.seeds)().iter().enumerate() {
        fs::write(into.join(format!("seed-{nth:02}")), seed)?;
    }
    Ok(())
}

/// Each word as libFuzzer reads it: a line, in quotes, bytes as `\xNN`.
fn dictionary(words: &[&str]) -> String {
    let quoted = |word: &&str| word.bytes().map(|byte| format!("\\x{byte:02x}")).collect::<String>();
    words.iter().map(|word| format!("\"{}\"\n", quoted(word))).collect()
}
