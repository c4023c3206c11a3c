//! Shows names that others chose. A key or a column may hold line breaks and characters that move a
//! terminal's cursor; it must not forge or hide a line of the log.

use std::borrow::Cow;
use std::fmt::Write;

/// Returns `text` with all characters escaped that do not show as themselves: `\n`, `\u{1b}`.
#[must_use]
pub fn shown(text: &str) -> Cow<'_, str> {
    if !text.contains(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for letter in text.chars() {
        if is_hidden(letter) {
            // Writing to a `String` cannot fail.
            let _ = write!(shown, "{}", letter.escape_default());
        } else {
            shown.push(letter);
        }
    }
    Cow::Owned(shown)
}

/// Control characters, line separators, and marks that change the direction of writing.
fn is_hidden(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Returns names for a message: all, or the first few and the number of the others.
#[must_use]
pub fn listed(names: &[&str]) -> String {
    const NAMES_MAX: usize = 20;
    match names {
        [] => "none".to_owned(),
        few if few.len() <= NAMES_MAX => few.join(", "),
        many => format!("{} and {} more", many[..NAMES_MAX].join(", "), many.len() - NAMES_MAX),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_is_one_line_and_what_it_says() {
        for (text, expected) in [
            ("s3://b/a b/ü+%/C\u{f4}te \u{1f600}?#'\"\\n", "s3://b/a b/ü+%/C\u{f4}te \u{1f600}?#'\"\\n"),
            ("a\nerror: forged", "a\\nerror: forged"),
            ("a\r\u{1b}[2K\t\u{7f}\u{9b}", "a\\r\\u{1b}[2K\\t\\u{7f}\\u{9b}"),
            ("a\u{202e}txt.exe\u{2028}", "a\\u{202e}txt.exe\\u{2028}"),
            ("", ""),
        ] {
            assert_eq!(shown(text), expected);
        }
    }
}
