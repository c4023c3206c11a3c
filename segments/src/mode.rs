//! The mode of a bucket: the amount that was given most often.

use crate::value::Amount;
use std::cmp::Reverse;

/// The most used amount of a bucket, and how clear the choice was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Mode {
    /// The amount to serve; `None` if no event chose one.
    pub voucher_amount: Option<Amount>,
    /// Events that chose it.
    pub support: u64,
    /// All counted events of the bucket, those counted under an amount of 0 included.
    pub total: u64,
    /// The next amount and its events; `None` if there is no other.
    pub runner_up: Option<(Amount, u64)>,
}

impl Mode {
    /// Returns the mode of `counts`, one entry an amount in any order. Ties go to the smaller
    /// amount, for the mode and for the runner-up. An amount of 0 counts in the total only.
    ///
    /// ```
    /// use segments::{mode::Mode, value::Amount};
    ///
    /// let [small, large] = ["5", "7.5"].map(|text| Amount::read(text).value().expect("valid"));
    /// let mode = Mode::of([(large, 3), (small, 3)]);
    /// assert_eq!((mode.voucher_amount, mode.support, mode.total), (Some(small), 3, 6));
    /// assert_eq!(mode.runner_up, Some((large, 3)));
    /// ```
    #[must_use]
    pub fn of(counts: impl IntoIterator<Item = (Amount, u64)>) -> Self {
        let mut total = 0;
        let mut servable = Vec::new();
        for (amount, events) in counts {
            total += events;
            if amount.is_servable() && events > 0 {
                servable.push((amount, events));
            }
        }
        servable.sort_unstable_by_key(|(amount, events)| (Reverse(*events), *amount));
        let mut ranked = servable.into_iter();
        let Some((amount, support)) = ranked.next() else {
            return Self { total, ..Self::default() };
        };
        Self { voucher_amount: Some(amount), support, total, runner_up: ranked.next() }
    }

    /// Returns `support / total`, unrounded; 0 for an empty bucket.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a share needs no more than a double's 53 bits")]
    pub fn share(&self) -> f64 {
        if self.total == 0 { 0.0 } else { self.support as f64 / self.total as f64 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amount(text: &str) -> Amount {
        Amount::read(text).value().unwrap_or(Amount::ZERO)
    }

    #[track_caller]
    fn check(counts: &[(&str, u64)], expected: (Option<&str>, u64, u64), runner_up: Option<(&str, u64)>) {
        let mode = Mode::of(counts.iter().map(|(text, events)| (amount(text), *events)));
        let (voucher_amount, support, total) = expected;
        assert_eq!(mode.voucher_amount, voucher_amount.map(amount), "{counts:?}");
        assert_eq!((mode.support, mode.total), (support, total), "{counts:?}");
        assert_eq!(mode.runner_up, runner_up.map(|(text, events)| (amount(text), events)), "{counts:?}");
    }

    #[test]
    fn ties_go_to_the_smaller_amount() {
        check(&[("9", 2), ("10", 2), ("8", 1)], (Some("9"), 2, 5), Some(("10", 2)));
        check(&[("10", 2), ("9", 2)], (Some("9"), 2, 4), Some(("10", 2)));
        check(&[("10", 3), ("9", 1), ("8", 1)], (Some("10"), 3, 5), Some(("8", 1)));
    }

    #[test]
    fn few_amounts() {
        check(&[], (None, 0, 0), None);
        check(&[("10", 3)], (Some("10"), 3, 3), None);
        check(&[("10", 0)], (None, 0, 0), None);
    }

    #[test]
    fn an_amount_of_zero_is_never_served() {
        check(&[("0", 9), ("10", 1)], (Some("10"), 1, 10), None);
        check(&[("0", 9)], (None, 0, 9), None);
    }

    #[test]
    fn shares() {
        let shares =
            [vec![], vec![(amount("1"), 1), (amount("2"), 2)]].map(|counts| Mode::of(counts).share());
        assert_eq!(shares.map(f64::to_bits), [0.0_f64.to_bits(), (2.0_f64 / 3.0).to_bits()]);
    }
}
