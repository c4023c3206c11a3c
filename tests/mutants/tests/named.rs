//! Harmful files made by hand are refused in one clear line, within a worker's memory.

use mutants::base;
use mutants::judge::{Judge, Outcome};
use mutants::named;

#[test]
fn every_valid_file_is_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let judge = Judge::new(folder.path()).expect("a judge");
    for base in base::all() {
        assert_eq!(judge.judge(&base.bytes).expect("written"), Outcome::Read, "{}", base.name);
    }
}

#[test]
fn every_harmful_file_is_refused_by_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let judge = Judge::new(folder.path()).expect("a judge");
    let mut wrong = Vec::new();
    for named in named::all() {
        let outcome = judge.judge(&named.bytes).expect("written");
        let is_named = |message: &String| named.message.iter().all(|part| message.contains(part));
        if !matches!(&outcome, Outcome::Refused(_, message) if is_named(message)) {
            wrong.push(format!("{}: {outcome:?} does not say {:?}", named.name, named.message));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Few bytes, four million rows: read, and never in memory at once.
#[test]
fn a_page_of_very_many_nulls_is_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let judge = Judge::new(folder.path()).expect("a judge");
    assert_eq!(judge.judge(&named::many_nulls(1 << 22)).expect("written"), Outcome::Read);
}
