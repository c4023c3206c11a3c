//! Text for all grammars: trimmed, and null if it stands for a missing value.

use super::literal::literal;

/// Unicode's `White_Space` and three characters without width; ASCII's controls come first.
const BLANKS: &str = "\t\n\u{b}\u{c}\r \u{85}\u{a0}\u{1680}\u{2000}\u{2001}\u{2002}\u{2003}\u{2004}\
    \u{2005}\u{2006}\u{2007}\u{2008}\u{2009}\u{200a}\u{2028}\u{2029}\u{202f}\u{205f}\u{3000}\
    \u{feff}\u{200b}\u{2060}";
/// Those of one byte.
const BLANKS_OF_ASCII: &str = "\t\n\u{b}\u{c}\r ";

/// Returns trimmed text.
pub(super) fn trimmed(text: &str) -> String {
    format!("TRIM(BOTH {} FROM {text})", literal(BLANKS))
}

/// Returns trimmed text, or null if it is empty or one of `missing`.
pub(super) fn unless_missing<'a>(text: &str, missing: impl Iterator<Item = &'a str>) -> String {
    let missing: Vec<_> = std::iter::once("").chain(missing).map(literal).collect();
    format!("CASE WHEN {text} NOT IN ({}) THEN {text} END", missing.join(", "))
}

/// Returns text without any blanks of ASCII.
pub(super) fn without_blanks(text: &str) -> String {
    format!("translate({text}, {}, '')", literal(BLANKS_OF_ASCII))
}

#[cfg(test)]
mod tests {
    use super::*;
    use segments::value::trim;

    #[test]
    fn every_reader_trims_the_same() {
        for letter in '\0'..=char::MAX {
            let is_trimmed = trim(letter.encode_utf8(&mut [0; 4])).is_empty();
            assert_eq!(BLANKS.contains(letter), is_trimmed, "{letter:?}");
            let is_of_ascii = letter.is_ascii() && letter.is_whitespace();
            assert_eq!(BLANKS_OF_ASCII.contains(letter), is_of_ascii, "{letter:?}");
        }
    }
}
