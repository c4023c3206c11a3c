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
mod tests {
    use super::*;
    use crate::rules::{RULES_DEFAULT, Rules, RulesFile};

    fn with(limits: &str) -> String {
        format!("{RULES_DEFAULT}\n{limits}\n")
    }

    #[track_caller]
    fn read(limits: &str) -> Thresholds {
        RulesFile::from_toml(&with(limits), "my.toml").expect(limits).thresholds
    }

    fn ratio(text: &str) -> Ratio {
        text.parse().expect("a ratio")
    }

    fn by_reason(text: &str) -> BTreeMap<RejectReason, Ratio> {
        BTreeMap::from([(RejectReason::BadVoucherAmount, ratio(text))])
    }

    #[test]
    fn a_number_or_a_table() {
        for (limits, overall, reasons, min_rows) in [
            ("", None, BTreeMap::new(), None),
            ("[limits]", None, BTreeMap::new(), None),
            ("[limits]\nmax_reject_ratio = 0.05", Some("0.05"), BTreeMap::new(), None),
            ("[limits]\nmax_reject_ratio = 0", Some("0"), BTreeMap::new(), None),
            ("[limits]\nmax_reject_ratio = 1", Some("1"), BTreeMap::new(), None),
            ("[limits]\nmax_reject_ratio = 1e-9", Some("0.000000001"), BTreeMap::new(), None),
            ("[limits]\nmax_reject_ratio = {}", None, BTreeMap::new(), None),
            ("[limits]\nmax_reject_ratio = { overall = 1.0 }", Some("1"), BTreeMap::new(), None),
            ("[limits.max_reject_ratio]\nbad_voucher_amount = 0.01", None, by_reason("0.01"), None),
            (
                "[limits]\nmin_rows = 1_000\nmax_reject_ratio = { bad_voucher_amount = 0, overall = 0.5 }",
                Some("0.5"),
                by_reason("0"),
                Some(1_000),
            ),
            ("[limits]\nmin_rows = 0", None, BTreeMap::new(), Some(0)),
        ] {
            let overall = overall.map(ratio);
            let max_reject_ratio = MaxRejectRatio { overall, by_reason: reasons };
            let expected = Thresholds { max_reject_ratio, min_rows, copies: None };
            assert_eq!(read(limits), expected, "{limits}");
        }
    }

    #[test]
    fn what_becomes_of_copies() {
        for (limits, expected) in [
            ("", None),
            ("[limits]\ncopies = \"warn\"", Some(OnCopies::Warn)),
            ("[limits]\ncopies = \"fail\"", Some(OnCopies::Fail)),
            ("[limits]\ncopies = \"read_once\"", Some(OnCopies::ReadOnce)),
        ] {
            assert_eq!(read(limits).copies, expected, "{limits}");
        }
        assert_eq!(OnCopies::default(), OnCopies::Warn);
    }

    #[test]
    fn strict_toml() {
        for (limits, key) in [
            ("[limits]\nmax_rejects = 1 # here", "limits.max_rejects"),
            ("[limits]\nmin_rows = -1 # here", "limits.min_rows"),
            ("[limits]\nmin_rows = 1.5 # here", "limits.min_rows"),
            ("[limits]\ncopies = \"skip\" # here", "limits.copies"),
            ("[limits]\ncopies = true # here", "limits.copies"),
            ("[limits]\nmax_reject_ratio = 1.1 # here", "limits.max_reject_ratio"),
            ("[limits]\nmax_reject_ratio = 2 # here", "limits.max_reject_ratio"),
            ("[limits]\nmax_reject_ratio = -0.1 # here", "limits.max_reject_ratio"),
            ("[limits]\nmax_reject_ratio = nan # here", "limits.max_reject_ratio"),
            ("[limits]\nmax_reject_ratio = 0.1234567891 # here", "limits.max_reject_ratio"),
            ("[limits]\nmax_reject_ratio = \"5%\" # here", "limits.max_reject_ratio"),
            (
                "[limits.max_reject_ratio]\noverall = 0.1\nbad_amount = 0.1 # here",
                "limits.max_reject_ratio.bad_amount",
            ),
            (
                "[limits.max_reject_ratio]\noverall = 0.1\nbad_country = 1.1 # here",
                "limits.max_reject_ratio.bad_country",
            ),
            ("[limits]\nmax_reject_ratio = { overall = true } # here", "limits.max_reject_ratio.overall"),
        ] {
            let text = with(limits);
            let error = RulesFile::from_toml(&text, "my.toml").expect_err(limits);
            let line = 1 + text.lines().position(|line| line.contains("# here")).expect("the mark");
            assert_eq!((error.line, error.key.as_str()), (line, key), "{error}");
        }
    }

