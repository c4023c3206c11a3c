//! Makes differences visible between texts that look alike.

use std::fmt::Write;

/// Returns `text` with all invisible characters written out: `Peru\u{a0}`, `Peru\u{301}`.
///
/// By the Unicode tables of Rust's library, these are white space except single blanks inside,
/// control and format characters, and marks that combine with the letter before them. Different
/// texts are shown differently, except for letters that many fonts draw alike.
pub(super) fn written_out(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before = None;
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        // Writing to a `String` cannot fail.
        let _ = match letter {
            ' ' if before.is_none_or(|before| before == ' ') || letters.peek().is_none() => {
                write!(out, "\\u{{20}}")
            }
            '\\' => write!(out, "\\\\"),
            letter if is_unseen(letter) => write!(out, "{}", letter.escape_default()),
            letter => write!(out, "{letter}"),
        };
        before = Some(letter);
    }
    out
}

/// Returns `text` as a string of TOML.
pub(super) fn toml_string(text: &str) -> String {
    let mut out = "\"".to_owned();
    for letter in text.chars() {
        let _ = match (letter, u32::from(letter)) {
            ('"' | '\\', _) => write!(out, "\\{letter}"),
            (_, number @ ..=0xffff) if is_unseen(letter) => write!(out, "\\u{number:04x}"),
            (_, number) if is_unseen(letter) => write!(out, "\\U{number:08x}"),
            _ => write!(out, "{letter}"),
        };
    }
    out.push('"');
    out
}

fn is_unseen(letter: char) -> bool {
    match letter {
        ' ' | '"' | '\'' | '\\' => false,
        // Korean letters that join the one before into a syllable, and one that is drawn as nothing.
        '\u{115f}'..='\u{11ff}' | '\u{3164}' | '\u{ffa0}' => true,
        letter => letter.escape_debug().len() > 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_seen_is_written_out() {
        for (text, expected) in [
            ("", ""),
            ("Costa Rica", "Costa Rica"),
            ("Côte d'Ivoire \"x\" 秘鲁 대한민국", "Côte d'Ivoire \"x\" 秘鲁 대한민국"),
            ("Peru\u{a0}", "Peru\\u{a0}"),
            ("\u{feff}Pe\u{200b}ru", "\\u{feff}Pe\\u{200b}ru"),
            ("Peru\u{301}\n", "Peru\\u{301}\\n"),
            (" Peru ", "\\u{20}Peru\\u{20}"),
            ("Costa  Rica", "Costa \\u{20}Rica"),
            (" ", "\\u{20}"),
            ("Peru\\u{a0}", "Peru\\\\u{a0}"),
            ("\u{3000}Ｐｅｒｕ\u{202e}", "\\u{3000}Ｐｅｒｕ\\u{202e}"),
            ("가 \u{1100}\u{1161}", "가 \u{1100}\\u{1161}"),
            ("\u{ad}\u{fe0f}\u{e0001}\u{3164}", "\\u{ad}\\u{fe0f}\\u{e0001}\\u{3164}"),
        ] {
            assert_eq!(written_out(text), expected, "{text:?}");
        }
    }

    #[test]
    fn strings_of_toml() {
        for (text, expected) in [
            ("Peru", "\"Peru\""),
            ("a\"b\\", "\"a\\\"b\\\\\""),
            ("pe\u{200b}ru", "\"pe\\u200bru\""),
            ("a\u{e0001}b c", "\"a\\U000e0001b c\""),
            ("é\u{301}", "\"é\\u0301\""),
        ] {
            assert_eq!(toml_string(text), expected, "{text:?}");
        }
    }
}
