//! The outcome of one event in one segment, once its country and amount are known to be good.

use crate::reason::RejectReason;
use crate::rules::{Cleaning, EventBeforeOrder, MissingValue, OrderDate, Segment};
use crate::value::{Amount, Day, Field, Orders};

/// The outcome of an event in a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Outcome {
    /// The event counts for the bucket with this index in [`Segment::buckets`].
    Bucket(usize),
    /// The event is outside every bucket.
    Unclassified,
    /// The event is left out.
    Rejected(RejectReason),
}

impl Segment {
    /// Returns the outcome of an event by its number of orders.
    #[must_use]
    pub fn outcome_of_orders(&self, orders: Field<Orders>, cleaning: &Cleaning) -> Outcome {
        match (orders, cleaning.missing_total_orders) {
            (Field::Value(orders), _) => self.outcome_of(u64::from(orders.get())),
            (Field::Missing, MissingValue::Zero) => self.outcome_of(u64::from(Orders::ZERO.get())),
            (Field::Missing, MissingValue::Reject) => Outcome::Rejected(RejectReason::MissingTotalOrders),
            (Field::Bad, _) => Outcome::Rejected(RejectReason::BadTotalOrders),
        }
    }

    /// Returns the outcome of an event by its day and the day of the customer's order.
    #[must_use]
    pub fn outcome_of_days(
        &self,
        event: Field<Day>,
        order: Field<Day>,
        which: OrderDate,
        cleaning: &Cleaning,
    ) -> Outcome {
        let (event, order) = match (event, order) {
            (Field::Missing, _) => return Outcome::Rejected(RejectReason::MissingTimestamp),
            (Field::Bad, _) => return Outcome::Rejected(RejectReason::BadTimestamp),
            (_, Field::Missing) => return Outcome::Rejected(which.missing()),
            (_, Field::Bad) => return Outcome::Rejected(which.bad()),
            (Field::Value(event), Field::Value(order)) => (event, order),
        };
        match (event.days_since(order), cleaning.event_before(which)) {
            (Some(days), _) => self.outcome_of(u64::from(days)),
            (None, EventBeforeOrder::Unclassified) => Outcome::Unclassified,
            (None, EventBeforeOrder::Reject) => Outcome::Rejected(which.event_before()),
        }
    }

    fn outcome_of(&self, value: u64) -> Outcome {
        self.bucket_of(value).map_or(Outcome::Unclassified, Outcome::Bucket)
    }
}

impl Cleaning {
    /// Returns the amount that an event counts for.
    ///
    /// # Errors
    ///
    /// The reason, if every segment rejects the event.
    pub fn amount(&self, amount: Field<Amount>) -> Result<Amount, RejectReason> {
        match (amount, self.missing_voucher_amount) {
            (Field::Value(amount), _) => Ok(amount),
            (Field::Missing, MissingValue::Zero) => Ok(Amount::ZERO),
            (Field::Missing, MissingValue::Reject) => Err(RejectReason::MissingVoucherAmount),
            (Field::Bad, _) => Err(RejectReason::BadVoucherAmount),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Rules;
    use Outcome::{Bucket, Rejected, Unclassified};

    #[test]
    fn orders() {
        let rules = Rules::default();
        let segment = rules.segment("frequent_segment").expect("in the default rules");
        let reject = Cleaning { missing_total_orders: MissingValue::Reject, ..rules.cleaning().clone() };
        for (text, by_default, strict) in [
            ("4", Bucket(0), Bucket(0)),
            ("37.0", Bucket(2), Bucket(2)),
            ("38", Unclassified, Unclassified),
            ("", Bucket(0), Rejected(RejectReason::MissingTotalOrders)),
            ("many", Rejected(RejectReason::BadTotalOrders), Rejected(RejectReason::BadTotalOrders)),
        ] {
            assert_eq!(
                segment.outcome_of_orders(Orders::read(text), rules.cleaning()),
                by_default,
                "{text:?}"
            );
            assert_eq!(segment.outcome_of_orders(Orders::read(text), &reject), strict, "{text:?}");
        }
    }

    #[test]
    fn days_and_the_order_of_reasons() {
        let rules = Rules::default();
        let segment = rules.segment("recency_segment").expect("in the default rules");
        let reject = Cleaning {
            event_before_first_order: EventBeforeOrder::Unclassified,
            event_before_last_order: EventBeforeOrder::Reject,
            ..rules.cleaning().clone()
        };
        let order_day = "2018-01-01";
        for (event, order, by_default, strict) in [
            ("2018-01-31", order_day, Bucket(0), Bucket(0)),
            ("2018-01-30", order_day, Unclassified, Unclassified),
            ("2017-12-31", order_day, Unclassified, Rejected(RejectReason::EventBeforeLastOrder)),
            ("", "", Rejected(RejectReason::MissingTimestamp), Rejected(RejectReason::MissingTimestamp)),
            ("?", "", Rejected(RejectReason::BadTimestamp), Rejected(RejectReason::BadTimestamp)),
            (
                order_day,
                "",
                Rejected(RejectReason::MissingLastOrderTs),
                Rejected(RejectReason::MissingLastOrderTs),
            ),
            (order_day, "?", Rejected(RejectReason::BadLastOrderTs), Rejected(RejectReason::BadLastOrderTs)),
        ] {
            let (event, order) = (Day::read(event), Day::read(order));
            for (cleaning, expected) in [(rules.cleaning(), by_default), (&reject, strict)] {
                let outcome = segment.outcome_of_days(event, order, OrderDate::Last, cleaning);
                assert_eq!(outcome, expected, "{event:?} {order:?}");
            }
        }
        let (event, order) = (Day::read("2017-12-31"), Day::read(order_day));
        let first = segment.outcome_of_days(event, order, OrderDate::First, &reject);
        assert_eq!(first, Unclassified, "the key for the last order does not govern the first");
        let missing = segment.outcome_of_days(event, Field::Missing, OrderDate::First, &reject);
        assert_eq!(missing, Rejected(RejectReason::MissingFirstOrderTs));
    }

    #[test]
    fn amounts() {
        let by_default = Cleaning::default();
        let zero = Cleaning { missing_voucher_amount: MissingValue::Zero, ..by_default.clone() };
        assert_eq!(by_default.amount(Field::Missing), Err(RejectReason::MissingVoucherAmount));
        assert_eq!(zero.amount(Field::Missing), Ok(Amount::ZERO));
        for cleaning in [by_default, zero] {
            assert_eq!(cleaning.amount(Amount::read("0")), Err(RejectReason::BadVoucherAmount));
            assert!(cleaning.amount(Amount::read("2640")).is_ok());
        }
    }
}
