//! Each mistake in the protocol violates the property that should detect it.

use protocol::bounds::Bounds;
use protocol::check::{check, search};
use protocol::configurations::{Configuration, NONE};
use protocol::properties::always as told_by;
use protocol::variant::Variant;

/// Two runs and a reader.
const PUBLISHING: Bounds = Bounds { writers: 2, readers: 1, reads: 2, losses: 1, ..NONE };
/// A run after two others have ended.
const RERUNNING: Bounds = Bounds { writers: 3, has_rerun: true, losses: 1, crashes: 1, ..NONE };
/// Two runs and a reader, with a lagging replica.
const LAGGING: Bounds = Bounds { replica_lags: 1, ..PUBLISHING };
/// Two rollbacks beside a run.
const ROLLING_BACK: Bounds = Bounds { earlier: 2, writers: 1, rollbacks: 2, readers: 1, losses: 1, ..NONE };
/// A collection beside runs and rollbacks.
const COLLECTING: Bounds =
    Bounds { earlier: 3, writers: 2, rollbacks: 1, collectors: 1, days: 1, readers: 1, ..NONE };
/// Two collections; one may die.
const RESUMING: Bounds =
    Bounds { earlier: 3, writers: 1, rollbacks: 1, collectors: 2, days: 1, crashes: 1, ..NONE };
/// Two collections beside a run.
const COLLECTING_TWICE: Bounds = Bounds { earlier: 1, writers: 1, collectors: 2, days: 1, ..NONE };

/// Each variant, the bounds that show it, and the property that detects it.
const TOLD: [(Variant, Bounds, &str); 30] = [
    (Variant::SwapWithoutVersion, PUBLISHING, told_by::VERSION_COUNTS),
    (Variant::SwapWithoutNewer, PUBLISHING, told_by::NEWER_STAYS),
    (Variant::SwapOnTopOfItself, PUBLISHING, told_by::MOVED_ONCE),
    (Variant::LostAnswerIsFailure, PUBLISHING, told_by::WRITERS_TELL_TRUTH),
    (Variant::PointerBeforeItems, PUBLISHING, told_by::NAMED_ARE_WHOLE),
    (Variant::ItemsBeforeManifest, PUBLISHING, told_by::ITEMS_HAVE_MANIFEST),
    (Variant::ItemsWithoutRunId, PUBLISHING, told_by::WHOLE_RUN),
    (Variant::IdByClockAlone, PUBLISHING, told_by::LATER_THAN_READ),
    (Variant::IdByClockAlone, RERUNNING, told_by::RERUN_PUBLISHES),
    (Variant::MarkOfCurrent, ROLLING_BACK, told_by::CURRENT_NOT_SUPERSEDED),
    (Variant::UpdateMakesManifest, RESUMING, told_by::MANIFESTS_ARE_WHOLE),
    (Variant::CollectionWithoutClaim, COLLECTING, told_by::NAMED_ARE_WHOLE),
    (Variant::ClaimWithoutVersion, COLLECTING, told_by::NAMED_STAY),
    (Variant::ClaimWithoutSuperseded, COLLECTING, told_by::KEPT_A_DAY),
    (Variant::CollectionOfPrevious, COLLECTING, told_by::NAMED_STAY),
    (Variant::CollectionTooEarly, COLLECTING, told_by::KEPT_A_DAY),
    (Variant::CollectionOfNewer, COLLECTING_TWICE, told_by::COMING_STAYS),
    (Variant::ManifestDeletedFirst, COLLECTING, told_by::ITEMS_HAVE_MANIFEST),
    (Variant::CollectionNotResumed, RESUMING, told_by::CLAIMED_GO),
    (Variant::RollbackWithoutVersion, ROLLING_BACK, told_by::VERSION_COUNTS),
    (Variant::RollbackOfClaimed, COLLECTING, told_by::NAMED_STAY),
    (Variant::RollbackToPart, ROLLING_BACK, told_by::NAMED_ARE_WHOLE),
    (Variant::RollbackLowersNewest, ROLLING_BACK, told_by::NEWEST_STAYS),
    (Variant::RollbackTakesRefusalForDone, ROLLING_BACK, told_by::ROLLBACKS_TELL_TRUTH),
    (Variant::RollbackTriesAgain, ROLLING_BACK, told_by::MOVED_ONCE),
    (Variant::RollbackStartsAnew, ROLLING_BACK, told_by::MOVED_ONCE),
    (Variant::MissingIsAnswer, LAGGING, told_by::MISSING_NO_ANSWER),
    (Variant::ReaderKeepsItems, LAGGING, told_by::WHOLE_RUN),
    (Variant::PointerReadAnyhow, PUBLISHING, told_by::READER_GOES_ON),
    (Variant::ReaderGivesUp, LAGGING, told_by::QUICK_READERS_ANSWERED),
];

#[test]
fn each_is_told_by_its_property() {
    let missed: Vec<_> = TOLD
        .into_iter()
        .filter_map(|(variant, bounds, property)| {
            let found = search(&Configuration { name: "broken", bounds }, variant, property);
            let is_told = found.violated_names().contains(&property);
            (!is_told).then(|| format!("{variant:?} does not violate \"{property}\": {found}"))
        })
        .collect();
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[test]
fn every_variant_is_tried() {
    assert_eq!(Variant::ALL.len(), Variant::ReaderGivesUp as usize + 1, "all variants are listed");
    let holds = [Variant::Right, Variant::SwapByVersionAlone];
    for variant in Variant::ALL {
        let is_told = TOLD.iter().any(|(told, ..)| *told == variant);
        assert_ne!(is_told, holds.contains(&variant), "{variant:?}");
    }
}

/// The model proves that this condition is a second line of defence.
#[test]
fn the_condition_on_the_newest_run_is_implied() {
    let bounds = Bounds { rollbacks: 1, ..PUBLISHING };
    let variant = Variant::SwapByVersionAlone;
    let findings = search(&Configuration { name: "by version alone", bounds }, variant, told_by::NEWER_STAYS);
    assert!(findings.violated.is_empty(), "{findings}");
}

/// Within the same bounds the right protocol violates nothing; otherwise they would show nothing.
#[test]
fn none_is_told_of_the_protocol_itself() {
    for (name, bounds) in [
        ("publishing", PUBLISHING),
        ("rerunning", RERUNNING),
        ("lagging", LAGGING),
        ("rolling back", ROLLING_BACK),
        ("collecting", COLLECTING),
        ("resuming", RESUMING),
        ("collecting twice", COLLECTING_TWICE),
    ] {
        let findings = check(&Configuration { name, bounds });
        assert!(findings.violated.is_empty(), "{findings}");
    }
}
