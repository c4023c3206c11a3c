//! A segment and its buckets.

use super::Measure;
use serde::{Deserialize, Serialize};

/// A labelled half-open range `[from, below)` of a measure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bucket {
    pub(super) below: Option<u64>,
    pub(super) from: u64,
    pub(super) label: String,
}

/// A named way to split customers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Segment {
    pub(super) buckets: Vec<Bucket>,
    pub(super) measure: Measure,
    pub(super) name: String,
}

impl Bucket {
    /// Returns the label: `5-13`.
    #[must_use]
    pub fn label(&self) -> &str {
        &self.label
    }

    /// Returns the smallest value in the bucket.
    #[must_use]
    pub fn from(&self) -> u64 {
        self.from
    }

    /// Returns the smallest value above the bucket; `None` if it is open.
    #[must_use]
    pub fn below(&self) -> Option<u64> {
        self.below
    }

    /// Returns whether the bucket holds `value`.
    #[must_use]
    pub fn holds(&self, value: u64) -> bool {
        value >= self.from && self.below.is_none_or(|below| value < below)
    }
}

impl Segment {
    /// Returns the name: `frequent_segment`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the number the segment looks at.
    #[must_use]
    pub fn measure(&self) -> Measure {
        self.measure
    }

    /// Returns the buckets, lowest first; they do not overlap.
    #[must_use]
    pub fn buckets(&self) -> &[Bucket] {
        &self.buckets
    }

    /// Returns the index in [`Self::buckets`] of the bucket that holds `value`; `None` if it is
    /// outside every bucket.
    #[must_use]
    pub fn bucket_of(&self, value: u64) -> Option<usize> {
        let candidate = self.buckets.partition_point(|bucket| bucket.from <= value).checked_sub(1)?;
        self.buckets[candidate].holds(value).then_some(candidate)
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::{Rules, Segment};

    #[track_caller]
    fn check(segment: &Segment, value: u64, expected: Option<&str>) {
        let label = segment.bucket_of(value).map(|index| segment.buckets()[index].label());
        assert_eq!(label, expected, "{} {value}", segment.name());
    }

    #[test]
    fn both_sides_of_every_border() {
        let rules = Rules::default();
        let frequent = rules.segment("frequent_segment").expect("in the default rules");
        check(frequent, 0, Some("0-4"));
        check(frequent, 4, Some("0-4"));
        check(frequent, 5, Some("5-13"));
        check(frequent, 13, Some("5-13"));
        check(frequent, 14, Some("14-37"));
        check(frequent, 37, Some("14-37"));
        check(frequent, 38, None);
        let recency = rules.segment("recency_segment").expect("in the default rules");
        check(recency, 0, None);
        check(recency, 29, None);
        check(recency, 30, Some("30-60"));
        check(recency, 59, Some("30-60"));
        check(recency, 60, Some("60-90"));
        check(recency, 89, Some("60-90"));
        check(recency, 90, Some("90-120"));
        check(recency, 119, Some("90-120"));
        check(recency, 120, Some("120-180"));
        check(recency, 179, Some("120-180"));
        check(recency, 180, Some("180+"));
        check(recency, u64::MAX, Some("180+"));
    }

    #[test]
    fn gaps_between_buckets_are_nobodys() {
        let rules = Rules::from_toml(
            r#"[[segment]]
            name = "s"
            measure = "total_orders"
            buckets = [{ label = "b", from = 10, below = 20 }, { label = "a", from = 1, below = 3 }]"#,
            "rules.toml",
        )
        .expect("valid");
        let segment = &rules.segments()[0];
        for (value, expected) in [
            (0, None),
            (1, Some("a")),
            (2, Some("a")),
            (3, None),
            (9, None),
            (10, Some("b")),
            (19, Some("b")),
            (20, None),
        ] {
            check(segment, value, expected);
        }
    }
}
