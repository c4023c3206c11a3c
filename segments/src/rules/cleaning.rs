//! What dirty values mean.

use super::OrderDate;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// The `[cleaning]` table of the rules; a key that is left out has its default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Cleaning {
    /// An event dated before the customer's first order.
    pub event_before_first_order: EventBeforeOrder,
    /// An event dated before the customer's last order.
    pub event_before_last_order: EventBeforeOrder,
    /// No number of orders.
    pub missing_total_orders: MissingValue,
    /// No amount.
    pub missing_voucher_amount: MissingValue,
}

/// What a missing number is taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MissingValue {
    /// It is 0.
    Zero,
    /// The event is rejected.
    Reject,
}

/// What becomes of an event dated before an order that it is measured from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventBeforeOrder {
    /// It is outside every bucket.
    Unclassified,
    /// It is rejected.
    Reject,
}

impl Cleaning {
    /// Returns what becomes of an event dated before that order.
    #[must_use]
    pub fn event_before(&self, order: OrderDate) -> EventBeforeOrder {
        match order {
            OrderDate::First => self.event_before_first_order,
            OrderDate::Last => self.event_before_last_order,
        }
    }
}

impl Default for Cleaning {
    fn default() -> Self {
        Self {
            event_before_first_order: EventBeforeOrder::Unclassified,
            event_before_last_order: EventBeforeOrder::Unclassified,
            missing_total_orders: MissingValue::Zero,
            missing_voucher_amount: MissingValue::Reject,
        }
    }
}

impl Serialize for MissingValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Zero => serializer.serialize_u8(0),
            Self::Reject => serializer.serialize_str("reject"),
        }
    }
}

impl<'de> Deserialize<'de> for MissingValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Number(i64),
            Word(String),
        }
        // Without this the error of an untagged enum would name neither choice.
        let wrong = || D::Error::custom("expected 0 or \"reject\"");
        match Written::deserialize(deserializer).map_err(|_| wrong())? {
            Written::Number(0) => Ok(Self::Zero),
            Written::Word(word) if word == "reject" => Ok(Self::Reject),
            Written::Number(_) | Written::Word(_) => Err(wrong()),
        }
    }
}
