//! What dirty values mean.

use super::OrderDate;
use crate::value::MissingTexts;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// The `[cleaning]` table of the rules; missing keys have their defaults.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Cleaning {
    /// An event dated before the customer's first order.
    pub event_before_first_order: EventBeforeOrder,
    /// An event dated before the customer's last order.
    pub event_before_last_order: EventBeforeOrder,
    /// Texts that name no country. Rules published before this list existed have none, nor has
    /// their canonical form, so they keep their hash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing_country_texts: Option<MissingTexts>,
    /// Texts that stand for no value in all other columns, likewise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing_texts: Option<MissingTexts>,
    /// A missing number of orders.
    pub missing_total_orders: MissingValue,
    /// A missing amount.
    pub missing_voucher_amount: MissingValue,
}

/// What a missing number means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MissingValue {
    /// It is 0.
    Zero,
    /// The event is rejected.
    Reject,
}

/// What to do with an event dated before the order it is measured from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventBeforeOrder {
    /// The event is outside every bucket.
    Unclassified,
    /// The event is rejected.
    Reject,
}

impl Cleaning {
    /// Returns the texts that stand for no value in every column except the country.
    #[must_use]
    pub fn missing_texts(&self) -> &MissingTexts {
        self.missing_texts.as_ref().unwrap_or(&NO_TEXTS)
    }

    /// Returns the texts that name no country.
    #[must_use]
    pub fn missing_country_texts(&self) -> &MissingTexts {
        self.missing_country_texts.as_ref().unwrap_or(&NO_TEXTS)
    }

    /// Returns this cleaning with the default list for each list that is absent.
    pub(super) fn with_lists(mut self) -> Self {
        self.missing_texts.get_or_insert_with(MissingTexts::usual);
        self.missing_country_texts.get_or_insert_with(MissingTexts::usual_of_countries);
        self
    }

    /// Returns what to do with an event dated before this order.
    #[must_use]
    pub fn event_before(&self, order: OrderDate) -> EventBeforeOrder {
        match order {
            OrderDate::First => self.event_before_first_order,
            OrderDate::Last => self.event_before_last_order,
        }
    }
}

/// The list of rules that were published before lists existed.
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
        // Without this, the error of an untagged enum would name neither choice.
        let wrong = || D::Error::custom("expected 0 or \"reject\"");
        match Written::deserialize(deserializer).map_err(|_| wrong())? {
            Written::Number(0) => Ok(Self::Zero),
            Written::Word(word) if word == "reject" => Ok(Self::Reject),
            Written::Number(_) | Written::Word(_) => Err(wrong()),
        }
    }
}
