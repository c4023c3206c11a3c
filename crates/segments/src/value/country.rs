//! A country as written in an event: its key, and the spelling to show.

use super::country_key::one_blank_a_run;
use super::{CountryKey, Field, MISSING_COUNTRY_BY_DEFAULT, MissingTexts};
use unicode_normalization::UnicodeNormalization;

/// A country as one event spells it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Country {
    /// The key, common to all spellings.
    pub key: CountryKey,
    /// The text, trimmed, in NFC, each run of white space as one blank, so that spellings that look
    /// alike are equal.
    pub spelling: String,
}

impl Country {
    /// Reads the text of a country column without rules: with the missing texts of the default
    /// rules, and no further names.
    #[must_use]
    pub fn read(text: &str) -> Field<Self> {
        Self::read_by(text, &MISSING_COUNTRY_BY_DEFAULT)
    }

    /// Reads the text of a country column; `missing` are the texts that name no country.
    #[must_use]
    pub fn read_by(text: &str, missing: &MissingTexts) -> Field<Self> {
        Field::read(text, missing, Self::spelled)
    }

    /// Returns the country that trimmed text names; `None` if it names none.
    fn spelled(text: &str) -> Option<Self> {
        let key = CountryKey::of(text)?;
        let spelling = one_blank_a_run(text);
        let spelling = if spelling.is_ascii() { spelling } else { spelling.nfc().collect() };
        Some(Self { key, spelling })
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
        check("Costa\u{a0} Rica\n", Field::Value(("costa rica", "Costa Rica")));
        check("Pe\nru", Field::Value(("pe ru", "Pe ru")));
        check("ÅLAND", Field::Value(("aland", "ÅLAND")));
        // Two code points become the one that looks alike; a compatibility letter is shown as it is.
        check("Peru\u{301}", Field::Value(("peru", "Perú")));
        check("Ｐｅｒｕ", Field::Value(("peru", "Ｐｅｒｕ")));
        check("#countries", Field::Bad);
        check("Pe\u{7}ru", Field::Bad);
    }

    #[test]
    fn missing_countries() {
        for text in
            ["", " \t", "\u{a0}\u{feff}", "NULL", " null ", "None", "NaN", "<NA>", "\\N", "N/A", "#N/A"]
        {
            check(text, Field::Missing);
        }
        check("NA", Field::Value(("na", "NA")));
        check("-", Field::Value(("-", "-")));
        check("Null", Field::Value(("null", "Null")));
        assert!(matches!(Country::read_by("NULL", &MissingTexts::NONE), Field::Value(_)));
    }
}
