//! The `[limits]` of a rules file: what a run must keep to be published.
//!
//! They are not part of the rules: they change no answer, so the canonical form and its hash leave
//! them out. This module does not check runs against them.

use super::Ratio;
use super::ratio::RatioVisitor;
use crate::reason::RejectReason;
use serde::Deserialize;
use serde::de::value::StrDeserializer;
use serde::de::{Deserializer, Error, IntoDeserializer, MapAccess, Visitor};
use std::collections::BTreeMap;
use std::fmt;

/// The name of the ratio for all reasons together, beside the names of the reasons.
const OVERALL: &str = "overall";

/// What a run must keep to be published. By default only this: no segment rejects most of its rows
/// as bad or missing.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Thresholds {
    /// The most events that a segment may reject, as a share of the selected rows.
    pub max_reject_ratio: MaxRejectRatio,
    /// The fewest selected rows.
    pub min_rows: Option<u64>,
    /// What to do about copies of an object in the input.
    pub copies: Option<OnCopies>,
}

/// What to do about objects with the same content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnCopies {
    /// Read all and name the copies.
    #[default]
    Warn,
    /// Publish nothing.
    Fail,
    /// Read only the first of those that are in folders of the same values.
    ReadOnce,
}

/// The most events that a segment may reject: for all reasons, and for single reasons.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MaxRejectRatio {
    /// For all reasons together.
    pub overall: Option<Ratio>,
    /// For one reason.
    pub by_reason: BTreeMap<RejectReason, Ratio>,
}

impl Thresholds {
    /// Returns these thresholds, each one replaced by that of `other` if it has one.
    #[must_use]
    pub fn overridden_by(mut self, other: Self) -> Self {
        self.max_reject_ratio.overall = other.max_reject_ratio.overall.or(self.max_reject_ratio.overall);
        self.max_reject_ratio.by_reason.extend(other.max_reject_ratio.by_reason);
        self.min_rows = other.min_rows.or(self.min_rows);
        self.copies = other.copies.or(self.copies);
        self
    }
}

impl MaxRejectRatio {
    /// Parses a ratio for all reasons, `R`, or for one reason, `reason=R`.
    ///
    /// ```
    /// use segments::rules::MaxRejectRatio;
    ///
    /// let ratios = ["0.05", "bad_voucher_amount=0"].map(|text| MaxRejectRatio::parse(text));
    /// let ratios: MaxRejectRatio = ratios.into_iter().map(|ratio| ratio.expect("valid")).collect();
    /// assert_eq!((ratios.overall.is_some(), ratios.by_reason.len()), (true, 1));
    /// ```
    ///
    /// # Errors
    ///
    /// If the reason is unknown or the ratio is invalid.
    pub fn parse(text: &str) -> Result<(Option<RejectReason>, Ratio), String> {
        let Some((name, ratio)) = text.split_once('=') else { return Ok((None, text.parse()?)) };
        let name: StrDeserializer<'_, serde::de::value::Error> = name.into_deserializer();
        let reason = RejectReason::deserialize(name).map_err(|error| error.to_string())?;
        Ok((Some(reason), ratio.parse()?))
    }
}

/// The last ratio for the same reason counts, and so does the last one overall.
impl FromIterator<(Option<RejectReason>, Ratio)> for MaxRejectRatio {
    fn from_iter<I: IntoIterator<Item = (Option<RejectReason>, Ratio)>>(ratios: I) -> Self {
        let mut all = Self::default();
        for (reason, ratio) in ratios {
            match reason {
                None => all.overall = Some(ratio),
                Some(reason) => {
                    all.by_reason.insert(reason, ratio);
                }
            }
        }
        all
    }
}

/// A number, the overall ratio, or a table with `overall` and reasons.
impl<'de> Deserialize<'de> for MaxRejectRatio {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Written;

        impl<'de> Visitor<'de> for Written {
            type Value = MaxRejectRatio;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                RatioVisitor.expecting(formatter)?;
                formatter.write_str(", or a table of them")
            }

            fn visit_f64<E: Error>(self, number: f64) -> Result<MaxRejectRatio, E> {
                Ok([(None, RatioVisitor.visit_f64(number)?)].into_iter().collect())
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<MaxRejectRatio, E> {
                Ok([(None, RatioVisitor.visit_i64(number)?)].into_iter().collect())
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<MaxRejectRatio, A::Error> {
                let mut all = Vec::new();
                while let Some(Key(reason)) = map.next_key()? {
                    all.push((reason, map.next_value()?));
                }
                Ok(all.into_iter().collect())
            }
        }

        deserializer.deserialize_any(Written)
    }
}

/// A key of the table: a reason, or `None` for all of them.
struct Key(Option<RejectReason>);

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        if name == OVERALL {
            return Ok(Self(None));
        }
        let name: StrDeserializer<'_, D::Error> = name.as_str().into_deserializer();
        RejectReason::deserialize(name).map(|reason| Self(Some(reason)))
    }
}

#[cfg(test)]
mod tests;
