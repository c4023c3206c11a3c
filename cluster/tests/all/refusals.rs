//! What the engine cannot read, or would read otherwise without a word, ends a run with one clear
//! error. Its exit code is that of the same error of the ETL, where that has one.

use etl::RunOptions;
use etl_cluster::error::exit_of;
use etl_cluster::{EngineOptions, UnderWay};
use mutants::base;
use mutants::file::{File, field};
use mutants::thrift::{I32, Struct, Value};
use segments::rules::{RULES_DEFAULT, Rules};
use std::time::Duration;
use storage::Exit;
use storage::Location;

/// The encoding of levels that nobody writes any more, and encodings of a chunk that have it.
const BIT_PACKED: i64 = 4;
const ENCODINGS: i16 = 2;
/// What a chunk says of its values.
const STATISTICS: i16 = 12;
/// A later version of the format has this encoding.
const LATER: i64 = 10;
/// An annotation of bytes that are no text.
const BSON: i64 = 20;
/// Fields of a column in the schema.
const NAME: i16 = 4;
const CONVERTED: i16 = 6;
const LOGICAL: i16 = 10;

fn base(name: &str) -> File {
    let base = base::all().into_iter().find(|base| base.name == name).expect("there is such a file");
    let mut file = File::read(&base.bytes);
    file.lay_out();
    file
}

fn element<'f>(file: &'f mut File, name: &str) -> &'f mut Struct {
    let name = Value::Text(name.as_bytes().to_vec());
    let elements = file.footer.structs(field::SCHEMA);
    elements.into_iter().find(|element| element.get(NAME) == Some(&name)).expect("a column of this name")
}

/// Runs a file both ways: the hash of what is counted, or the exit code and the error.
fn both_ways(file: &File) -> [Result<String, (Exit, String)>; 2] {
    both_ways_by(&Rules::default(), file)
}

fn both_ways_by(rules: &Rules, file: &File) -> [Result<String, (Exit, String)>; 2] {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.parquet");
    std::fs::write(&path, file.write()).expect("written");
    let options = RunOptions {
        rules: rules.clone(),
        dry_run: true,
        is_compared: false,
        ..RunOptions::new(vec![Location::Local { path }])
    };
    let engine = EngineOptions {
        scheduler: None,
        sample_files: 0,
        job_timeout: Duration::from_mins(1),
        under_way: UnderWay::default(),
    };
    let told = |result: anyhow::Result<etl::RunResult>| match result {
        Ok(result) => Ok(result.table.result_hash),
        Err(error) => Err((exit_of(&error), format!("{error:#}"))),
    };
    crate::deeply(|runtime| {
        [
            told(runtime.block_on(etl::run(&options))),
            told(runtime.block_on(etl_cluster::run(&options, &engine))),
        ]
    })
}

/// Makes sure that no way counts the file, and that the cluster's says why in one line.
#[track_caller]
fn refused_both_ways(what: &str, file: &File, exit: Exit, parts: &[&str]) {
    let [ours, theirs] = both_ways(file);
    let (ours, _) = ours.expect_err(what);
    assert_eq!(ours, Exit::Input, "{what}");
    told(what, theirs, exit, parts);
}

#[track_caller]
fn told(what: &str, theirs: Result<String, (Exit, String)>, exit: Exit, parts: &[&str]) {
    let (found, error) = theirs.expect_err(what);
    assert_eq!(found, exit, "{what}: {error}");
    assert!(!error.contains('\n'), "{what}: {error}");
    for part in parts {
        assert!(error.contains(part), "{what}: {error:?} does not say {part:?}");
    }
}

#[test]
fn what_is_counted_is_the_same() {
    for name in ["texts, plain", "texts, zstd", "texts, version 2", "texts, lz4 raw"] {
        let mut file = base(name);
        file.pages().into_iter().for_each(mutants::file::Page::sign);
        file.lay_out();
        let [ours, theirs] = both_ways(&file);
        assert_eq!(theirs, ours, "{name}");
        assert!(ours.is_ok(), "{name}: {ours:?}");
    }
}

