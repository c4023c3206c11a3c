//! The number a segment looks at.

use crate::reason::RejectReason;
use serde::{Deserialize, Serialize};

/// What a segment measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Orders placed so far.
    TotalOrders,
    /// Calendar days (UTC) from the last order to the event, or to the day of a request.
    DaysSinceLastOrder,
    /// Calendar days (UTC) from the first order, likewise.
    DaysSinceFirstOrder,
}

/// The order that a measure counts its days from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum OrderDate {
    First,
    Last,
}

impl Measure {
    /// Returns the columns of the history that the measure needs.
    #[must_use]
    pub fn columns(self) -> &'static [&'static str] {
        match self.order_date() {
            None => &["total_orders"],
            Some(OrderDate::Last) => &["timestamp", "last_order_ts"],
            Some(OrderDate::First) => &["timestamp", "first_order_ts"],
        }
    }

    /// Returns the order that days are counted from; `None` if the measure does not count days.
    #[must_use]
    pub fn order_date(self) -> Option<OrderDate> {
        match self {
            Self::TotalOrders => None,
            Self::DaysSinceLastOrder => Some(OrderDate::Last),
            Self::DaysSinceFirstOrder => Some(OrderDate::First),
        }
    }
}

impl OrderDate {
    /// Returns the reason for an event without this date.
    #[must_use]
    pub fn missing(self) -> RejectReason {
        match self {
            Self::First => RejectReason::MissingFirstOrderTs,
            Self::Last => RejectReason::MissingLastOrderTs,
        }
    }

    /// Returns the reason for an event whose date is outside the grammar.
    #[must_use]
    pub fn bad(self) -> RejectReason {
        match self {
            Self::First => RejectReason::BadFirstOrderTs,
            Self::Last => RejectReason::BadLastOrderTs,
        }
    }

    /// Returns the reason for an event dated before this order.
    #[must_use]
    pub fn event_before(self) -> RejectReason {
        match self {
            Self::First => RejectReason::EventBeforeFirstOrder,
            Self::Last => RejectReason::EventBeforeLastOrder,
        }
    }
}
