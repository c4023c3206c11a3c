//! The key of a country, common to all its spellings.

use super::trim;
use caseless::Caseless;
use serde::Serialize;
use std::fmt;
use std::str::FromStr;
use unicode_normalization::UnicodeNormalization;

/// Maximum bytes of a country's key, which is half of a table key and part of file names.
const KEY_BYTES_MAX: usize = 128;
/// Unicode's block of combining diacritical marks.
const MARKS: std::ops::RangeInclusive<char> = '\u{300}'..='\u{36f}';
/// Written where a keyboard has `'`: the typographic apostrophe, and a letter of some languages.
const APOSTROPHES: [char; 2] = ['\u{2019}', '\u{2bc}'];

/// A country's key: at most 128 bytes, no control character and no `#`.
///
/// The key of a spelling is its text, trimmed, in NFKD without combining diacritical marks, folded
/// by Unicode's full case folding, each run of white space as one blank, a typographic apostrophe
/// as `'`. A key's own key is itself.
///
/// ```
/// use segments::value::CountryKey;
///
/// for spelling in ["Türkiye", " TÜRKİYE\u{a0}", "Turkiye", "Ｔｕｒｋｉｙｅ"] {
///     let key: CountryKey = spelling.parse().expect("a country");
///     assert_eq!(key.as_str(), "turkiye");
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct CountryKey(String);

/// A name that cannot be a country's.
#[derive(Debug, thiserror::Error)]
#[error("{name:?} is not a country name: 1 to 128 bytes without control characters and without '#'")]
pub struct CountryError {
    name: String,
}

impl CountryKey {
    /// Returns the key.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the key for exactly this text, as stored in a table. Keys of earlier versions may
    /// have marks; no spelling leads to those any more.
    ///
    /// # Errors
    ///
    /// If it is empty, longer than 128 bytes, or has a control character or a `#`.
    pub fn stored(text: &str) -> Result<Self, CountryError> {
        Self::checked(text.to_owned()).ok_or_else(|| CountryError { name: text.to_owned() })
    }

    /// Returns the key of a spelling; `None` if it has none.
    pub(super) fn of(spelling: &str) -> Option<Self> {
        let spelling = trim(spelling);
        if spelling.is_ascii() {
            return Self::checked(one_blank_a_run(spelling).to_ascii_lowercase());
        }
        let plain = spelling.nfkd().filter(|letter| !MARKS.contains(letter));
        let folded: String = plain
            .default_case_fold()
            .map(|letter| if APOSTROPHES.contains(&letter) { '\'' } else { letter })
            .collect();
        // A mark that stands alone may leave a blank at an end.
        Self::checked(one_blank_a_run(trim(&folded)))
    }

    fn checked(key: String) -> Option<Self> {
        let fits = (1..=KEY_BYTES_MAX).contains(&key.len());
        let is_clean = !key.contains('#') && !key.contains(char::is_control);
        (fits && is_clean).then_some(Self(key))
    }
}

/// Returns trimmed text with each run of white space as one blank.
pub(super) fn one_blank_a_run(text: &str) -> String {
    let mut words = text.split_whitespace();
    let mut joined = words.next().unwrap_or_default().to_owned();
    for word in words {
        joined.push(' ');
        joined.push_str(word);
    }
    joined
}

impl fmt::Display for CountryKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0)
    }
}

impl FromStr for CountryKey {
    type Err = CountryError;

