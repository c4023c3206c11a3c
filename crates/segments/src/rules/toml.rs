//! `rules.toml`, read strictly: every error names the file, the line and the key.

use super::columns::Columns;
use super::countries::Countries;
use super::fallback::{Fallback, FallbackOrder};
use super::laws::{FaultPlace, broken_law};
use super::{Bucket, Cleaning, Measure, Rules, Segment, Thresholds};
use serde::Deserialize;
use std::ops::Range;
use toml::Spanned;

/// What is wrong with a rules file, and where.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {key}: {problem}")]
pub struct RulesError {
    /// The file, as the caller named it.
    pub file: String,
    /// The line, counted from 1.
    pub line: usize,
    /// The key, as a path: `segment[0].buckets[1].below`.
    pub key: String,
    /// What is wrong there.
    pub problem: String,
}

/// A rules file: the rules, and the limits a run must keep to be published, which are not part of
/// the rules.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RulesFile {
    /// The rules.
    pub rules: Rules,
    /// The `[limits]`.
    pub thresholds: Thresholds,
}

/// The compiled-in rules.
impl Default for Rules {
    fn default() -> Self {
        Self::from_toml(super::RULES_DEFAULT, "rules.toml").expect("a test reads the default rules")
    }
}

/// The file as written. Values that can only be checked with the whole file keep their place.
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
    /// Reads the rules of a rules file; errors name it as `file`.
    ///
    /// # Errors
    ///
    /// If anything in the file is wrong; [`RulesFile::from_toml`] lists what.
    pub fn from_toml(text: &str, file: &str) -> Result<Self, RulesError> {
        RulesFile::from_toml(text, file).map(|file| file.rules)
    }
}

impl RulesFile {
    /// Reads TOML; errors name the file as `file`.
    ///
    /// # Errors
    ///
    /// On the first problem: TOML's grammar, an unknown or missing key, a name that is taken or not
    /// allowed, reversed bounds, overlapping buckets, an unknown fallback, an invalid limit, rules
    /// too long to publish.
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

    fn span(&self, place: FaultPlace) -> Option<Range<usize>> {
        match place {
            FaultPlace::MinSupport => Some(self.min_support.as_ref()?.span()),
            FaultPlace::Segments => None,
            FaultPlace::Segment { at, name: "buckets" } => Some(self.segment[at].buckets.span()),
            FaultPlace::Segment { at, .. } => Some(self.segment[at].name.span()),
            FaultPlace::Bucket { segment, at, name } => {
                let bucket = &self.segment[segment].buckets.get_ref()[at];
                Some(match (name, &bucket.below) {
                    ("below", Some(below)) => below.span(),
                    ("label", _) => bucket.label.span(),
                    _ => bucket.from.span(),
                })
            }
            FaultPlace::Fallback { at } => Some(self.fallback.as_ref()?.order[at].span()),
        }
    }
}

/// Returns the path without the steps that `Spanned` adds to carry a place.
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
mod tests;
