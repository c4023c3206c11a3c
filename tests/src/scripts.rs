//! Calls the scripts of `localstack/` and `scripts/`.

pub use crate::binary::repository;
use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

/// Returns the path of a script of the local AWS.
pub(crate) fn path(name: &str) -> PathBuf {
    repository().join("localstack").join(name)
}

/// Returns the private Python; `scripts/install` makes it if it is missing.
pub fn python() -> &'static PathBuf {
    static PATH: OnceLock<PathBuf> = OnceLock::new();
    PATH.get_or_init(|| install(&[]))
}

/// Runs a script of `tests/duckdb/` and returns what it writes.
#[track_caller]
pub fn by_duckdb<A: AsRef<OsStr>>(script: &str, arguments: &[A]) -> Vec<u8> {
    let script = repository().join("tests/duckdb").join(script);
    let ran = Command::new(python()).arg(script).args(arguments).output().expect("python can be run");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    ran.stdout
}

/// Returns another Python, with the packages of a list in the repository.
pub fn environment(name: &str, list: &str) -> PathBuf {
    install(&[name.as_ref(), repository().join(list).as_os_str()])
}

fn install(arguments: &[&OsStr]) -> PathBuf {
    let script = repository().join("scripts/install");
    let install = Command::new(script).args(arguments).output().expect("scripts/install can be run");
    let complaint = String::from_utf8_lossy(&install.stderr);
    assert!(install.status.success(), "scripts/install failed: {complaint}");
    String::from_utf8(install.stdout).expect("a path").trim().into()
}

/// Runs a Python one-liner; asserts success.
pub(crate) fn run_python(program: &str, arguments: &[&OsStr]) {
    let ran = Command::new(python()).args(["-c", program]).args(arguments).output().expect("python runs");
    assert!(ran.status.success(), "{program}: {}", String::from_utf8_lossy(&ran.stderr));
}