    #[test]
    fn they_are_no_part_of_the_rules() {
        let limits = "[limits]\nmax_reject_ratio = { overall = 0.05, bad_country = 0 }\nmin_rows = 7";
        let file = RulesFile::from_toml(&with(limits), "my.toml").expect("valid");
        assert_ne!(file.thresholds, Thresholds::default());
        assert_eq!(file.rules, Rules::default());
        assert_eq!(file.rules.canonical(), Rules::default().canonical());
        assert_eq!(file.rules.hash(), Rules::default().hash());
        assert_eq!(RulesFile::default().thresholds, Thresholds::default());
    }

    #[test]
    fn one_by_one_they_are_overridden() {
        let file = read(
            "[limits]\nmin_rows = 7\ncopies = \"read_once\"\n\
             max_reject_ratio = { overall = 0.5, bad_voucher_amount = 0.1, bad_country = 0.2 }",
        );
        assert_eq!(file.clone().overridden_by(Thresholds::default()), file);
        assert_eq!(Thresholds::default().overridden_by(file.clone()), file);
        let given = ["bad_voucher_amount=0.3", "missing_timestamp=0", "bad_voucher_amount=0.4"];
        let given = given.map(|text| MaxRejectRatio::parse(text).expect("valid")).into_iter().collect();
        let both = file.clone().overridden_by(Thresholds {
            max_reject_ratio: given,
            min_rows: Some(0),
            copies: Some(OnCopies::Fail),
        });
        assert_eq!((both.min_rows, both.copies), (Some(0), Some(OnCopies::Fail)));
        assert_eq!(both.max_reject_ratio.overall, Some(ratio("0.5")));
        let expected = BTreeMap::from([
            (RejectReason::BadCountry, ratio("0.2")),
            (RejectReason::BadVoucherAmount, ratio("0.4")),
            (RejectReason::MissingTimestamp, ratio("0")),
        ]);
        assert_eq!(both.max_reject_ratio.by_reason, expected);
        let overall = [MaxRejectRatio::parse("1").expect("valid")].into_iter().collect();
        let both = file.overridden_by(Thresholds { max_reject_ratio: overall, ..Thresholds::default() });
        assert_eq!((both.max_reject_ratio.overall, both.min_rows), (Some(ratio("1")), Some(7)));
        assert_eq!(both.copies, Some(OnCopies::ReadOnce));
        assert_eq!(both.max_reject_ratio.by_reason.len(), 2);
    }

    #[test]
    fn spellings_of_a_flag() {
        for (text, expected) in [
            ("0.05", Some(None)),
            ("bad_voucher_amount=0.05", Some(Some(RejectReason::BadVoucherAmount))),
            ("event_before_first_order=1", Some(Some(RejectReason::EventBeforeFirstOrder))),
            ("overall=0.05", None),
            ("bad_amount=0.05", None),
            ("=0.05", None),
            ("bad_country", None),
            ("bad_country=", None),
            ("bad_country=0.05=0.05", None),
            ("bad_country = 0.05", None),
            ("1.01", None),
        ] {
            assert_eq!(MaxRejectRatio::parse(text).ok().map(|(reason, _)| reason), expected, "{text}");
        }
    }
}
