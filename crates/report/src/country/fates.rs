//! A table of the outcomes of events: counted, unclassified, rejected by reason; one column per
//! segment.

use crate::format::{count, line, share};
use segments::table::SegmentCounts;
use std::collections::{BTreeMap, BTreeSet};

/// The outcomes of the same events in each segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fates {
    pub(crate) segments: Vec<String>,
    pub(crate) rows: Vec<Fate>,
    /// All events of each segment.
    pub(crate) all: Vec<u64>,
}

/// One outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fate {
    pub(crate) what: String,
    /// One number per segment.
    pub(crate) events: Vec<u64>,
}

impl Fates {
    pub(crate) fn of(segments: &BTreeMap<String, SegmentCounts>) -> Self {
        let row = |what: String, of: &dyn Fn(&SegmentCounts) -> u64| Fate {
            what,
            events: segments.values().map(of).collect(),
        };
        let mut rows = vec![
            row("counted".to_owned(), &|counts| counts.counted),
            row("unclassified: outside every bucket".to_owned(), &|counts| counts.unclassified),
        ];
        let reasons: BTreeSet<_> = segments.values().flat_map(|counts| counts.rejected.keys()).collect();
        rows.extend(reasons.into_iter().map(|reason| {
            row(format!("rejected: {reason}"), &|counts| {
                counts.rejected.get(reason).copied().unwrap_or_default()
            })
        }));
        Self {
            segments: segments.keys().map(|name| line(name)).collect(),
            rows,
            all: segments.values().map(SegmentCounts::events).collect(),
        }
    }

    /// Returns the number of all events of each segment.
    pub(crate) fn shown_all(&self) -> Vec<String> {
        self.all.iter().map(count).collect()
    }

    /// Returns the numbers of a row with their shares, one per segment.
    pub(crate) fn shown(&self, fate: &Fate) -> Vec<String> {
        let shown = |(events, all)| format!("{} ({})", count(events), share(events, all));
        fate.events.iter().zip(&self.all).map(shown).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use segments::reason::RejectReason;

    #[test]
    fn every_reason_has_a_row_and_every_event_a_place() {
        let counts = |counted, unclassified, rejected: &[(RejectReason, u64)]| SegmentCounts {
            counted,
            unclassified,
            rejected: rejected.iter().copied().collect(),
        };
        let (missing, bad) = (RejectReason::MissingTimestamp, RejectReason::BadVoucherAmount);
        let fates = Fates::of(&BTreeMap::from([
            ("a".to_owned(), counts(5, 2, &[(bad, 1)])),
            ("b".to_owned(), counts(6, 0, &[(bad, 1), (missing, 1)])),
        ]));
        let rows: Vec<_> = fates.rows.iter().map(|fate| (fate.what.as_str(), &fate.events[..])).collect();
        assert_eq!(
            rows,
            [
                ("counted", &[5, 6][..]),
                ("unclassified: outside every bucket", &[2, 0]),
                ("rejected: bad_voucher_amount", &[1, 1]),
                ("rejected: missing_timestamp", &[0, 1]),
            ]
        );
        assert_eq!(fates.all, [8, 8]);
        for segment in 0..2 {
            assert_eq!(fates.rows.iter().map(|fate| fate.events[segment]).sum::<u64>(), fates.all[segment]);
        }
        assert_eq!(fates.shown(&fates.rows[0]), ["5 (62.5 %)", "6 (75.0 %)"]);
        assert_eq!(Fates::of(&BTreeMap::new()).rows.len(), 2);
    }
}
