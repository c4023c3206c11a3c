//! A customer, and the values of its measures.

use crate::rules::Measure;
use crate::value::{Day, Moment, Orders};

/// What segments need to know about a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Customer {
    /// When the first order was placed.
    pub first_order: Moment,
    /// When the last order was placed.
    pub last_order: Moment,
    /// Orders placed so far.
    pub total_orders: Orders,
}

impl Customer {
    /// Returns the value of a measure on the day `as_of`; `None` if the order it counts from is
    /// later than that day.
    ///
    /// Days are differences of UTC calendar dates, as in the ETL.
    ///
    /// ```
    /// use segments::customer::Customer;
    /// use segments::rules::Measure;
    /// use segments::value::{Day, Moment, Orders};
    ///
    /// let moment = |text| Moment::read(text).value().expect("a date");
    /// let customer = Customer {
    ///     first_order: moment("2017-05-03"),
    ///     last_order: moment("2018-05-03 23:59:59"),
    ///     total_orders: Orders::read("15").value().expect("a number"),
    /// };
    /// let as_of = Day::read("2018-05-04").value().expect("a day");
    /// assert_eq!(customer.value_of(Measure::DaysSinceLastOrder, as_of), Some(1));
    /// assert_eq!(customer.value_of(Measure::TotalOrders, as_of), Some(15));
    /// ```
    #[must_use]
    pub fn value_of(&self, measure: Measure, as_of: Day) -> Option<u64> {
        let days_since = |order: Moment| as_of.days_since(order.day()).map(u64::from);
        match measure {
            Measure::TotalOrders => Some(u64::from(self.total_orders.get())),
            Measure::DaysSinceLastOrder => days_since(self.last_order),
            Measure::DaysSinceFirstOrder => days_since(self.first_order),
        }
    }
}
