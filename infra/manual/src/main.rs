//! Writes man pages and completions into a folder: `voucher-manual FOLDER`; `make manual` calls it.

use std::env;
use std::io;
use std::path::Path;

fn main() -> io::Result<()> {
    let folder = env::args_os().nth(1).ok_or_else(|| io::Error::other("usage: voucher-manual FOLDER"))?;
    manual::write(Path::new(&folder))
}
