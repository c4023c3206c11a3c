//! Characters that are trimmed from a text, in any column.

use super::check_texts;
use crate::dirt::texts::{KEPT, TRIMMED};
use crate::reference::text::is_white_space;
use crate::reference::{Column, Rules};

/// Checks a character around a value, and around nothing.
#[track_caller]
fn check_around(character: char, column: Column, value: &str, expected: &'static str) {
    let texts = [
        format!("{character}{value}"),
        format!("{value}{character}"),
        format!("{character}{character}{value} \t{character}\n"),
    ];
    let cases: Vec<_> = texts.iter().map(|text| (&**text, expected)).collect();
    check_texts(column, &Rules::described(), &cases);
}

#[test]
fn what_is_trimmed() {
    for character in TRIMMED {
        check_around(character, Column::Amount, "12.5", "12.5");
    }
    let nothing: Vec<_> = TRIMMED.iter().map(|character| format!("{character} {character}")).collect();
    let nothing: Vec<_> = nothing.iter().map(|text| (&**text, "missing")).collect();
    for column in Column::ALL {
        check_texts(column, &Rules::described(), &nothing);
    }
    for (column, value, expected) in [
        (Column::Country, "Peru", "peru, Peru"),
        (Column::Orders, "5", "5"),
        (Column::Timestamp, "2018-06-01", "2018-06-01"),
        (Column::LastOrder, "2018-06-01 12:00", "2018-06-01"),
        (Column::FirstOrder, "2018-06-01 12:00Z", "2018-06-01"),
    ] {
        for character in ['\n', '\u{85}', '\u{a0}', '\u{3000}', '\u{feff}', '\u{200b}', '\u{2060}'] {
            check_around(character, column, value, expected);
        }
    }
}

#[test]
fn what_is_not_trimmed() {
    for character in KEPT {
        check_around(character, Column::Amount, "12.5", "bad");
        check_around(character, Column::Timestamp, "2018-06-01", "bad");
        let alone = format!(" {character} ");
        check_texts(Column::Orders, &Rules::described(), &[(&alone, "bad")]);
    }
}

/// Characters that are trimmed at the ends are invalid inside numbers and times.
#[test]
fn nothing_is_trimmed_inside() {
    for character in TRIMMED {
        let texts = [format!("12{character}.5"), format!("-{character}5"), format!("1{character}000")];
        let cases: Vec<_> = texts.iter().map(|text| (&**text, "bad")).collect();
        check_texts(Column::Amount, &Rules::described(), &cases);
    }
}

/// The list above is Unicode's, as Rust implements it.
#[test]
fn white_space_is_what_unicode_calls_so() {
    for character in '\0'..=char::MAX {
        assert_eq!(is_white_space(character), character.is_whitespace(), "{character:?}");
        let is_trimmed =
            character.is_whitespace() || ['\u{feff}', '\u{200b}', '\u{2060}'].contains(&character);
        assert_eq!(TRIMMED.contains(&character), is_trimmed, "{character:?}");
    }
}
