//! The program as Lambda gets it: a zip with the executable `bootstrap`.
//!
//! `VOUCHER_API_ZIP` names the zip of `make zip`; without it the binary beside the tests is zipped.

use crate::binary::voucher_api;
use crate::scripts::run_python;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::{env, fs};

const ZIP: &str = "
import sys, zipfile
entry = zipfile.ZipInfo('bootstrap')
entry.external_attr = 0o100755 << 16
with zipfile.ZipFile(sys.argv[2], 'w') as zipped, open(sys.argv[1], 'rb') as file:
    zipped.writestr(entry, file.read(), zipfile.ZIP_DEFLATED, compresslevel=1)
";
const UNZIP: &str = "
import os, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as zipped:
    os.chmod(zipped.extract('bootstrap', sys.argv[2]), 0o755)
";

/// Returns the zip.
pub(super) fn zip() -> Vec<u8> {
    if let Some(zip) = given() {
        return fs::read(&zip).unwrap_or_else(|error| panic!("{}: {error}", zip.display()));
    }
    let folder = tempfile::tempdir().expect("a folder");
    let zip = folder.path().join("voucher-api.zip");
    run_python(ZIP, &[voucher_api().as_os_str(), zip.as_os_str()]);
    fs::read(zip).expect("it was just made")
}

/// Returns the executable of the zip, unpacked into `folder` if need be.
pub(super) fn bootstrap(folder: &Path) -> PathBuf {
    let Some(zip) = given() else { return voucher_api().to_owned() };
    run_python(UNZIP, &[zip.as_os_str(), folder.as_os_str()]);
    folder.join("bootstrap")
}

fn given() -> Option<PathBuf> {
    env::var_os("VOUCHER_API_ZIP").filter(|zip| zip.as_os_str() != OsStr::new("")).map(PathBuf::from)
}
