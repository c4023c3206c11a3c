//! Checks every property of the protocol in every state reachable within the bounds.

use protocol::check::{Findings, check};
use protocol::configurations as bounds;
use protocol::configurations::Configuration;
use protocol::properties::always;

/// With fewer states the model is wrong, not the protocol right.
const STATES_MIN: usize = 50_000;

#[track_caller]
fn check_all(configuration: &Configuration) -> Findings {
    let findings = check(configuration);
    assert!(findings.violated.is_empty() && findings.unreached.is_empty(), "{findings}");
    assert!(findings.states >= STATES_MIN, "{findings}");
    findings
}

#[test]
fn publication() {
    check_all(&bounds::PUBLICATION);
}

#[test]
fn lost_answers() {
    check_all(&bounds::LOST_ANSWERS);
}

#[test]
fn rerun() {
    check_all(&bounds::RERUN);
}

#[test]
fn rollback() {
    check_all(&bounds::ROLLBACK);
}

#[test]
fn rollbacks() {
    check_all(&bounds::ROLLBACKS);
}

#[test]
fn collection() {
    check_all(&bounds::COLLECTION);
}

#[test]
fn collections() {
    check_all(&bounds::COLLECTIONS);
}

#[test]
fn slow_reader() {
    check_all(&bounds::SLOW_READER);
}

/// Without the deadline of a batch, an item may be left without a manifest, and nothing else breaks.
#[test]
fn slow_writer() {
    let findings = check(&bounds::SLOW_WRITER);
    assert_eq!(findings.violated_names(), [always::ITEMS_HAVE_MANIFEST], "{findings}");
}
