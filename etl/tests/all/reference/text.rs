//! Text: what is trimmed, and which of the rest is missing.

/// White space by the Unicode property of this name, character by character.
pub(crate) fn is_white_space(character: char) -> bool {
    matches!(
        character,
        '\u{9}'..='\u{d}'
            | ' '
            | '\u{85}'
            | '\u{a0}'
            | '\u{1680}'
            | '\u{2000}'..='\u{200a}'
            | '\u{2028}'
            | '\u{2029}'
            | '\u{202f}'
            | '\u{205f}'
            | '\u{3000}'
    )
}

/// Returns text without surrounding white space and invisible characters: the byte order mark, the
/// zero-width space and the word joiner.
pub(crate) fn trimmed(text: &str) -> &str {
    let mut rest = text;
    while let Some(first) = rest.chars().next().filter(|first| is_trimmed(*first)) {
        rest = &rest[first.len_utf8()..];
    }
    while let Some(last) = rest.chars().next_back().filter(|last| is_trimmed(*last)) {
        rest = &rest[..rest.len() - last.len_utf8()];
    }
    rest
}

fn is_trimmed(character: char) -> bool {
    is_white_space(character) || ['\u{feff}', '\u{200b}', '\u{2060}'].contains(&character)
}

/// Returns trimmed text; `None` if nothing is left, or if it is one of the texts that mean nothing.
pub(super) fn present<'a>(text: &'a str, missing: &[&str]) -> Option<&'a str> {
    let text = trimmed(text);
    (!text.is_empty() && !missing.contains(&text)).then_some(text)
}

#[test]
fn texts_are_trimmed_as_described() {
    for (text, expected) in [
        ("Peru", "Peru"),
        (" \t\r\nPeru\u{a0}\u{3000}", "Peru"),
        ("\u{feff}Peru\u{200b}\u{2060}", "Peru"),
        ("\u{200b} \u{2060}\u{feff}", ""),
        ("\u{85}Pe\u{feff}ru\u{2028}", "Pe\u{feff}ru"),
        // Not trimmed: a former white space, a joiner, and control characters.
        ("\u{180e}Peru\u{200d}", "\u{180e}Peru\u{200d}"),
        ("\u{1c}Peru\u{1f}", "\u{1c}Peru\u{1f}"),
    ] {
        assert_eq!(trimmed(text), expected, "{text:?}");
    }
    assert_eq!(present(" NULL ", &["NULL"]), None);
    assert_eq!(present("Null", &["NULL"]), Some("Null"));
    assert_eq!(present("", &[]), None);
}
