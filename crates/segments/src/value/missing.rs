//! Texts that stand for no value: `NULL`, `NaN`, `N/A`.

use serde::{Deserialize, Deserializer, Serialize, de::Error};

/// What SQL, Python, R, pandas, Hive and Excel write for a missing value.
const USUAL: [&str; 11] = ["NULL", "null", "None", "none", "NaN", "nan", "<NA>", "\\N", "N/A", "n/a", "#N/A"];
/// Missing too, except in the country column: there `NA` is Namibia.
const NOT_OF_COUNTRIES: [&str; 2] = ["NA", "-"];

/// Maximum texts in a list, and characters in a text: every text that is read is looked up in a list.
const TEXTS_MAX: usize = 256;
const TEXT_CHARS_MAX: usize = 64;

/// The texts that mean a missing value; null and blank always do.
///
/// A text is missing if, once trimmed, it equals one of these exactly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct MissingTexts {
    /// Sorted, each once.
    texts: Vec<String>,
}

impl MissingTexts {
    /// No texts: only null and blank are missing.
    pub const NONE: Self = Self { texts: Vec::new() };

    /// Returns the default texts for every column except the country.
    #[must_use]
    pub fn usual() -> Self {
        Self::sorted(USUAL.into_iter().chain(NOT_OF_COUNTRIES).map(ToOwned::to_owned).collect())
    }

    /// Returns the default texts for the country.
    #[must_use]
    pub fn usual_of_countries() -> Self {
        Self::sorted(USUAL.map(ToOwned::to_owned).into())
    }

    /// Returns whether the list has a trimmed text.
    ///
    /// ```
    /// use segments::value::MissingTexts;
    ///
    /// assert!(MissingTexts::usual().contains("NA"));
    /// assert!(!MissingTexts::usual_of_countries().contains("NA"));
    /// ```
    #[must_use]
    pub fn contains(&self, trimmed: &str) -> bool {
        self.texts.binary_search_by(|text| text.as_str().cmp(trimmed)).is_ok()
    }

    /// Returns the texts, sorted.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.texts.iter().map(String::as_str)
    }

    fn sorted(mut texts: Vec<String>) -> Self {
        texts.sort_unstable();
        texts.dedup();
        Self { texts }
    }

    fn checked(texts: Vec<String>) -> Result<Self, String> {
        if texts.len() > TEXTS_MAX {
            return Err(format!("there are {} texts, more than {TEXTS_MAX}", texts.len()));
        }
        for text in &texts {
            let is_trimmed = super::trim(text) == text && !text.is_empty();
            if !is_trimmed || text.chars().count() > TEXT_CHARS_MAX {
                return Err(format!(
                    "{text:?} cannot stand for a missing value: 1 to {TEXT_CHARS_MAX} characters, \
                     without blanks at the ends (blank is missing anyway)"
                ));
            }
        }
        Ok(Self::sorted(texts))
    }
}

impl<'de> Deserialize<'de> for MissingTexts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::checked(Vec::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_ones_to_the_letter() {
        let (others, countries) = (MissingTexts::usual(), MissingTexts::usual_of_countries());
        for (text, is_missing, is_missing_country) in [
            ("NULL", true, true),
            ("null", true, true),
            ("Null", false, false),
            ("None", true, true),
            ("none", true, true),
            ("NONE", false, false),
            ("NaN", true, true),
            ("nan", true, true),
            ("NAN", false, false),
            ("<NA>", true, true),
            ("<na>", false, false),
            ("\\N", true, true),
            ("\\n", false, false),
            ("N/A", true, true),
            ("n/a", true, true),
            ("N/a", false, false),
            ("#N/A", true, true),
            ("#n/a", false, false),
            ("NA", true, false),
            ("na", false, false),
            ("-", true, false),
            ("--", false, false),
            ("nil", false, false),
            ("0", false, false),
            ("", false, false),
        ] {
            assert_eq!(others.contains(text), is_missing, "{text:?}");
            assert_eq!(countries.contains(text), is_missing_country, "{text:?} as a country");
            assert!(!MissingTexts::NONE.contains(text), "{text:?}");
        }
    }

    #[test]
    fn a_list_is_in_order_and_bounded() {
        let list = |json: &str| serde_json::from_str::<MissingTexts>(json);
        let read = list(r#"["?", "!", "?"]"#).expect("a list");
        assert_eq!(read.iter().collect::<Vec<_>>(), ["!", "?"]);
        assert_eq!(serde_json::to_string(&read).expect("JSON"), r#"["!","?"]"#);
        assert_eq!(list("[]").expect("a list"), MissingTexts::NONE);
        let longest = "ü".repeat(TEXT_CHARS_MAX);
        assert!(list(&format!("[{longest:?}]")).is_ok());
        let many: Vec<_> = (0..=TEXTS_MAX).map(|number| number.to_string()).collect();
        assert!(list(&serde_json::to_string(&many[1..]).expect("JSON")).is_ok());
        for wrong in [
            "[\"\"]".to_owned(),
            "[\" ?\"]".to_owned(),
            format!("[{:?}]", format!("{longest}ü")),
            serde_json::to_string(&many).expect("JSON"),
            "[1]".to_owned(),
            "\"?\"".to_owned(),
        ] {
            assert!(list(&wrong).is_err(), "{wrong}");
        }
    }
}
