//! Trims text, the same way for every reader of a value: drops invisible characters at its ends.

/// Characters that are trimmed beside Unicode's `White_Space`. They have no width; a byte order
/// mark or a joiner at an end of a text is never part of its content.
const INVISIBLE: [char; 3] = ['\u{feff}', '\u{200b}', '\u{2060}'];

/// Returns `text` without blanks at either end: Unicode's `White_Space`, U+FEFF, U+200B and U+2060.
///
/// ```
/// assert_eq!(segments::value::trim("\u{feff}Peru\u{a0}\r\n"), "Peru");
/// ```
#[must_use]
pub fn trim(text: &str) -> &str {
    text.trim_matches(|letter: char| letter.is_whitespace() || INVISIBLE.contains(&letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Unicode's `White_Space` from `PropList.txt`, which only ever grows.
    const WHITE_SPACE: [char; 25] = [
        '\t', '\n', '\u{b}', '\u{c}', '\r', ' ', '\u{85}', '\u{a0}', '\u{1680}', '\u{2000}', '\u{2001}',
        '\u{2002}', '\u{2003}', '\u{2004}', '\u{2005}', '\u{2006}', '\u{2007}', '\u{2008}', '\u{2009}',
        '\u{200a}', '\u{2028}', '\u{2029}', '\u{202f}', '\u{205f}', '\u{3000}',
    ];

    #[test]
    fn exactly_these_characters_are_trimmed() {
        for letter in '\0'..=char::MAX {
            let is_trimmed = WHITE_SPACE.contains(&letter) || INVISIBLE.contains(&letter);
            let text = format!("{letter}a{letter}");
            let expected = if is_trimmed { "a" } else { text.as_str() };
            assert_eq!(trim(&text), expected, "{letter:?}");
        }
    }

    #[test]
    fn only_the_ends_are_trimmed() {
        for (text, trimmed) in [
            ("", ""),
            (" \t\r\n\u{a0}\u{3000}\u{feff}\u{200b}\u{2060}", ""),
            ("Costa Rica", "Costa Rica"),
            (" Costa\u{a0}\u{200b} Rica\u{202f}", "Costa\u{a0}\u{200b} Rica"),
        ] {
            assert_eq!(trim(text), trimmed, "{text:?}");
        }
    }
}
