//! What dirty values mean.

use super::OrderDate;
use crate::value::MissingTexts;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// The `[cleaning]` table of the rules; a key that is left out has its default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Cleaning {
    /// An event dated before the customer's first order.
    pub event_before_first_order: EventBeforeOrder,
    /// An event dated before the customer's last order.
    pub event_before_last_order: EventBeforeOrder,
    /// Texts that name no country. Rules that were published before there was this list have none,
    /// in their canonical form as well, and so keep their hash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing_country_texts: Option<MissingTexts>,
    /// Texts that stand for no value in any other column, likewise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing_texts: Option<MissingTexts>,
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
    /// Returns the texts that stand for no value in every column but the country.
    #[must_use]
    pub fn missing_texts(&self) -> &MissingTexts {
        self.missing_texts.as_ref().unwrap_or(&NO_TEXTS)
    }

    /// Returns the texts that name no country.
    #[must_use]
    pub fn missing_country_texts(&self) -> &MissingTexts {
        self.missing_country_texts.as_ref().unwrap_or(&NO_TEXTS)
    }

    /// Returns these with the default lists in the place of those that are not given.
    pub(super) fn with_lists(mut self) -> Self {
        self.missing_texts.get_or_insert_with(MissingTexts::usual);
        self.missing_country_texts.get_or_insert_with(MissingTexts::usual_of_countries);
        self
    }

    /// Returns what becomes of an event dated before that order.
    #[must_use]
    pub fn event_before(&self, order: OrderDate) -> EventBeforeOrder {
        match order {
            OrderDate::First => self.event_before_first_order,
            OrderDate::Last => self.event_before_last_order,
        }
    }
}

/// What rules from before the lists have.
static NO_TEXTS: MissingTexts = MissingTexts::NONE;

impl Default for Cleaning {
    fn default() -> Self {
        Self {
            event_before_first_order: EventBeforeOrder::Unclassified,
            event_before_last_order: EventBeforeOrder::Unclassified,
            missing_country_texts: Some(MissingTexts::usual_of_countries()),
            missing_texts: Some(MissingTexts::usual()),
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
