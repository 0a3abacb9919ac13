//! Reading the repository's own files.

use std::path::{Path, PathBuf};

/// A source file.
pub struct Source {
    /// Its path from the repository's root.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// The repository's root.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A file of the repository.
pub fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// All files below `folder` with this ending.
pub fn all(folder: &str, ending: &str) -> Vec<Source> {
    let mut found = Vec::new();
    walk(&root().join(folder), ending, &mut found);
    found.sort_by(|one, other| one.path.cmp(&other.path));
    assert!(!found.is_empty(), "no {ending} files below {folder}: the rule looks in the wrong place");
    found
}

fn walk(folder: &Path, ending: &str, found: &mut Vec<Source>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            if !["node_modules", "vendor", "shots", "results"].contains(&name.as_str()) {
                walk(&path, ending, found);
            }
        } else if name.ends_with(ending) {
            let text = std::fs::read_to_string(&path).unwrap();
            found.push(Source { path: path.strip_prefix(root()).unwrap().to_string_lossy().into_owned(), text });
        }
    }
}

/// The part of a Rust file that is shipped: without its test module.
pub fn shipped(source: &Source) -> &str {
    source.text.split("#[cfg(test)]\nmod tests {").next().unwrap_or(&source.text)
}

/// Whether a file holds tests only: it, or a folder it stands in, is declared behind `#[cfg(test)]`.
pub fn is_test(path: &str) -> bool {
    let parts: Vec<&str> = path.trim_end_matches(".rs").split('/').collect();
    // A file beside its subject, declared there by path.
    if path.ends_with("_tests.rs") {
        return true;
    }
    (2..=parts.len()).any(|depth| {
        let (folder, name) = (parts[..depth - 1].join("/"), parts[depth - 1]);
        [format!("{folder}/mod.rs"), format!("{folder}.rs"), format!("{folder}/lib.rs")].iter().any(|parent| {
            let declared = std::fs::read_to_string(root().join(parent)).unwrap_or_default();
            let behind = declared.split("#[cfg(test)]\n").skip(1).filter_map(|rest| rest.lines().next());
            let behind: Vec<&str> = behind.collect();
            behind.iter().any(|line| line.ends_with(&format!("mod {name};")))
        })
    })
}
