//! The `[columns]` of the rules: the names of our columns in a history, and the units of integers
//! that are times.

use crate::value::trim;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::BTreeMap;

/// The columns of a history, as named in the rules.
pub const COLUMNS: [&str; 6] =
    ["country_code", "voucher_amount", "total_orders", "timestamp", "last_order_ts", "first_order_ts"];
/// The columns that hold a time.
const TIMES: [&str; 3] = ["timestamp", "last_order_ts", "first_order_ts"];
/// Maximum characters of a column's name.
const NAME_CHARS_MAX: usize = 256;

/// Returns the form that all names of a column share: engines differ about case and about blanks at
/// the ends, so both are ignored.
///
/// ```
/// use segments::rules::column_key;
///
/// assert_eq!(column_key("\u{feff}COUNTRY_CODE "), column_key("country_code"));
/// ```
#[must_use]
pub fn column_key(name: &str) -> String {
    trim(name).to_lowercase()
}

/// The `[columns]` table of the rules: a history's names and units, by our names.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(super) struct Columns(BTreeMap<String, SourceColumn>);

/// Where a history has one of our columns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SourceColumn {
    // Alphabetical order: the canonical form depends on it.
    /// The unit of its integers, counted from 1970-01-01T00:00Z; without one, an integer is not a time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub epoch: Option<Epoch>,
    /// The column's name in the history.
    pub name: String,
}

/// A unit of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Epoch {
    /// Seconds.
    #[serde(rename = "s")]
    Seconds,
    /// Milliseconds.
    #[serde(rename = "ms")]
    Milliseconds,
    /// Microseconds.
    #[serde(rename = "us")]
    Microseconds,
    /// Nanoseconds.
    #[serde(rename = "ns")]
    Nanoseconds,
}

impl Epoch {
    /// Returns how many of it make a second.
    #[must_use]
    pub fn per_second(self) -> i64 {
        match self {
            Self::Seconds => 1,
            Self::Milliseconds => 1_000,
            Self::Microseconds => 1_000_000,
            Self::Nanoseconds => 1_000_000_000,
        }
    }
}

impl Columns {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns where `column` is; `None` if it has its own name and no unit.
    pub(super) fn get(&self, column: &str) -> Option<&SourceColumn> {
        self.0.get(column)
    }

    fn checked(written: BTreeMap<String, WrittenColumn>) -> Result<Self, String> {
        let mut columns = BTreeMap::new();
        for (column, written) in written {
            if !COLUMNS.contains(&column.as_str()) {
                return Err(format!("{column:?} is none of the columns {}", COLUMNS.join(", ")));
            }
            let source =
                SourceColumn { epoch: written.epoch, name: written.name.unwrap_or_else(|| column.clone()) };
            if source.name.is_empty() || trim(&source.name) != source.name {
                return Err(format!("{:?} for {column} is not the name of a column", source.name));
            }
            if source.name.chars().count() > NAME_CHARS_MAX {
                return Err(format!("the name for {column} has more than {NAME_CHARS_MAX} characters"));
            }
            if source.epoch.is_some() && !TIMES.contains(&column.as_str()) {
                return Err(format!("{column} is not a time, so it cannot have an epoch"));
            }
            // Entries that change nothing are left out, so that rules that mean the same have one hash.
            if source.name != column || source.epoch.is_some() {
                columns.insert(column, source);
            }
        }
        let name_of =
            |column: &'static str| columns.get(column).map_or(column, |source| source.name.as_str());
        for (at, column) in COLUMNS.into_iter().enumerate() {
            let same =
                COLUMNS[..at].iter().find(|other| column_key(name_of(other)) == column_key(name_of(column)));
            if let Some(other) = same {
                return Err(format!("{other} and {column} are both {:?}", name_of(column)));
            }
        }
        Ok(Self(columns))
    }
}

/// A column as written: its name, or a table.
struct WrittenColumn {
    name: Option<String>,
    epoch: Option<Epoch>,
}

impl<'de> Deserialize<'de> for WrittenColumn {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Name(String),
            Table(Table),
        }
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Table {
            name: Option<String>,
            epoch: Option<Epoch>,
        }
        // Without this, the error of an untagged enum would name neither form.
        let wrong = "expected a name, or { name = \"…\", epoch = \"s\" | \"ms\" | \"us\" | \"ns\" }";
        match Written::deserialize(deserializer).map_err(|_| D::Error::custom(wrong))? {
            Written::Name(name) => Ok(Self { name: Some(name), epoch: None }),
            Written::Table(Table { name, epoch }) => Ok(Self { name, epoch }),
        }
    }
}

impl<'de> Deserialize<'de> for Columns {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::checked(BTreeMap::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(toml: &str, canonical: Option<&str>) {
        let read = toml::from_str::<Columns>(toml);
        let read = read.as_ref().ok().map(|columns| serde_json::to_string(columns).expect("JSON"));
        assert_eq!(read.as_deref(), canonical, "{toml}");
        if let Some(canonical) = canonical {
            let again: Columns = serde_json::from_str(canonical).expect("a canonical form");
            assert_eq!(serde_json::to_string(&again).expect("JSON"), canonical);
        }
    }

    #[test]
    fn names_and_units() {
        check("", Some("{}"));
        check("timestamp = \"event_time\"", Some(r#"{"timestamp":{"name":"event_time"}}"#));
        check("timestamp = \"timestamp\"", Some("{}"));
        check(
            "last_order_ts = { name = \"last_order\", epoch = \"ms\" }",
            Some(r#"{"last_order_ts":{"epoch":"ms","name":"last_order"}}"#),
        );
        check("timestamp = { epoch = \"us\" }", Some(r#"{"timestamp":{"epoch":"us","name":"timestamp"}}"#));
        // Two columns may swap names.
        check(
            "timestamp = \"last_order_ts\"\nlast_order_ts = \"timestamp\"",
            Some(r#"{"last_order_ts":{"name":"timestamp"},"timestamp":{"name":"last_order_ts"}}"#),
        );
        check(
            &format!("timestamp = {:?}", "ü".repeat(256)),
            Some(&format!(r#"{{"timestamp":{{"name":"{}"}}}}"#, "ü".repeat(256))),
        );
    }

    #[test]
    fn what_is_no_column() {
        check("country = \"land\"", None);
        check("timestamp = \"\"", None);
        check("timestamp = \" event_time\"", None);
        check(&format!("timestamp = {:?}", "ü".repeat(257)), None);
        check("timestamp = 7", None);
        check("timestamp = { named = \"event_time\" }", None);
        check("timestamp = { epoch = \"days\" }", None);
        check("total_orders = { epoch = \"ms\" }", None);
        check("timestamp = \"last_order_ts\"", None);
        check("timestamp = \"t\"\nfirst_order_ts = \"t\"", None);
    }
}
