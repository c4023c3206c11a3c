//! Checks the protocol with larger bounds, in minutes: `cargo run --release -p voucher-protocol`.

use protocol::check::check;
use protocol::configurations::{LARGE, SMALL};
use std::io::Write;
use std::process::ExitCode;

/// Checks every configuration, or the named ones, and prints the findings.
fn main() -> ExitCode {
    let names: Vec<String> = std::env::args().skip(1).collect();
    let is_asked = |name: &str| names.is_empty() || names.iter().any(|asked| asked == name);
    let mut holds = true;
    for configuration in SMALL.iter().chain(&LARGE).filter(|configuration| is_asked(configuration.name)) {
        let findings = check(configuration);
        holds &= findings.violated.is_empty() && findings.unreached.is_empty();
        // A closed stdout is no reason to stop.
        let _ = writeln!(std::io::stdout(), "{findings}");
    }
    if holds { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
