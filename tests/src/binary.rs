//! Finds the built binaries beside the tests; refuses stale ones and those of another clone.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::SystemTime;

const HINT: &str = "run `make test-setup` before the tests";

/// Returns the path of `voucher-etl`.
pub(crate) fn voucher_etl() -> &'static Path {
    static PATH: OnceLock<PathBuf> = OnceLock::new();
    PATH.get_or_init(|| built("voucher-etl"))
}

/// Returns the path of `voucher-api`.
pub(crate) fn voucher_api() -> &'static Path {
    static PATH: OnceLock<PathBuf> = OnceLock::new();
    PATH.get_or_init(|| built("voucher-api"))
}

fn built(name: &str) -> PathBuf {
    // The test itself is `<target>/debug/deps/<name>-<hash>`.
    let test = env::current_exe().expect("a test knows where it is");
    let folder = test.ancestors().nth(2).expect("a test is in the target folder");
    let binary = folder.join(format!("{name}{}", env::consts::EXE_SUFFIX));
    let Some(built) = modified(&binary) else { panic!("{} is missing: {HINT}", binary.display()) };
    let repository = repository();
    for source in sources(&folder.join(format!("{name}.d"))) {
        // Several clones may share a target folder.
        assert!(source.starts_with(&repository), "{} was built elsewhere: {HINT}", binary.display());
        let is_older = modified(&source).is_some_and(|changed| changed <= built);
        assert!(is_older, "{} is older than {}: {HINT}", binary.display(), source.display());
    }
    binary
}

/// Returns the root of the repository at run time; the tests may have been compiled in another clone.
pub fn repository() -> PathBuf {
    let this_crate = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    Path::new(&this_crate).parent().expect("this crate is in the repository").to_owned()
}

/// Returns the files that the binary was built from. Cargo lists them beside it as a make rule,
/// `<binary>: <file> <file> …`, with blanks in names as `\ `.
fn sources(list: &Path) -> Vec<PathBuf> {
    let text = fs::read_to_string(list).unwrap_or_else(|error| panic!("{}: {error}: {HINT}", list.display()));
    let (_, files) = text.split_once(": ").unwrap_or_else(|| panic!("{} lists no files", list.display()));
    let mut names = vec![String::new()];
    let mut characters = files.trim_end().chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => names.last_mut().expect("there is one").extend(characters.next()),
            ' ' => names.push(String::new()),
            _ => names.last_mut().expect("there is one").push(character),
        }
    }
    names.into_iter().map(PathBuf::from).collect()
}

fn modified(file: &Path) -> Option<SystemTime> {
    fs::metadata(file).and_then(|metadata| metadata.modified()).ok()
}
