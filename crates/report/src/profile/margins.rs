//! How far each bucket's mode is ahead of its runner-up.

use counts::EvaluatedTable;
use schemars::JsonSchema;
use segments::mode::Mode;
use segments::value::Amount;
use serde::Serialize;
use storage::shown;

/// A bucket, and how clear its mode is.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct BucketMargin {
    /// The country as it is shown.
    pub country: String,
    /// The segment.
    pub segment: String,
    /// The bucket.
    pub bucket: String,
    /// The mode; null where a run would have no amount.
    pub voucher_amount: Option<Amount>,
    /// Its events.
    pub support: u64,
    /// All counted events of the bucket.
    pub total: u64,
    /// The next amount.
    pub runner_up_amount: Option<Amount>,
    /// Its events; 0 where there is none.
    pub runner_up_support: u64,
    /// How many events the mode is ahead.
    pub margin: u64,
    /// The same as a share of all counted events of the bucket; null where it has none.
    pub margin_share: Option<f64>,
}

impl BucketMargin {
    /// Returns every bucket of every country, the closest first, those without events last.
    pub(super) fn all(table: &EvaluatedTable) -> Vec<Self> {
        let mut margins: Vec<_> = table
            .countries
            .iter()
            .flat_map(|country| {
                let of = |row: &segments::table::BucketRow| {
                    Self::of(&country.shown, &row.segment, &row.bucket, &row.mode)
                };
                country.rows.iter().map(of)
            })
            .collect();
        let rank = |margin: &Self| margin.margin_share.unwrap_or(f64::INFINITY);
        // A stable sort: equally close buckets keep the order of countries and buckets.
        margins.sort_by(|one, other| rank(one).total_cmp(&rank(other)));
        margins
    }

    #[expect(clippy::cast_precision_loss, reason = "a share needs no more than a double's 53 bits")]
    fn of(country: &str, segment: &str, bucket: &str, mode: &Mode) -> Self {
        let (runner_up_amount, runner_up_support) = mode.runner_up.unzip();
        let runner_up_support = runner_up_support.unwrap_or_default();
        let margin = mode.margin();
        Self {
            country: shown(country).into_owned(),
            segment: segment.to_owned(),
            bucket: bucket.to_owned(),
            voucher_amount: mode.voucher_amount,
            support: mode.support,
            total: mode.total,
            runner_up_amount,
            runner_up_support,
            margin,
            margin_share: (mode.total > 0).then(|| margin as f64 / mode.total as f64),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use segments::value::Field;

    fn amount(text: &str) -> Amount {
        let Field::Value(amount) = Amount::read(text) else { panic!("{text}") };
        amount
    }

    #[test]
    fn margins() {
        for (counts, margin, share) in [
            (&[][..], 0, None),
            (&[("5", 3)][..], 3, Some(1.0)),
            (&[("5", 3), ("6", 3)][..], 0, Some(0.0)),
            (&[("5", 1), ("6", 2), ("7", 5)][..], 3, Some(0.375)),
        ] {
            let mode = Mode::of(counts.iter().map(|(text, events)| (amount(text), *events)));
            let found = BucketMargin::of("Peru", "s", "b", &mode);
            assert_eq!((found.margin, found.margin_share), (margin, share), "{counts:?}");
        }
    }
}
