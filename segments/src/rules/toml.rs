//! `rules.toml`, read strictly: every error names the file, the line and the key.

use super::columns::Columns;
use super::countries::Countries;
use super::fallback::{Fallback, FallbackOrder};
use super::laws::{Place, broken_law};
use super::{Bucket, Cleaning, Measure, Rules, Segment, Thresholds};
use serde::Deserialize;
use std::ops::Range;
use toml::Spanned;

/// What is wrong with a rules file, and where.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {key}: {problem}")]
pub struct RulesError {
    /// The file, as it was named to us.
    pub file: String,
    /// The line, counted from 1.
    pub line: usize,
    /// The key, as a path: `segment[0].buckets[1].below`.
    pub key: String,
    /// What is wrong there.
    pub problem: String,
}

/// What a rules file holds: the rules, and what a run by them must keep to be published, which is
/// no part of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RulesFile {
    /// The rules.
    pub rules: Rules,
    /// The `[limits]`.
    pub thresholds: Thresholds,
}

/// The rules that are compiled in.
impl Default for Rules {
    fn default() -> Self {
        Self::from_toml(super::RULES_DEFAULT, "rules.toml").expect("a test reads the default rules")
    }
}

/// The file as written. What can only be judged once the whole is known keeps its place.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    min_support: Option<Spanned<u64>>,
    segment: Vec<WrittenSegment>,
    #[serde(default)]
    cleaning: Cleaning,
    #[serde(default)]
    columns: Columns,
    #[serde(default)]
    countries: Countries,
    fallback: Option<WrittenFallback>,
    #[serde(default)]
    limits: Thresholds,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenSegment {
    name: Spanned<String>,
    measure: Measure,
    buckets: Spanned<Vec<WrittenBucket>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenBucket {
    label: Spanned<String>,
    from: Spanned<u64>,
    below: Option<Spanned<u64>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenFallback {
    order: Vec<Spanned<String>>,
}

impl Rules {
    /// Reads the rules of a rules file; `file` is what errors call it.
    ///
    /// # Errors
    ///
    /// If anything in the file is wrong, as [`RulesFile::from_toml`] says.
    pub fn from_toml(text: &str, file: &str) -> Result<Self, RulesError> {
        RulesFile::from_toml(text, file).map(|file| file.rules)
    }
}

impl RulesFile {
    /// Reads TOML; `file` is what errors call it.
    ///
    /// # Errors
    ///
    /// For the first thing that is wrong: TOML's grammar, an unknown or missing key, a name that
    /// is taken or not allowed, reversed bounds, overlapping buckets, a fallback to what is not there,
    /// a number that is no bound, rules too long to publish.
    pub fn from_toml(text: &str, file: &str) -> Result<Self, RulesError> {
        let error = |span: Option<Range<usize>>, key: String, problem: String| RulesError {
            file: file.to_owned(),
            line: line_of(text, span.map_or(0, |span| span.start)),
            key,
            problem,
        };
        let document = toml::Deserializer::parse(text)
            .map_err(|fault| error(fault.span(), "TOML".to_owned(), one_line(fault.message())))?;
        let written: Written = serde_path_to_error::deserialize(document).map_err(|fault| {
            let key = path_of(fault.path());
            error(fault.inner().span(), key, one_line(fault.inner().message()))
        })?;
        let rules = written.rules();
        match broken_law(&rules) {
            None => Ok(Self { rules: rules.sorted(), thresholds: written.limits }),
            Some(fault) => Err(error(written.span(fault.place), fault.key(), fault.problem)),
        }
    }
}

impl Written {
    fn rules(&self) -> Rules {
        let bucket = |bucket: &WrittenBucket| Bucket {
            below: bucket.below.as_ref().map(|below| *below.get_ref()),
            from: *bucket.from.get_ref(),
            label: bucket.label.get_ref().clone(),
        };
        let segment = |segment: &WrittenSegment| Segment {
            buckets: segment.buckets.get_ref().iter().map(bucket).collect(),
            measure: segment.measure,
            name: segment.name.get_ref().clone(),
        };
        let places = self.fallback.iter().flat_map(|fallback| &fallback.order);
        Rules {
            cleaning: self.cleaning.clone().with_lists(),
            columns: self.columns.clone(),
            countries: self.countries.clone(),
            fallback: FallbackOrder {
                order: places.map(|place| Fallback::from(place.get_ref().clone())).collect(),
            },
            min_support: self.min_support.as_ref().map(|events| *events.get_ref()),
            segments: self.segment.iter().map(segment).collect(),
        }
    }

    fn span(&self, place: Place) -> Option<Range<usize>> {
        match place {
            Place::MinSupport => Some(self.min_support.as_ref()?.span()),
            Place::Segments => None,
            Place::Segment { at, name: "buckets" } => Some(self.segment[at].buckets.span()),
            Place::Segment { at, .. } => Some(self.segment[at].name.span()),
            Place::Bucket { segment, at, name } => {
                let bucket = &self.segment[segment].buckets.get_ref()[at];
                Some(match (name, &bucket.below) {
                    ("below", Some(below)) => below.span(),
                    ("label", _) => bucket.label.span(),
                    _ => bucket.from.span(),
                })
            }
            Place::Fallback { at } => Some(self.fallback.as_ref()?.order[at].span()),
        }
    }
}

/// The path without the steps that `Spanned` adds to carry a place.
fn path_of(path: &serde_path_to_error::Path) -> String {
    let full = path.to_string();
    full.replace(".$__serde_spanned_private_value", "")
}

fn line_of(text: &str, offset: usize) -> usize {
    1 + text.as_bytes().iter().take(offset).filter(|byte| **byte == b'\n').count()
}

fn one_line(message: &str) -> String {
    message.lines().collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const VALID: &str = r#"[[segment]]
name = "s"
measure = "total_orders"
buckets = [
  { label = "a", from = 0, below = 5 },
  { label = "b", from = 5, below = 9 },
]
[[segment]]
name = "t"
measure = "days_since_first_order"
buckets = [{ label = "a", from = 0 }]
[cleaning]
missing_total_orders = "reject"
missing_voucher_amount = 0
event_before_first_order = "reject"
"#;

    /// Replaces `from` by `to` in the valid file and expects an error at that line and key.
    #[track_caller]
    fn check_error(from: &str, to: &str, line: usize, key: &str) {
        assert!(VALID.contains(from), "{from:?} is in the file");
        let error = Rules::from_toml(&VALID.replacen(from, to, 1), "my.toml").expect_err(to);
        assert_eq!((error.line, error.key.as_str()), (line, key), "{error}");
        assert!(error.to_string().starts_with(&format!("my.toml:{line}: {key}: ")), "{error}");
    }

    #[test]
    fn a_valid_file() {
        let rules = Rules::from_toml(VALID, "my.toml").expect("valid");
        assert_eq!(rules.segments().len(), 2);
        assert_eq!(
            rules.columns(),
            ["country_code", "voucher_amount", "total_orders", "timestamp", "first_order_ts"]
        );
        assert_eq!(rules.cleaning().missing_total_orders, crate::rules::MissingValue::Reject);
        assert_eq!(rules.cleaning().missing_voucher_amount, crate::rules::MissingValue::Zero);
    }

    #[test]
    fn unknown_keys() {
        check_error("from = 5", "form = 5", 6, "segment[0].buckets[1].form");
        check_error("name = \"t\"", "name = \"t\"\ncolour = 1", 10, "segment[1].colour");
        check_error("event_before_first_order", "event_before_order", 15, "cleaning.event_before_order");
        check_error("[cleaning]", "[clean]", 12, "clean");
    }

    #[test]
    fn names_and_labels() {
        check_error("\"b\"", "\"a\"", 6, "segment[0].buckets[1].label");
        check_error("\"b\"", "\"Unknown\"", 6, "segment[0].buckets[1].label");
        check_error("\"b\"", "\"\"", 6, "segment[0].buckets[1].label");
        check_error("\"b\"", "\"x#y\"", 6, "segment[0].buckets[1].label");
        check_error("\"b\"", "\"x\\u0000y\"", 6, "segment[0].buckets[1].label");
        check_error("\"t\"", "\"s\"", 9, "segment[1].name");
        check_error("\"t\"", "\"Unknown\"", 9, "segment[1].name");
        check_error("\"t\"", &format!("\"{}\"", "x".repeat(65)), 9, "segment[1].name");
        let longest = VALID.replace("\"t\"", &format!("\"{}\"", "ü".repeat(64)));
        assert!(Rules::from_toml(&longest, "my.toml").is_ok(), "64 characters are allowed");
    }

    #[test]
    fn bounds() {
        check_error("below = 9", "below = 5", 6, "segment[0].buckets[1].below");
        check_error("below = 9", "below = 4", 6, "segment[0].buckets[1].below");
        check_error("from = 5", "from = 4", 6, "segment[0].buckets[1].from");
        check_error(", below = 5", "", 6, "segment[0].buckets[1].from");
        check_error("from = 0, below = 5", "from = -1, below = 5", 5, "segment[0].buckets[0].from");
        check_error("from = 0, below = 5", "from = 0.5, below = 5", 5, "segment[0].buckets[0].from");
    }

    #[test]
    fn missing_and_mistyped() {
        check_error(
            "{ label = \"b\", from = 5, below = 9 }",
            "{ label = \"b\" }",
            6,
            "segment[0].buckets[1]",
        );
        check_error("total_orders\"", "shoe_size\"", 3, "segment[0].measure");
        check_error("\"total_orders\"", "7", 3, "segment[0].measure");
        check_error(
            "missing_voucher_amount = 0",
            "missing_voucher_amount = 1",
            14,
            "cleaning.missing_voucher_amount",
        );
        check_error("= \"reject\"", "= \"drop\"", 13, "cleaning.missing_total_orders");
        check_error("[{ label = \"a\", from = 0 }]", "[]", 11, "segment[1].buckets");
        check_error("below = 5 }", "below = }", 5, "TOML");
    }

    #[test]
    fn texts_names_and_countries() {
        let with = |text: &str| format!("{VALID}{text}");
        for (text, line, key) in [
            ("missing_texts = [\"?\", 7]", 16, "cleaning.missing_texts"),
            ("missing_country_texts = [\" ?\"]", 16, "cleaning.missing_country_texts"),
            ("[columns]\ncountry = \"land\"", 16, "columns"),
            ("[columns]\ntimestamp = 7", 17, "columns.timestamp"),
            ("[columns]\ntotal_orders = { epoch = \"ms\" }", 16, "columns"),
            ("[countries]\nturkey = \"\"", 16, "countries"),
            ("[countries]\nturkey = 7", 17, "countries.turkey"),
        ] {
            let error = Rules::from_toml(&with(text), "my.toml").expect_err(text);
            assert!(error.key.starts_with(key), "{error}");
            assert_eq!(error.line, line, "{error}");
        }
        let rules = Rules::from_toml(&with("missing_texts = [\"?\"]"), "my.toml").expect("valid");
        assert!(rules.cleaning().missing_texts().contains("?"));
        assert!(!rules.cleaning().missing_texts().contains("NULL"));
        assert!(rules.cleaning().missing_country_texts().contains("NULL"));
    }

    #[test]
    fn an_empty_file_has_no_segment() {
        for text in ["", "segment = []"] {
            let error = Rules::from_toml(text, "my.toml").expect_err("no segment");
            assert_eq!(error.line, 1, "{error}");
        }
    }

    #[test]
    fn rules_too_long_to_publish() {
        use std::fmt::Write;
        let mut text = "[[segment]]\nname = \"s\"\nmeasure = \"total_orders\"\nbuckets = [\n".to_owned();
        for from in 0..8_000 {
            writeln!(
                text,
                "{{ label = \"a bucket of one value only: {from}\", from = {from}, below = {} }},",
                from + 1
            )
            .expect("a string");
        }
        text.push(']');
        let error = Rules::from_toml(&text, "my.toml").expect_err("too long");
        assert_eq!(error.key, "segment", "{error}");
    }
}