#[test]
fn a_page_that_has_a_checksum_is_held_to_it() {
    let mut file = base("texts, no dictionary");
    let column = file.column("voucher_amount");
    let page = &mut file.groups[0][column][0];
    page.sign();
    let last = page.body.len() - 1;
    page.body[last] ^= 1;
    file.lay_out();
    // What the engine says of pages names no place.
    refused_both_ways("a flipped bit", &file, Exit::Input, &["checksum", "voucher-etl run"]);
}

#[test]
fn levels_that_are_bit_packed_are_refused_by_name() {
    for encodings in [&[BIT_PACKED, 0][..], &[0, BIT_PACKED]] {
        let mut file = base("texts, plain");
        let column = file.column("voucher_amount");
        for page in file.groups[0][column].iter_mut().filter(|page| !page.is_dictionary()) {
            page.details().expect("a page of values").set_int(3, BIT_PACKED);
        }
        let columns = file.groups[0].len();
        let encodings = encodings.iter().map(|encoding| Value::Int(I32, *encoding)).collect();
        *file.metadata()[column % columns].list(ENCODINGS).expect("encodings") = encodings;
        file.lay_out();
        let parts = ["a.parquet", "row group 0", "\"voucher_amount\"", "BIT_PACKED"];
        refused_both_ways("levels", &file, Exit::Input, &parts);
    }
}

/// Writers in Java say so of levels that a flat column does not have.
#[test]
fn levels_that_are_not_there_may_be_said_to_be_bit_packed() {
    let mut file = base("texts, plain");
    for metadata in file.metadata() {
        let encodings = metadata.list(ENCODINGS).expect("encodings");
        encodings.insert(0, Value::Int(I32, BIT_PACKED));
    }
    file.lay_out();
    let [ours, theirs] = both_ways(&file);
    assert_eq!(theirs, ours);
    assert!(ours.is_ok(), "{ours:?}");
}

#[test]
fn a_footer_that_only_the_engine_cannot_read_is_named() {
    // Of the two segments the one that needs no number of orders.
    let (head, segments) = RULES_DEFAULT.split_once("[[segment]]").expect("segments");
    let (_, recency) = segments.split_once("[[segment]]").expect("two of them");
    let rules = Rules::from_toml(&format!("{head}[[segment]]{recency}"), "test.toml").expect("valid rules");
    let mut file = base("texts, plain");
    let expected = both_ways_by(&rules, &file);
    assert_eq!(expected[0], expected[1]);
    let column = file.column("total_orders");
    let later = Value::Int(I32, LATER);
    file.metadata()[column].list(ENCODINGS).expect("encodings").push(later);
    file.lay_out();
    let [ours, theirs] = both_ways_by(&rules, &file);
    assert_eq!(ours, expected[0], "nobody needs it");
    told(
        "a later encoding",
        theirs,
        Exit::Input,
        &["the cluster cannot read", "a.parquet", "voucher-etl run"],
    );
}

#[test]
fn bytes_of_which_nothing_is_said_must_be_utf_8() {
    let mut file = base("texts, no dictionary");
    let said = element(&mut file, "total_orders");
    said.remove(CONVERTED);
    said.remove(LOGICAL);
    // Nor does the schema of Arrow say it.
    file.footer.remove(field::KEY_VALUES);
    file.lay_out();
    let [ours, theirs] = both_ways(&file);
    assert_eq!(theirs, ours);
    assert!(ours.is_ok(), "{ours:?}");
    let column = file.column("total_orders");
    let page = &mut file.groups[0][column][0];
    let last = page.body.len() - 1;
    page.body[last] = 0xff;
    file.lay_out();
    refused_both_ways("no UTF-8", &file, Exit::Other, &["UTF-8"]);
}

#[test]
fn values_of_a_type_that_is_not_read_are_refused() {
    let mut file = base("texts, no dictionary");
    let said = element(&mut file, "last_order_ts");
    said.set_int(CONVERTED, BSON);
    said.remove(LOGICAL);
    file.footer.remove(field::KEY_VALUES);
    // Only the pages show that there are any.
    let column = file.column("last_order_ts");
    file.metadata()[column].remove(STATISTICS);
    file.lay_out();
    refused_both_ways(
        "BSON",
        &file,
        Exit::Input,
        &["the cluster cannot read", "\"last_order_ts\"", "not read"],
    );
}
