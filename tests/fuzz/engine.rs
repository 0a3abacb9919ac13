//! Variations of what is known, from a seed: flipped, cut, doubled, spliced, and with words that readers listen for.

use super::dice::Dice;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Cases of a target whose case is worth one, unless `FUZZ_CASES` says otherwise.
const CASES: u64 = 2_000;
/// Longest variation, bytes: more than any bound on what comes in at once.
const LONGEST: usize = 200_000;
/// Numbers at which readers stumble.
const EDGES: [u64; 12] =
    [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x1_0000, 0x7fff_ffff, 0xffff_ffff, i64::MAX as u64, u64::MAX];

/// A reader, and what to vary.
pub struct Target {
    pub name: &'static str,
    pub run: fn(&[u8]),
    pub seeds: fn() -> Vec<Vec<u8>>,
    pub words: &'static [&'static str],
    /// How many plain cases one of these takes as long as.
    pub worth: u64,
}

/// Runs a target over its seeds and its corpus, then over variations of both.
pub fn attack(target: &Target) {
    let mut known = (target.seeds)();
    known.extend(corpus(target.name));
    assert!(!known.is_empty(), "nothing to vary");
    for bytes in &known {
        run(target, bytes, "as it is kept");
    }
    let cases = number("FUZZ_CASES").unwrap_or(CASES).div_ceil(target.worth);
    let seed = number("FUZZ_SEED").unwrap_or(1);
    let mut dice =
        Dice::new(target.name.bytes().fold(seed, |sum, byte| sum.wrapping_mul(131).wrapping_add(byte.into())));
    let mut slowest = Duration::ZERO;
    for nth in 0..cases {
        let bytes = vary(&known, target.words, &mut dice);
        let began = Instant::now();
        run(target, &bytes, &format!("case {nth} of FUZZ_SEED={seed}"));
        slowest = slowest.max(began.elapsed());
    }
    println!("{}: {} kept, {cases} varied, the slowest took {slowest:?}", target.name, known.len());
}

fn run(target: &Target, bytes: &[u8], which: &str) {
    let Err(panic) = catch_unwind(AssertUnwindSafe(|| (target.run)(bytes))) else { return };
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/fuzz").join(target.name);
    let path =
        dir.join(format!("{:016x}", bytes.iter().fold(7_u64, |sum, byte| sum.wrapping_mul(31) + u64::from(*byte))));
    std::fs::create_dir_all(&dir).and_then(|()| std::fs::write(&path, bytes)).unwrap();
    let shown: String = String::from_utf8_lossy(bytes).chars().take(500).collect();
    eprintln!("{}, {which}: {} bytes, kept in {}:\n{shown:?}", target.name, bytes.len(), path.display());
    resume_unwind(panic);
}

fn corpus(name: &str) -> Vec<Vec<u8>> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus").join(name);
    let Ok(files) = std::fs::read_dir(dir) else { return Vec::new() };
    let mut files: Vec<PathBuf> = files.map(|file| file.unwrap().path()).collect();
    files.sort();
    files.iter().map(|file| std::fs::read(file).unwrap()).collect()
}

fn number(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok().filter(|text| !text.is_empty())?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name} is a number")))
}

/// One to eight changes of something known.
fn vary(known: &[Vec<u8>], words: &[&str], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = dice.pick(known).clone();
    for _ in 0..=dice.below(7) {
        change(&mut bytes, known, words, dice);
    }
    bytes.truncate(LONGEST);
    bytes
}

fn change(bytes: &mut Vec<u8>, known: &[Vec<u8>], words: &[&str], dice: &mut Dice) {
    let (from, to) = stretch(bytes.len(), dice);
    match dice.below(12) {
        0 if from < bytes.len() => bytes[from] ^= 1 << dice.below(8),
        1 if from < bytes.len() => bytes[from] = dice.any() as u8,
        2 => drop(bytes.drain(from..to)),
        3 => bytes.truncate(from),
        4 => bytes.insert(from, dice.any() as u8),
        5 => {
            let twin = bytes[from..to].to_vec();
            insert(bytes, from, &twin);
        }
        6 => {
            let twin = bytes[from..to].to_vec();
            let times = dice.below(20) as usize;
            insert(bytes, from, &twin.repeat(times));
        }
        7 => {
            let other = dice.pick(known);
            let (first, last) = stretch(other.len(), dice);
            insert(bytes, from, &other[first..last]);
        }
        8 => number_at(bytes, from, dice),
        9 => digits(bytes, dice),
        10 => bytes[from..to].fill(dice.any() as u8),
        _ if words.is_empty() => bytes.push(dice.any() as u8),
        _ => insert(bytes, from, dice.pick(words).as_bytes()),
    }
}

/// Somewhere, and somewhere not far behind it.
fn stretch(len: usize, dice: &mut Dice) -> (usize, usize) {
    let from = dice.below(len as u64 + 1) as usize;
    let span = if dice.one_in(8) { len } else { 16 };
    (from, (from + dice.below(span as u64 + 1) as usize).min(len))
}

fn insert(bytes: &mut Vec<u8>, at: usize, more: &[u8]) {
    if bytes.len() + more.len() <= LONGEST {
        bytes.splice(at..at, more.iter().copied());
    }
}

/// A number of 1, 2, 4 or 8 bytes, either way round, becomes one of the edges.
fn number_at(bytes: &mut [u8], at: usize, dice: &mut Dice) {
    let width = 1 << dice.below(4);
    let Some(place) = bytes.get_mut(at..at + width) else { return };
    let edge = dice.pick(&EDGES).wrapping_add(dice.below(3)).wrapping_sub(1);
    if dice.one_in(2) {
        place.copy_from_slice(&edge.to_be_bytes()[8 - width..]);
    } else {
        place.copy_from_slice(&edge.to_le_bytes()[..width]);
    }
}

/// A run of digits becomes one of the edges.
fn digits(bytes: &mut Vec<u8>, dice: &mut Dice) {
    let begins = |at: &usize| bytes[*at].is_ascii_digit() && (*at == 0 || !bytes[*at - 1].is_ascii_digit());
    let runs: Vec<usize> = (0..bytes.len()).filter(begins).collect();
    if runs.is_empty() {
        return;
    }
    let at = *dice.pick(&runs);
    let end = (at..bytes.len()).find(|at| !bytes[*at].is_ascii_digit()).unwrap_or(bytes.len());
    let sign = ["", "", "-", "1e", "0."][dice.below(5) as usize];
    let edge = format!("{sign}{}", dice.pick(&EDGES));
    bytes.splice(at..end, edge.bytes());
}

/// `bytes` in pieces of up to `longest`, by chance that the bytes themselves bring.
pub fn pieces(bytes: &[u8], longest: usize) -> Vec<&[u8]> {
    let mut dice = Dice::new(bytes.len() as u64);
    let (mut rest, mut pieces) = (bytes, Vec::new());
    while !rest.is_empty() {
        let (piece, behind) = rest.split_at((dice.from(1, longest as u64 + 1) as usize).min(rest.len()));
        pieces.push(piece);
        rest = behind;
    }
    pieces
}
