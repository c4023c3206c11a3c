//! Crates use what `ARCHITECTURE.md` says, and libraries that they can do without stay out.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

/// The folder of the repository.
pub(crate) fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a folder above")
}

fn cargo(arguments: &[&str]) -> String {
    let cargo = Command::new(env!("CARGO")).args(arguments).current_dir(repository()).output();
    let cargo = cargo.expect("cargo runs");
    assert!(cargo.status.success(), "{}", String::from_utf8_lossy(&cargo.stderr));
    String::from_utf8(cargo.stdout).expect("UTF-8")
}

/// The packages of the workspace by folder: each with its name and the folders of those it uses.
pub(crate) fn packages() -> BTreeMap<String, (String, BTreeSet<String>)> {
    let metadata = cargo(&["metadata", "--no-deps", "--locked", "--format-version=1"]);
    let metadata: Value = serde_json::from_str(&metadata).expect("JSON");
    let folder = |path: &Value| {
        let path = Path::new(path.as_str().expect("a path"));
        path.strip_prefix(repository()).expect("a folder of ours").display().to_string()
    };
    let packages = metadata["packages"].as_array().expect("packages").iter().map(|package| {
        let manifest = folder(&package["manifest_path"]);
        let dependencies = package["dependencies"].as_array().expect("dependencies").iter();
        let used = dependencies.filter(|used| used["kind"].is_null() && !used["path"].is_null());
        (
            manifest.trim_end_matches("/Cargo.toml").to_owned(),
            (
                package["name"].as_str().expect("a name").to_owned(),
                used.map(|used| folder(&used["path"])).collect(),
            ),
        )
    });
    packages.collect()
}

/// What each crate may use, by the table under `## Crates`.
fn allowed() -> BTreeMap<String, BTreeSet<String>> {
    let map = std::fs::read_to_string(repository().join("ARCHITECTURE.md")).expect("the map");
    let (_, behind) = map.split_once("\n## Crates\n").expect("a section on crates");
    let lines =
        behind.lines().skip_while(|line| !line.starts_with("| `")).take_while(|line| line.starts_with('|'));
    let row = |line: &str| {
        let mut cells = line.split('|').skip(1).map(str::trim);
        let folder = cells.next()?.trim_matches('`').to_owned();
        let used = cells.next()?.split(", ").filter(|used| used.starts_with('`'));
        Some((folder, used.map(|used| used.trim_matches('`').to_owned()).collect()))
    };
    lines.filter_map(row).collect()
}

#[test]
fn crates_use_what_the_map_allows() {
    let (packages, allowed) = (packages(), allowed());
    for (folder, (name, used)) in &packages {
        let Some(allowed) = allowed.get(folder) else {
            panic!("ARCHITECTURE.md does not list {folder}, package {name}");
        };
        let used: BTreeSet<_> =
            used.iter().map(|used| used.trim_start_matches("crates/").to_owned()).collect();
        assert_eq!(used, *allowed, "{folder} and ARCHITECTURE.md");
    }
    for folder in allowed.keys() {
        assert!(repository().join(folder).join("Cargo.toml").is_file(), "ARCHITECTURE.md lists {folder}");
    }
}

#[test]
fn libraries_stay_out_of_crates_that_can_do_without() {
    for (name, unwanted) in [
        ("voucher-segments", &["tokio", "aws-", "arrow", "parquet", "clap"][..]),
        ("voucher-storage", &["arrow", "parquet", "clap", "aws-sdk-dynamodb"]),
        ("voucher-history", &["clap", "askama", "aws-"]),
        ("voucher-counts", &["clap", "askama", "aws-sdk-dynamodb"]),
        ("voucher-publication", &["arrow", "parquet", "clap", "askama"]),
        ("voucher-report", &["clap"]),
        ("voucher-floor", &["aws-"]),
        ("voucher-api", &["arrow", "parquet", "aws-sdk-s3"]),
    ] {
        let tree = cargo(&["tree", "--locked", "--package", name, "--edges=normal", "--prefix=none"]);
        let found: BTreeSet<_> = tree
            .lines()
            .filter_map(|line| line.split(' ').next())
            .filter(|found| unwanted.iter().any(|unwanted| found.starts_with(unwanted)))
            .collect();
        assert!(tree.lines().count() > 10, "{name} has dependencies");
        assert!(found.is_empty(), "{name} brings in {found:?}");
    }
}
