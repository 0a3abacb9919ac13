//! What the kernel says of this process: memory, threads, open files, time used.
//!
//! From `/proc/self`, man page proc(5). A figure that cannot be read is missing, nothing else: figures never stop anybody.

use std::fs;

/// The process, as of now.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Process {
    /// Memory that is really there, bytes.
    pub resident_bytes: Option<u64>,
    /// Its threads.
    pub threads: Option<u64>,
    /// Descriptors that are open.
    pub open_files: Option<u64>,
    /// Descriptors it may open.
    pub open_files_max: Option<u64>,
    /// Processor time, seconds, in the kernel too.
    pub cpu_seconds: f64,
}

/// Looks at it.
#[must_use]
pub fn look() -> Process {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let used = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Process {
        resident_bytes: field(&status, "VmRSS:").map(|kib| kib * 1024),
        threads: field(&status, "Threads:"),
        // One of them is the directory that is being read.
        open_files: fs::read_dir("/proc/self/fd").ok().map(|dir| (dir.count() as u64).saturating_sub(1)),
        open_files_max: rustix::process::getrlimit(rustix::process::Resource::Nofile).current,
        cpu_seconds: used.tv_sec as f64 + used.tv_nsec as f64 / 1e9,
    }
}

fn field(status: &str, name: &str) -> Option<u64> {
    let rest = status.lines().find_map(|line| line.strip_prefix(name))?;
    rest.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_has_memory_threads_and_files() {
        let process = look();
        assert!(process.resident_bytes.unwrap() > 1 << 20, "{process:?}");
        assert!(process.threads.unwrap() >= 1 && process.open_files.unwrap() >= 3, "{process:?}");
        assert!(process.open_files_max.is_none_or(|most| most >= process.open_files.unwrap()), "{process:?}");
        assert!(process.cpu_seconds > 0.0, "{process:?}");
    }

    #[test]
    fn a_field_that_is_not_there_is_missing() {
        assert_eq!(field("VmRSS:\t  812 kB\nThreads:\t3\n", "VmRSS:"), Some(812));
        assert_eq!(field("VmRSS:\t  812 kB\n", "Threads:"), None);
        assert_eq!(field("Threads:\tmany\n", "Threads:"), None);
    }
}
