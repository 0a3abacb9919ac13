//! What a server costs: its memory, its threads, its processor time, from /proc.

use serde_json::{Value, json};
use std::fs;

/// A server's processes.
pub struct Server(pub Vec<u32>);

impl Server {
    /// Resident memory of all, kB.
    pub fn resident_kb(&self) -> u64 {
        self.sum("VmRSS:")
    }

    /// Threads of all.
    pub fn threads(&self) -> u64 {
        self.sum("Threads:")
    }

    /// Open descriptors of all.
    pub fn descriptors(&self) -> usize {
        let count = |pid: &u32| fs::read_dir(format!("/proc/{pid}/fd")).map_or(0, Iterator::count);
        self.0.iter().map(count).sum()
    }

    /// Processor time used, milliseconds.
    pub fn cpu_ms(&self) -> u64 {
        self.0.iter().map(|pid| cpu_ms(&pid.to_string())).sum()
    }

    /// All of it.
    pub fn picture(&self) -> Value {
        json!({"residentKb": self.resident_kb(), "threads": self.threads(), "descriptors": self.descriptors()})
    }

    fn sum(&self, key: &str) -> u64 {
        let of = |pid: &u32| {
            let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
            let line = status.lines().find(|line| line.starts_with(key)).unwrap_or_default().to_owned();
            line.split_whitespace().nth(1).and_then(|word| word.parse::<u64>().ok()).unwrap_or(0)
        };
        self.0.iter().map(of).sum()
    }
}

/// Processor time of a process (`self` for ours), milliseconds. The kernel counts it in hundredths of a second.
pub fn cpu_ms(pid: &str) -> u64 {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |nth: usize| fields.get(nth).and_then(|word| word.parse::<u64>().ok()).unwrap_or(0);
    (ticks(11) + ticks(12)) * 10
}
