//! Contradictions between the columns of one event.

use super::days::{DayColumn, DayNumber};
use crate::facts::RowOddity;
use segments::value::{Field, Orders};

/// The meaning of a number of orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    Missing,
    Bad,
    Zero,
    Some,
}

/// The parts of an event that may contradict each other.
#[derive(Debug, Clone, Copy)]
pub(super) struct EventDays {
    pub(super) own: DayNumber,
    pub(super) last: DayNumber,
    pub(super) first: DayNumber,
    pub(super) orders: Meaning,
}

impl EventDays {
    /// Returns whether the event has this oddity; missing or bad values contradict nothing.
    pub(super) fn is(self, oddity: RowOddity) -> bool {
        let Self { own, last, first, orders } = self;
        let is_event = DayColumn::Event.is_day(own);
        let (is_last, is_first) = (DayColumn::Order.is_day(last), DayColumn::Order.is_day(first));
        match oddity {
            RowOddity::EventBeforeLastOrder => is_event && is_last && own < last,
            RowOddity::EventBeforeFirstOrder => is_event && is_first && own < first,
            RowOddity::FirstOrderAfterLast => is_first && is_last && first > last,
            RowOddity::ZeroOrdersWithOrderDate => is_last && orders == Meaning::Zero,
            RowOddity::OrdersWithoutOrderDate => !is_last && orders == Meaning::Some,
            RowOddity::BlankOrders => orders == Meaning::Missing,
        }
    }
}

impl Meaning {
    pub(super) fn of(orders: Field<Orders>) -> Self {
        match orders {
            Field::Missing => Self::Missing,
            Field::Bad => Self::Bad,
            Field::Value(Orders::ZERO) => Self::Zero,
            Field::Value(_) => Self::Some,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use segments::value::Day;

    #[track_caller]
    fn check([event, last, first]: [&str; 3], orders: &str, expected: &[RowOddity]) {
        let day = |of: DayColumn, text: &str| of.number(Day::read(text));
        let event = EventDays {
            own: day(DayColumn::Event, event),
            last: day(DayColumn::Order, last),
            first: day(DayColumn::Order, first),
            orders: Meaning::of(Orders::read(orders)),
        };
        let found: Vec<_> = RowOddity::ALL.into_iter().filter(|oddity| event.is(*oddity)).collect();
        assert_eq!(found, expected, "{event:?}");
    }

    #[test]
    fn both_sides_of_every_contradiction() {
        use RowOddity::{
            BlankOrders, EventBeforeFirstOrder, EventBeforeLastOrder, FirstOrderAfterLast,
            OrdersWithoutOrderDate, ZeroOrdersWithOrderDate,
        };
        let [before, day, after] = ["2018-07-20", "2018-07-21", "2018-07-22"];
        check([day, day, day], "1", &[]);
        check([day, after, day], "1", &[EventBeforeLastOrder]);
        check([day, before, before], "1", &[]);
        check([day, day, after], "1", &[EventBeforeFirstOrder, FirstOrderAfterLast]);
        check([day, after, after], "1", &[EventBeforeLastOrder, EventBeforeFirstOrder]);
        check([day, day, day], "0", &[ZeroOrdersWithOrderDate]);
        check([day, "", ""], "0", &[]);
        check([day, "", ""], "1", &[OrdersWithoutOrderDate]);
        check([day, "?", day], "1", &[OrdersWithoutOrderDate]);
        check([day, day, day], " ", &[BlankOrders]);
        check([day, "", ""], "", &[BlankOrders]);
        // Missing or bad values are neither before nor after.
        for nothing in ["", "?"] {
            check([nothing, day, day], "1", &[]);
            check([day, day, nothing], "1", &[]);
            check([nothing, nothing, nothing], "x", &[]);
            check([day, nothing, after], "x", &[EventBeforeFirstOrder]);
        }
        // The most distant days that exist.
        check(
            ["0000-01-01", "9999-12-31", "9999-12-31"],
            "1",
            &[EventBeforeLastOrder, EventBeforeFirstOrder],
        );
        check(["9999-12-31", "0000-01-01", "0000-01-01"], "1", &[]);
    }
}
