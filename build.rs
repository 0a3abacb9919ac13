//! Puts the web page into the binary: every file of `static/` that a browser may ask for, gzipped where that pays, with
//! a hash of its content. `src/net/assets.rs` includes the table written here. The service worker is told which files
//! belong to the page, and gets a version that changes with any of them. The page's own modules go without their comments,
//! which are a quarter of what a phone would load before it can paint; lines stay where they are, for stack traces.

use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// Names that are for those who work on the page, not for browsers.
const NOT_SERVED: &[&str] = &["node_modules", "tests", "test", "package.json", "package-lock.json"];
/// What the page is served without: the worker itself, and what only an installation or the help page needs.
const NOT_SHELL: &[&str] = &["/sw.js", "/manifest.webmanifest", "/trust.html", "/trust.css"];
/// Ends of such names.
const ENDS_NOT_SERVED: &[&str] = &[".test.js", ".d.ts", ".md", ".map"];

fn main() {
    if let Err(error) = embed() {
        // Cargo shows what a failing build script printed; one sentence is enough.
        eprintln!("{error}");
        std::process::exit(1);
    }
}

fn embed() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?).join("static");
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    println!("cargo:rerun-if-changed=static");
    println!("cargo:rerun-if-changed=build.rs");
    if root.join("package.json").exists() && !root.join("vendor/vendor.js").exists() {
        return Err("static/vendor/vendor.js is missing: run 'make vendor' (needs npm), then build again".into());
    }
    let mut files = Vec::new();
    if root.is_dir() {
        collect(&root, &mut files)?;
    }
    files.sort();
    let mut table = String::from("&[\n");
    let mut named = Vec::new();
    for file in files {
        let path = format!("/{}", file.strip_prefix(&root)?.to_str().ok_or("a path is not UTF-8")?);
        named.push((path, file));
    }
    fill_worker(&mut named, &out.join("sw.js"))?;
    for (number, (path, file)) in named.iter().enumerate() {
        table.push_str(&entry(path, file, &out.join(format!("asset-{number}")))?);
    }
    table.push_str("]\n");
    fs::write(out.join("assets.rs"), table)?;
    Ok(())
}

fn collect(dir: &Path, files: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_str().ok_or_else(|| format!("{} is not UTF-8: rename it", entry.path().display()))?;
        if !is_served(name) {
            continue;
        }
        match entry.path() {
            path if path.is_dir() => collect(&path, files)?,
            path => files.push(path),
        }
    }
    Ok(())
}

fn is_served(name: &str) -> bool {
    let configures = name.starts_with("tsconfig") || name.starts_with("jsconfig") || name.starts_with("eslint");
    let excluded = NOT_SERVED.contains(&name) || ENDS_NOT_SERVED.iter().any(|end| name.ends_with(end));
    !name.starts_with('.') && !configures && !excluded
}

/// Tells the service worker its version and its files; what is served is the worker that knows them, written to `filled`.
fn fill_worker(files: &mut [(String, PathBuf)], filled: &Path) -> Result<(), Box<dyn Error>> {
    let is_shell = |path: &str| !NOT_SHELL.contains(&path) && !path.starts_with("/icons/");
    let (mut all, mut paths) = (Sha256::new(), Vec::new());
    for (path, file) in files.iter().filter(|(path, _)| is_shell(path)) {
        all.update(path);
        all.update(fs::read(file)?);
        paths.push(if path == "/index.html" { "/".to_owned() } else { path.clone() });
    }
    let Some((_, worker)) = files.iter_mut().find(|(path, _)| path == "/sw.js") else { return Ok(()) };
    let text = fs::read_to_string(&*worker)?;
    let list = paths.iter().map(|path| format!("{path:?}")).collect::<Vec<_>>().join(", ");
    let told = text.replace("\"__SHELL__\"", &list).replace("__VERSION__", &hex(&all.finalize())?);
    if told.contains("__SHELL__") || told.contains("__VERSION__") || told == text {
        return Err("static/sw.js has no place for its version and its files: compare it with build.rs".into());
    }
    fs::write(filled, told)?;
    *worker = filled.to_owned();
    Ok(())
}

/// The first eight bytes: enough to tell two files of one name apart.
fn hex(digest: &[u8]) -> Result<String, std::fmt::Error> {
    let mut text = String::new();
    for byte in digest.iter().take(8) {
        write!(text, "{byte:02x}")?;
    }
    Ok(text)
}

/// A line of the table; writes what is embedded to `to`: gzipped if that is smaller, which is how browsers take it.
fn entry(path: &str, file: &Path, to: &Path) -> Result<String, Box<dyn Error>> {
    let mut bytes = fs::read(file)?;
    if path.ends_with(".js") && !path.starts_with("/vendor") {
        bytes = without_comments(&String::from_utf8(bytes)?).into_bytes();
    }
    let hash = hex(&Sha256::digest(&bytes))?;
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&bytes)?;
    let gzipped = encoder.finish()?;
    let is_gzipped = gzipped.len() < bytes.len() * 9 / 10;
    fs::write(to, if is_gzipped { gzipped } else { bytes })?;
    Ok(format!(
        "Embedded {{ path: {path:?}, hash: {hash:?}, bytes: include_bytes!({to:?}), is_gzipped: {is_gzipped} }},\n"
    ))
}

/// The script with comments that begin a line made empty; a comment behind code stays, so that nobody has to understand
/// strings here. `tests/js` sees to it that no text in backquotes has such a line.
fn without_comments(script: &str) -> String {
    let mut kept = String::with_capacity(script.len());
    let mut is_inside = false;
    for line in script.lines() {
        let mut rest = line;
        loop {
            if is_inside {
                let Some((_, behind)) = rest.split_once("*/") else {
                    rest = "";
                    break;
                };
                (is_inside, rest) = (false, behind);
            } else if rest.trim_start().starts_with("/*") {
                is_inside = true;
            } else {
                break;
            }
        }
        if !rest.trim_start().starts_with("//") {
            kept.push_str(rest.trim_end());
        }
        kept.push('\n');
    }
    kept
}
