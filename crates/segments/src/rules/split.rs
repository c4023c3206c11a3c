//! How the events of a country are split into buckets to count them.

use super::{Bucket, Segment};

/// The name of the whole country's answer, in place of a segment's name: in table keys, reports and
/// `fallback.order`.
pub const COUNTRY_WIDE: &str = "country";
/// The only bucket of the country-wide mode; its item is `<run_id>#country#all`.
pub const COUNTRY_WIDE_BUCKET: &str = "all";

/// A way to split the events of a country into buckets.
///
/// The country-wide split is not in [`Rules::segments`](super::Rules::segments): no request asks for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Split<'a> {
    /// The buckets of a segment.
    Segment(&'a Segment),
    /// One bucket with every event.
    CountryWide,
}

impl<'a> Split<'a> {
    /// Returns the segment's name, or [`COUNTRY_WIDE`].
    #[must_use]
    pub fn name(self) -> &'a str {
        match self {
            Self::Segment(segment) => segment.name(),
            Self::CountryWide => COUNTRY_WIDE,
        }
    }

    /// Returns the labels of the buckets, lowest first.
    #[must_use]
    pub fn labels(self) -> Vec<&'a str> {
        match self {
            Self::Segment(segment) => segment.buckets().iter().map(Bucket::label).collect(),
            Self::CountryWide => vec![COUNTRY_WIDE_BUCKET],
        }
    }

    /// Returns the number of buckets.
    #[must_use]
    pub fn bucket_count(self) -> usize {
        match self {
            Self::Segment(segment) => segment.buckets().len(),
            Self::CountryWide => 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{RULES_DEFAULT, Rules};

    #[test]
    fn the_country_is_counted_where_the_fallback_asks_for_it_and_stands_last() {
        for (fallback, expected) in [
            ("", &["frequent_segment", "recency_segment"][..]),
            ("[fallback]\norder = [\"recency_segment\"]", &["frequent_segment", "recency_segment"]),
            ("[fallback]\norder = [\"country\"]", &["frequent_segment", "recency_segment", "country"]),
            (
                "[fallback]\norder = [\"country\", \"recency_segment\"]",
                &["frequent_segment", "recency_segment", "country"],
            ),
        ] {
            let text = format!("{RULES_DEFAULT}\n{fallback}");
            let rules = Rules::from_toml(&text, "my.toml").expect("valid");
            assert_eq!(rules.splits().map(Split::name).collect::<Vec<_>>(), expected, "{fallback:?}");
            for split in rules.splits() {
                assert_eq!(split.labels().len(), split.bucket_count(), "{}", split.name());
            }
            assert_eq!(rules.segments().len(), 2);
            assert_eq!(rules.segment(COUNTRY_WIDE), None, "a customer is never in it");
            assert_eq!(rules.columns(), Rules::default().columns(), "it needs no column of its own");
        }
        assert_eq!(Split::CountryWide.labels(), [COUNTRY_WIDE_BUCKET]);
        assert_eq!(Split::Segment(&Rules::default().segments()[0]).labels(), ["0-4", "5-13", "14-37"]);
    }
}
