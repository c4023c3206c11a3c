//! The mode of a bucket: the amount that was given most often.

use crate::value::Amount;
use schemars::JsonSchema;
use serde::Serialize;
use std::cmp::Reverse;

/// The most used amount of a bucket, and how clear the choice was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Mode {
    /// The amount to serve; if `None`, [`no_amount`](Mode::no_amount) says why.
    pub voucher_amount: Option<Amount>,
    /// Events that chose the amount, even if it is withheld.
    pub support: u64,
    /// All counted events of the bucket, including those counted under an amount of 0.
    pub total: u64,
    /// The next amount and its events; `None` if there is no other.
    pub runner_up: Option<(Amount, u64)>,
}

/// Why a bucket has no amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum NoAmount {
    /// No event chose one.
    NoData,
    /// Fewer events were counted than the rules ask for.
    LowSupport,
}

impl Mode {
    /// Returns the mode of `counts`, one entry per amount, in any order. Ties go to the smaller
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

    /// Returns the mode with `min_support` applied: with fewer counted events, the amount is
    /// withheld. Nothing else changes.
    ///
    /// ```
    /// use segments::{mode::{Mode, NoAmount}, value::Amount};
    ///
    /// let amount = Amount::read("5").value().expect("valid");
    /// let mode = Mode::of([(amount, 29)]).held_to(Some(30));
    /// assert_eq!((mode.voucher_amount, mode.support, mode.total), (None, 29, 29));
    /// assert_eq!(mode.no_amount(), Some(NoAmount::LowSupport));
    /// ```
    #[must_use]
    pub fn held_to(self, min_support: Option<u64>) -> Self {
        match min_support {
            Some(min) if self.total < min => Self { voucher_amount: None, ..self },
            _ => self,
        }
    }

    /// Returns why there is no amount; `None` if there is one. If no event chose an amount, that is
    /// the reason, however many events were counted.
    #[must_use]
    pub fn no_amount(&self) -> Option<NoAmount> {
        match (self.voucher_amount, self.support) {
            (Some(_), _) => None,
            (None, 0) => Some(NoAmount::NoData),
            (None, _) => Some(NoAmount::LowSupport),
        }
    }

    /// Returns the lead of the mode, or of the withheld amount, over the runner-up in events;
    /// without a runner-up, all its events.
    #[must_use]
    pub fn margin(&self) -> u64 {
        self.support - self.runner_up.map_or(0, |(_, events)| events)
    }

    /// Returns the counted events that chose neither the mode nor the runner-up.
    #[must_use]
    pub fn others(&self) -> u64 {
        self.total - self.support - self.runner_up.map_or(0, |(_, events)| events)
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
    fn too_few_events_withhold_the_amount_and_nothing_else() {
        let modes = [
            Mode::of([(amount("10"), 3), (amount("9"), 1), (Amount::ZERO, 1)]),
            Mode::of([(Amount::ZERO, 5)]),
            Mode::default(),
        ];
        for (mode, min_support, is_served, expected) in [
            (modes[0], None, true, None),
            (modes[0], Some(1), true, None),
            (modes[0], Some(4), true, None),
            (modes[0], Some(5), true, None),
            (modes[0], Some(6), false, Some(NoAmount::LowSupport)),
            (modes[0], Some(u64::MAX), false, Some(NoAmount::LowSupport)),
            (modes[1], None, false, Some(NoAmount::NoData)),
            (modes[1], Some(5), false, Some(NoAmount::NoData)),
            (modes[1], Some(6), false, Some(NoAmount::NoData)),
            (modes[2], None, false, Some(NoAmount::NoData)),
            (modes[2], Some(1), false, Some(NoAmount::NoData)),
        ] {
            let held = mode.held_to(min_support);
            assert_eq!(held.voucher_amount, mode.voucher_amount.filter(|_| is_served), "{min_support:?}");
            assert_eq!(held.no_amount(), expected, "{mode:?} {min_support:?}");
            assert_eq!(Mode { voucher_amount: mode.voucher_amount, ..held }, mode, "{min_support:?}");
        }
    }

    #[test]
    fn margins_and_the_rest() {
        for (counts, margin, others) in [
            (&[][..], 0, 0),
            (&[("10", 3)][..], 3, 0),
            (&[("10", 3), ("9", 3)][..], 0, 0),
            (&[("10", 4), ("9", 3), ("8", 3)][..], 1, 3),
            (&[("0", 9), ("10", 1)][..], 1, 9),
            (&[("0", 9)][..], 0, 9),
        ] {
            let mode = Mode::of(counts.iter().map(|(text, events)| (amount(text), *events)));
            for mode in [mode, mode.held_to(Some(u64::MAX))] {
                assert_eq!((mode.margin(), mode.others()), (margin, others), "{counts:?}");
            }
        }
    }

    #[test]
    fn shares() {
        let shares =
            [vec![], vec![(amount("1"), 1), (amount("2"), 2)]].map(|counts| Mode::of(counts).share());
        assert_eq!(shares.map(f64::to_bits), [0.0_f64.to_bits(), (2.0_f64 / 3.0).to_bits()]);
    }
}
