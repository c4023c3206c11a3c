//! Countries: spellings that differ in case, marks, width and white space are the same.
//!
//! Unicode's rules come from ICU4X and `unicase`, which the ETL does not use.

use super::rules::Rules;
use super::text::{is_white_space, present, trimmed};
use super::value::{Read, Value};
use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};
use unicase::UniCase;

/// The country of one event.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Spelled {
    pub(crate) key: String,
    pub(crate) spelling: String,
}

/// A country whose key the rules map is read as the other country, in the spelling of the rules.
pub(crate) fn country(value: &Value, rules: &Rules) -> Read<Spelled> {
    let text = match value {
        Value::Null => None,
        Value::Text(text) => present(text, &rules.missing_country_texts),
        _ => return Read::Bad,
    };
    let Some(text) = text else { return Read::Missing };
    let Some(key_of_text) = key(text) else { return Read::Bad };
    for (from, to) in &rules.countries {
        if key(from).is_some_and(|from| from == key_of_text) {
            let key = key(to).expect("rules map to countries");
            return Read::Good(Spelled { key, spelling: spelling(to) });
        }
    }
    Read::Good(Spelled { key: key_of_text, spelling: spelling(text) })
}

/// A key has 1 to 128 bytes, no control character and no `#`.
pub(crate) fn key(text: &str) -> Option<String> {
    let decomposed = DecomposingNormalizerBorrowed::new_nfkd().normalize(trimmed(text)).into_owned();
    let mut unmarked = String::new();
    for character in decomposed.chars() {
        if !('\u{300}'..='\u{36f}').contains(&character) {
            unmarked.push(character);
        }
    }
    let folded = UniCase::unicode(&unmarked).to_folded_case();
    let folded = folded.replace(['\u{2019}', '\u{2bc}'], "'");
    let key = trimmed(&with_one_blank(&folded)).to_owned();
    let is_key = (1..=128).contains(&key.len())
        && !key.chars().any(|character| {
            character == '#' || character < ' ' || ('\u{7f}'..='\u{9f}').contains(&character)
        });
    is_key.then_some(key)
}

/// The displayed form of a text.
pub(crate) fn spelling(text: &str) -> String {
    ComposingNormalizerBorrowed::new_nfc().normalize(&with_one_blank(trimmed(text))).into_owned()
}

/// Replaces each run of white space by one blank.
fn with_one_blank(text: &str) -> String {
    let mut shortened = String::new();
    let mut was_blank = false;
    for character in text.chars() {
        let is_blank = is_white_space(character);
        if !is_blank {
            shortened.push(character);
        } else if !was_blank {
            shortened.push(' ');
        }
        was_blank = is_blank;
    }
    shortened
}

#[test]
fn countries_read_as_described() {
    let rules = Rules::described().mapping(&[("turkey", "Tu\u{308}rkiye")]);
    for (text, expected) in [
        (" Peru\u{a0}", Some(("peru", "Peru"))),
        ("TÜRKİYE", Some(("turkiye", "TÜRKİYE"))),
        ("Turkey", Some(("turkiye", "Türkiye"))),
        ("Ｐｅｒｕ", Some(("peru", "Ｐｅｒｕ"))),
        ("Cote\n d\u{2019}Ivoire", Some(("cote d'ivoire", "Cote d\u{2019}Ivoire"))),
        ("Pe\u{301}ru", Some(("peru", "Péru"))),
        ("Pe\u{ff03}ru", None),
        ("\u{a8}", None),
        ("Pe\u{0}ru", None),
    ] {
        let expected = expected.map_or(Read::Bad, |(key, spelling)| {
            Read::Good(Spelled { key: key.to_owned(), spelling: spelling.to_owned() })
        });
        assert_eq!(country(&Value::text(text), &rules), expected, "{text:?}");
    }
    for text in ["", "\u{feff}", " None ", "#N/A"] {
        assert_eq!(country(&Value::text(text), &rules), Read::Missing, "{text:?}");
    }
}
