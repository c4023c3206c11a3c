//! A country: its key, by which spellings are one, and the spelling that was seen.

use super::{Field, trim};
use serde::Serialize;
use std::fmt;
use std::str::FromStr;

/// Bytes of a country's key: it is half of a table key and part of file names.
const COUNTRY_KEY_BYTES_MAX: usize = 128;

/// A country's key: trimmed, lower-cased, at most 128 bytes, no control character and no `#`.
///
/// ```
/// use segments::value::CountryKey;
///
/// let key: CountryKey = " PERU ".parse().expect("a country");
/// assert_eq!(key.as_str(), "peru");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct CountryKey(String);

/// A country as one event spells it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Country {
    /// What all spellings have in common.
    pub key: CountryKey,
    /// The trimmed text.
    pub spelling: String,
}

/// Why a name is not a country's.
#[derive(Debug, thiserror::Error)]
#[error("{name:?} is not a country name: 1 to 128 bytes without control characters and without '#'")]
pub struct CountryError {
    name: String,
}

impl Country {
    /// Reads the text of a country column.
    #[must_use]
    pub fn read(text: &str) -> Field<Self> {
        Field::read(text, |spelling| {
            let key = CountryKey::from_spelling(spelling)?;
            Some(Self { key, spelling: spelling.to_owned() })
        })
    }
}

impl CountryKey {
    /// Returns the key.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn from_spelling(spelling: &str) -> Option<Self> {
        let key = spelling.to_lowercase();
        let fits = (1..=COUNTRY_KEY_BYTES_MAX).contains(&key.len());
        let clean = !spelling.contains('#') && !spelling.chars().any(char::is_control);
        (fits && clean).then_some(Self(key))
    }
}

impl fmt::Display for CountryKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0)
    }
}

impl FromStr for CountryKey {
    type Err = CountryError;

    fn from_str(name: &str) -> Result<Self, CountryError> {
        Self::from_spelling(trim(name)).ok_or_else(|| CountryError { name: name.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Field<(&str, &str)>) {
        let read = Country::read(text);
        let read = match &read {
            Field::Missing => Field::Missing,
            Field::Bad => Field::Bad,
            Field::Value(country) => Field::Value((country.key.as_str(), country.spelling.as_str())),
        };
        assert_eq!(read, expected, "{text:?}");
    }

    #[test]
    fn spellings() {
        check("Peru", Field::Value(("peru", "Peru")));
        check(" PERU\t", Field::Value(("peru", "PERU")));
        check("Costa Rica", Field::Value(("costa rica", "Costa Rica")));
        check("ÅLAND", Field::Value(("åland", "ÅLAND")));
        check("", Field::Missing);
        check(" \t", Field::Missing);
        check("#countries", Field::Bad);
        check("Pe\u{7}ru", Field::Bad);
        check("Pe\nru", Field::Bad);
    }

    #[test]
    fn length_is_counted_in_bytes_of_the_key() {
        check(&"a".repeat(128), Field::Value((&"a".repeat(128), &"a".repeat(128))));
        check(&"a".repeat(129), Field::Bad);
        // 'İ' is two bytes; its lower case is three.
        check(&"İ".repeat(42), Field::Value((&"i\u{307}".repeat(42), &"İ".repeat(42))));
        check(&"İ".repeat(43), Field::Bad);
    }

    #[test]
    fn names_on_a_command_line() {
        assert!("".parse::<CountryKey>().is_err());
        assert!("a#b".parse::<CountryKey>().is_err());
        assert_eq!(" Peru ".parse::<CountryKey>().expect("valid").as_str(), "peru");
    }
}
