//! The peak memory use of this process.

use std::fs;

/// Returns the peak of the resident set in bytes; `None` if the system has no `/proc`.
/// <https://man7.org/linux/man-pages/man5/proc_pid_status.5.html>
pub(crate) fn peak_rss_bytes() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kibibytes << 10)
}
