//! Numbers for outcomes, to index an array.

use crate::partial::Slot;
use segments::outcome::Outcome;
use segments::reason::RejectReason;
use segments::rules::Split;

/// The outcomes of one split: its buckets, then unclassified, then the reasons.
#[derive(Debug, Clone, Copy)]
pub(super) struct Outcomes {
    buckets: usize,
}

/// How an outcome is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CountedAs {
    In(Slot),
    Rejected(RejectReason),
}

impl Outcomes {
    pub(super) fn of(split: Split<'_>) -> Self {
        Self { buckets: split.bucket_count() }
    }

    /// Returns the number of outcomes.
    pub(super) fn len(self) -> usize {
        self.buckets + 1 + RejectReason::OF_MEASURES.len()
    }

    /// Returns the number of an outcome.
    pub(super) fn number(self, outcome: Outcome) -> u16 {
        let number = match outcome {
            Outcome::Bucket(bucket) => bucket,
            Outcome::Unclassified => self.buckets,
            Outcome::Rejected(reason) => {
                let at = RejectReason::OF_MEASURES.iter().position(|other| *other == reason);
                self.buckets + 1 + at.expect("a measure gives no reason but these")
            }
        };
        u16::try_from(number).expect("rules are bounded to a few thousand buckets")
    }

    /// Returns whether the outcome with this number rejects the event.
    pub(super) fn is_rejected(self, number: u16) -> bool {
        usize::from(number) > self.buckets
    }

    /// Returns how the outcome with this number is counted.
    pub(super) fn counted(self, number: usize) -> CountedAs {
        match number.checked_sub(self.buckets) {
            None => CountedAs::In(Slot::Bucket(number)),
            Some(0) => CountedAs::In(Slot::Unclassified),
            Some(reason) => CountedAs::Rejected(RejectReason::OF_MEASURES[reason - 1]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use segments::rules::Rules;

    #[test]
    fn numbers_and_back() {
        for split in Rules::default().splits().chain([Split::CountryWide]) {
            let outcomes = Outcomes::of(split);
            let buckets = (0..split.bucket_count()).map(Outcome::Bucket);
            let reasons = RejectReason::OF_MEASURES.map(Outcome::Rejected);
            let all: Vec<_> = buckets.chain([Outcome::Unclassified]).chain(reasons).collect();
            assert_eq!(all.len(), outcomes.len());
            for (expected, outcome) in all.into_iter().enumerate() {
                let number = usize::from(outcomes.number(outcome));
                assert_eq!(number, expected);
                let counted = match outcome {
                    Outcome::Bucket(bucket) => CountedAs::In(Slot::Bucket(bucket)),
                    Outcome::Unclassified => CountedAs::In(Slot::Unclassified),
                    Outcome::Rejected(reason) => CountedAs::Rejected(reason),
                };
                assert_eq!(outcomes.counted(number), counted);
                let is_rejected = matches!(counted, CountedAs::Rejected(_));
                assert_eq!(outcomes.is_rejected(outcomes.number(outcome)), is_rejected);
            }
        }
    }
}
