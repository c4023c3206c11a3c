//! Texts as every grammar takes them: without blanks at their ends, and null where they stand for
//! no value.

use super::literal::literal;

/// What Unicode calls `White_Space`, and three characters of no width; the first of them are the
/// controls of ASCII.
const BLANKS: &str = "\t\n\u{b}\u{c}\r \u{85}\u{a0}\u{1680}\u{2000}\u{2001}\u{2002}\u{2003}\u{2004}\
    \u{2005}\u{2006}\u{2007}\u{2008}\u{2009}\u{200a}\u{2028}\u{2029}\u{202f}\u{205f}\u{3000}\
    \u{feff}\u{200b}\u{2060}";
/// Those that are one byte.
const BLANKS_OF_ASCII: &str = "\t\n\u{b}\u{c}\r ";

/// Returns text without blanks at either end.
pub(super) fn trimmed(text: &str) -> String {
    format!("TRIM(BOTH {} FROM {text})", literal(BLANKS))
}

/// Returns trimmed text, but null where it is empty or one of `missing`.
pub(super) fn unless_missing<'a>(text: &str, missing: impl Iterator<Item = &'a str>) -> String {
    let missing: Vec<_> = std::iter::once("").chain(missing).map(literal).collect();
    format!("CASE WHEN {text} NOT IN ({}) THEN {text} END", missing.join(", "))
}

/// Returns text without the blanks of ASCII, wherever they are.
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
