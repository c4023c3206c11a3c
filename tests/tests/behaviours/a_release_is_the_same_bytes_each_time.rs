//! What `make dist` packs depends on what is packed, and on nothing of the machine that packs it.

use stack::scripts::python;
use std::fs::{self, File, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, SystemTime};

const NAME: &str = "voucher-etl-0.0.0-test";

fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../infra/packaging").join(name)
}

/// Makes the folder below another: its files in the order given, of that mode and age.
fn folder(parent: &Path, files: &[(&str, &str, u32)], age: Duration) -> PathBuf {
    let folder = parent.join(NAME);
    for &(name, text, mode) in files {
        let file = folder.join(name);
        fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        fs::write(&file, text).expect("a file");
        fs::set_permissions(&file, Permissions::from_mode(mode)).expect("its mode");
        let time = SystemTime::now() - age;
        File::open(&file).and_then(|file| file.set_modified(time)).expect("its time");
    }
    folder
}

fn pack(folder: &Path, seconds: &str) -> (Output, PathBuf) {
    let archive = folder.with_extension("tar.gz");
    let ran = Command::new(python())
        .arg("-B")
        .arg(script("tarball.py"))
        .args([folder, &archive])
        .arg(seconds)
        .output()
        .expect("python runs");
    (ran, archive)
}

fn packed(files: &[(&str, &str, u32)], age: Duration, seconds: &str) -> Vec<u8> {
    let parent = tempfile::tempdir().expect("a folder");
    let (ran, archive) = pack(&folder(parent.path(), files, age), seconds);
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    fs::read(archive).expect("an archive")
}

#[test]
fn neither_order_nor_age_nor_umask_is_in_an_archive() {
    let there =
        [("voucher-etl", "binary", 0o755), ("man/man1/a.1", "page", 0o644), ("README.md", "text", 0o644)];
    let back =
        [("README.md", "text", 0o600), ("man/man1/a.1", "page", 0o664), ("voucher-etl", "binary", 0o700)];
    let first = packed(&there, Duration::ZERO, "1700000000");
    assert_eq!(first, packed(&back, Duration::from_hours(1000), "1700000000"));
    for (what, files, seconds) in [
        ("time", there, "1700000001"),
        ("text", [there[0], there[1], ("README.md", "texts", 0o644)], "1700000000"),
        ("mode", [("voucher-etl", "binary", 0o644), there[1], there[2]], "1700000000"),
        ("name", [there[0], there[1], ("README.txt", "text", 0o644)], "1700000000"),
    ] {
        assert_ne!(first, packed(&files, Duration::ZERO, seconds), "another {what}");
    }
}

#[test]
fn an_archive_holds_one_folder_as_tar_reads_it() {
    let parent = tempfile::tempdir().expect("a folder");
    let files = [("voucher-etl", "binary", 0o700), ("man/man1/a.1", "page", 0o600)];
    let (ran, archive) = pack(&folder(parent.path(), &files, Duration::ZERO), "1700000000");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let listed = Command::new("tar")
        .env("TZ", "UTC")
        .args(["--list", "--verbose", "--numeric-owner", "--full-time", "--file"])
        .arg(archive)
        .output()
        .expect("tar runs");
    let listed = String::from_utf8(listed.stdout).expect("text");
    let found: Vec<Vec<_>> = listed.lines().map(|line| line.split_whitespace().collect()).collect();
    let when = ["2023-11-14", "22:13:20"];
    let entry = |mode, size, name| [mode, "0/0", size, when[0], when[1], name].to_vec();
    let names =
        ["", "/man", "/man/man1", "/man/man1/a.1", "/voucher-etl"].map(|name| format!("{NAME}{name}"));
    let folders = [format!("{}/", names[0]), format!("{}/", names[1]), format!("{}/", names[2])];
    assert_eq!(
        found,
        [
            entry("drwxr-xr-x", "0", &folders[0]),
            entry("drwxr-xr-x", "0", &folders[1]),
            entry("drwxr-xr-x", "0", &folders[2]),
            entry("-rw-r--r--", "4", &names[3]),
            entry("-rwxr-xr-x", "6", &names[4]),
        ]
    );
}

#[test]
fn what_leads_out_of_the_folder_is_refused() {
    let parent = tempfile::tempdir().expect("a folder");
    let folder = folder(parent.path(), &[("README.md", "text", 0o644)], Duration::ZERO);
    symlink("/etc/passwd", folder.join("link")).expect("a link");
    let (ran, archive) = pack(&folder, "0");
    assert!(!ran.status.success() && !archive.exists());
    let complaint = String::from_utf8_lossy(&ran.stderr);
    assert_eq!(complaint.trim(), format!("error: {NAME}/link is neither a file nor a folder"));
}

#[test]
fn a_bill_says_nothing_of_the_machine() {
    let parent = tempfile::tempdir().expect("a folder");
    let bill = |crate_name: &str, sources: &str, components: &str| {
        let file = parent.path().join("bill.json");
        let text = format!(
            r#"{{"serialNumber": "urn:uuid:1", "components": [{components}], "metadata": {{"timestamp": "now",
            "component": {{"name": "voucher-etl", "bom-ref": "path+file://{sources}/etl#0.1.0"}}}}}}"#
        );
        fs::write(&file, text).expect("a file");
        let mut command = Command::new(python());
        command.arg("-B").arg(script("bill.py")).arg(&file).args([sources, crate_name, "1700000000"]);
        command.output().expect("python runs")
    };
    let one = bill("voucher-etl", "/tmp/one", r#"{"name": "arrow"}"#);
    assert!(one.status.success(), "{}", String::from_utf8_lossy(&one.stderr));
    let text = String::from_utf8_lossy(&one.stdout);
    assert!(text.contains("path+file://etl#0.1.0") && text.contains("2023-11-14T22:13:20"), "{text}");
    assert_eq!(one.stdout, bill("voucher-etl", "/home/two", r#"{"name": "arrow"}"#).stdout);
    for refused in [
        bill("voucher-api", "/tmp/one", r#"{"name": "arrow"}"#),
        bill("voucher-etl", "/tmp/one", ""),
        bill("voucher-etl", "/tmp/one", r#"{"name": "arrow", "purl": "pkg:cargo/arrow?at=/tmp/one"}"#),
    ] {
        assert!(!refused.status.success() && refused.stdout.is_empty());
    }
}
