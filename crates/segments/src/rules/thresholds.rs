//! The `[limits]` of a rules file: what a run must keep to be published.
//!
//! They are no part of the rules: neither the canonical form nor its hash has them, since they
//! change no answer. Who holds a run against them is not decided here.

use super::Ratio;
use super::ratio::RatioVisitor;
use crate::reason::RejectReason;
use serde::Deserialize;
use serde::de::value::StrDeserializer;
use serde::de::{Deserializer, Error, IntoDeserializer, MapAccess, Visitor};
use std::collections::BTreeMap;
use std::fmt;

/// How the ratio of all rejected events is called beside those of the reasons.
const OVERALL: &str = "overall";

/// What a run must keep to be published; by default only that no segment rejects most of its rows
/// for being bad or missing.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Thresholds {
    /// The most events that a segment may reject, as a share of the selected rows.
    pub max_reject_ratio: MaxRejectRatio,
    /// The fewest selected rows.
    pub min_rows: Option<u64>,
    /// What becomes of a run that finds copies of an object among its input.
    pub copies: Option<OnCopies>,
}

/// What becomes of a run that finds objects of the same content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnCopies {
    /// All are read, and the copies are named.
    #[default]
    Warn,
    /// Nothing is published.
    Fail,
    /// Of those that also stand in folders of the same values, the first is read.
    ReadOnce,
}

/// The most events that a segment may reject: for any reason, and for some of their own.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MaxRejectRatio {
    /// For all reasons together.
    pub overall: Option<Ratio>,
    /// For one reason.
    pub by_reason: BTreeMap<RejectReason, Ratio>,
}

impl Thresholds {
    /// Returns these thresholds with those of `other` in their place, one by one.
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
    /// Returns the ratio that is written as `R`, for all reasons, or as `reason=R`.
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
    /// If there is no such reason, or what should be a ratio is none.
    pub fn parse(text: &str) -> Result<(Option<RejectReason>, Ratio), String> {
        let Some((name, ratio)) = text.split_once('=') else { return Ok((None, text.parse()?)) };
        let name: StrDeserializer<'_, serde::de::value::Error> = name.into_deserializer();
        let reason = RejectReason::deserialize(name).map_err(|error| error.to_string())?;
        Ok((Some(reason), ratio.parse()?))
    }
}

/// Of two ratios for the same the later one stands.
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

/// A number, which is the ratio overall, or a table with `overall` and reasons.
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

/// A key of the table: a reason, or none for all of them.
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
