//! What we take an item to weigh is what DynamoDB takes it to weigh: manifests on both sides of the
//! border, with their inputs listed and without, are written, superseded and gone back to.

use serde_json::Value;
use stack::Stack;
use stack::etl::{country, run_id};
use stack::history::{columns, write};
use std::fs;
use std::path::{Path, PathBuf};

/// As many inputs as a manifest lists.
const INPUTS: usize = 100;

/// Makes a folder whose files have paths of `bytes` bytes, with as many copies of `file` in it.
fn history(root: &Path, file: &Path, bytes: usize) -> PathBuf {
    let name_bytes = "/000.parquet".len();
    let mut folder = root.join(bytes.to_string());
    loop {
        let missing = bytes - name_bytes - folder.as_os_str().len();
        if missing == 0 {
            break;
        }
        // A name has at most 255 bytes; a slash alone cannot be added.
        let name = if missing > 257 { 200 } else { missing - 1 };
        folder.push("d".repeat(name.min(255)));
    }
    fs::create_dir_all(&folder).expect("made");
    for number in 0..INPUTS {
        fs::copy(file, folder.join(format!("{number:03}.parquet"))).expect("copied");
    }
    folder
}

/// Returns how many inputs the manifest of Peru of this run lists.
fn listed(stack: &Stack, report: &Value) -> usize {
    let manifest = stack.table.item("peru", &format!("run#{}", run_id(report)));
    manifest["inputs"]["M"]["list"]["L"].as_array().map_or(0, Vec::len)
}

#[test]
fn on_both_sides_of_the_border() {
    let stack = Stack::new();
    let file = stack.folder().join("history.parquet");
    write(&file, columns(&[("Peru", 1, 100.0), ("Peru", 2, 200.0)]));
    let (mut lists, mut runs) = (Vec::new(), Vec::new());
    for bytes in (3_720..=4_080).step_by(60) {
        let folder = history(stack.folder(), &file, bytes);
        let report = stack.etl().publish(&folder);
        assert_eq!(country(&report, "Peru")["publication"], "published", "{bytes}");
        lists.push(listed(&stack, &report));
        runs.push(run_id(&report).to_owned());
        fs::remove_dir_all(&folder).expect("removed");
    }
    let largest = lists.iter().take_while(|list| **list == INPUTS).count();
    assert!(largest > 0 && largest < lists.len(), "not on both sides of the border: {lists:?}");
    assert!(lists[largest..].iter().all(|list| *list == 0), "{lists:?}");
    // What becomes of a run is noted in its manifest, which grows by it.
    for run in [&runs[largest - 1], &runs[largest], &runs[largest - 1]] {
        stack.etl().rollback("Peru", &["--to", run]).exits(0);
    }
    stack.etl().verify().exits(0);
}