    fn from_str(name: &str) -> Result<Self, CountryError> {
        Self::of(name).ok_or_else(|| CountryError { name: name.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(spelling: &str, key: Option<&str>) {
        assert_eq!(CountryKey::of(spelling).as_ref().map(CountryKey::as_str), key, "{spelling:?}");
    }

    #[test]
    fn spellings_of_one_country() {
        for spelling in
            ["Peru", " PERU\t", "Perú", "Peru\u{301}", "Ｐｅｒｕ", "PERU\u{a0}", "\u{feff}peru\r\n"]
        {
            check(spelling, Some("peru"));
        }
        for spelling in ["Côte d'Ivoire", "CÔTE D’IVOIRE", "Cote  dʼIvoire", "côte\u{a0}d＇ivoire"] {
            check(spelling, Some("cote d'ivoire"));
        }
        for spelling in ["Costa Rica", "COSTA\u{3000} RICA", "Costa\nRica", "costa \t\u{a0} rica"] {
            check(spelling, Some("costa rica"));
        }
        for spelling in ["Straße", "STRASSE", "STRAẞE", "ſtraße"] {
            check(spelling, Some("strasse"));
        }
        for spelling in ["ΕΛΛΆΣ", "Ελλάς", "ελλάσ"] {
            check(spelling, Some("ελλασ"));
        }
        check("ﬁji", Some("fiji"));
        check("Россия", Some("россия"));
        check("日本", Some("日本"));
    }

    #[test]
    fn what_stays_apart() {
        // The Turkish dotless i is a letter of its own. So are letters that are not a letter with a mark.
        check("Türkıye", Some("turkıye"));
        check("Łotwa", Some("łotwa"));
        check("Curaçao", Some("curacao"));
        // Marks of other blocks are kept, and so are characters without width inside a text.
        check("Pe\u{200b}ru", Some("pe\u{200b}ru"));
        check("a\u{20dd}", Some("a\u{20dd}"));
        check("Côte d‘Ivoire", Some("cote d‘ivoire"));
    }

    #[test]
    fn what_is_no_country() {
        for spelling in
            ["", " \u{a0}", "\u{301}", "¨", "#countries", "＃x", "Pe\u{7}ru", "Pe\0ru", "a\u{9f}b"]
        {
            check(spelling, None);
        }
        // An accent that stands alone leaves a blank, which is trimmed.
        check("´Peru¨", Some("peru"));
    }

    #[test]
    fn length_is_counted_in_bytes_of_the_key() {
        check(&"a".repeat(128), Some(&"a".repeat(128)));
        check(&"a".repeat(129), None);
        check(&"é".repeat(128), Some(&"e".repeat(128)));
        check(&"é".repeat(129), None);
        check(&"日".repeat(42), Some(&"日".repeat(42)));
        check(&"日".repeat(43), None);
        check(&format!("a{}b", " ".repeat(500)), Some("a b"));
    }

    #[test]
    fn a_key_is_its_own_key_whatever_letter_it_has() {
        for letter in '\0'..=char::MAX {
            let spelling = format!("a{letter}B{letter}");
            if let Some(key) = CountryKey::of(&spelling) {
                assert_eq!(CountryKey::of(key.as_str()).as_ref(), Some(&key), "{letter:?}");
            }
            if letter.is_ascii() {
                let long_way = CountryKey::of(&format!("{spelling}é"));
                let both = CountryKey::of(&spelling).map(|key| format!("{key}e"));
                // A blank at the end is inside the longer text, where it stays.
                let is_blank = letter.is_whitespace();
                let same = long_way.map(|key| key.0).filter(|_| !is_blank);
                assert_eq!(same, both.filter(|_| !is_blank), "{letter:?}");
            }
        }
    }

    #[test]
    fn stored_keys_are_taken_as_they_are() {
        for (text, is_key) in
            [("perú", true), ("Peru", true), ("", false), ("a#b", false), ("a\n", false), ("peru", true)]
        {
            let stored = CountryKey::stored(text).ok();
            assert_eq!(stored.as_ref().map(CountryKey::as_str), is_key.then_some(text));
        }
        assert!(CountryKey::stored(&"a".repeat(129)).is_err());
    }

    #[test]
    fn names_on_a_command_line() {
        assert!("".parse::<CountryKey>().is_err());
        assert!("a#b".parse::<CountryKey>().is_err());
        assert_eq!(" Peru ".parse::<CountryKey>().expect("valid").as_str(), "peru");
    }
}
