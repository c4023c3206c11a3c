//! Countries: which spellings are the same, and which is displayed.

use super::check_texts;
use crate::reference::{Column, Rules};

#[track_caller]
fn check(cases: &[(&str, &'static str)]) {
    check_texts(Column::Country, &Rules::described(), cases);
}

#[test]
fn marks_and_case() {
    check(&[
        ("Türkiye", "turkiye, Türkiye"),
        ("TÜRKİYE", "turkiye, TÜRKİYE"),
        ("Turkiye", "turkiye, Turkiye"),
        ("Tu\u{308}rkiye", "turkiye, Türkiye"),
        ("Perú", "peru, Perú"),
        ("PERU\u{301}", "peru, PERÚ"),
        // The first and the last mark that is removed, and their neighbours.
        ("a\u{300}\u{36f}", "a, à\u{36f}"),
        ("a\u{2ff}", "a\u{2ff}, a\u{2ff}"),
        ("a\u{370}", "a\u{371}, a\u{370}"),
        ("a\u{20d7}", "a\u{20d7}, a\u{20d7}"),
        // A dotless letter differs from a dotted one.
        ("Türkıye", "turkıye, Türkıye"),
        // A stroke is not a mark.
        ("Øst", "øst, Øst"),
        ("Straße", "strasse, Straße"),
        ("STRAẞE", "strasse, STRAẞE"),
        ("ΣΑΣ", "σασ, ΣΑΣ"),
        ("σας", "σασ, σας"),
        ("ꭰ", "Ꭰ, ꭰ"),
        ("𐐀", "𐐨, 𐐀"),
        ("\u{212a}iribati", "kiribati, Kiribati"),
        ("\u{345}a", "a, \u{345}a"),
    ]);
}

#[test]
fn width_and_compatibility() {
    check(&[
        ("Ｐｅｒｕ", "peru, Ｐｅｒｕ"),
        ("ﬁji", "fiji, ﬁji"),
        ("Ⅷ", "viii, Ⅷ"),
        ("½", "1\u{2044}2, ½"),
        ("ᵀᴹ", "tm, ᵀᴹ"),
        ("한국", "\u{1112}\u{1161}\u{11ab}\u{1100}\u{116e}\u{11a8}, 한국"),
        ("\u{1112}\u{1161}\u{11ab}", "\u{1112}\u{1161}\u{11ab}, 한"),
        ("秘鲁", "秘鲁, 秘鲁"),
        ("\u{f900}", "豈, 豈"),
        ("\u{958}", "\u{915}\u{93c}, \u{915}\u{93c}"),
    ]);
}

#[test]
fn white_space() {
    check(&[
        (" \u{a0}Peru\r\n", "peru, Peru"),
        ("Costa Rica", "costa rica, Costa Rica"),
        ("COSTA\u{a0}RICA", "costa rica, COSTA RICA"),
        ("Costa \t\u{3000}\u{2003} Rica", "costa rica, Costa Rica"),
        ("Costa\nRica", "costa rica, Costa Rica"),
        ("Costa\u{85}Rica", "costa rica, Costa Rica"),
        ("Costa\u{2028}\u{2029}Rica", "costa rica, Costa Rica"),
        ("CostaRica", "costarica, CostaRica"),
        // Trimmed only at the ends.
        ("\u{feff}Costa\u{feff}Rica\u{200b}", "costa\u{feff}rica, Costa\u{feff}Rica"),
        ("Costa\u{200b}Rica", "costa\u{200b}rica, Costa\u{200b}Rica"),
        ("Costa\u{2060}Rica", "costa\u{2060}rica, Costa\u{2060}Rica"),
        ("\u{180e}Peru", "\u{180e}peru, \u{180e}Peru"),
        // These decompose to a blank and a mark.
        ("Costa\u{a8}Rica", "costa rica, Costa\u{a8}Rica"),
        ("\u{b4}Peru\u{b8}", "peru, \u{b4}Peru\u{b8}"),
        ("\u{a8}\u{200b}Peru", "peru, \u{a8}\u{200b}Peru"),
    ]);
}

#[test]
fn apostrophes() {
    check(&[
        ("Côte d'Ivoire", "cote d'ivoire, Côte d'Ivoire"),
        ("CÔTE D\u{2019}IVOIRE", "cote d'ivoire, CÔTE D\u{2019}IVOIRE"),
        ("Cote d\u{2bc}Ivoire", "cote d'ivoire, Cote d\u{2bc}Ivoire"),
        ("Cote d\u{ff07}Ivoire", "cote d'ivoire, Cote d\u{ff07}Ivoire"),
        ("ŉ", "'n, ŉ"),
        ("Cote d\u{2018}Ivoire", "cote d\u{2018}ivoire, Cote d\u{2018}Ivoire"),
        ("Cote d\u{201b}Ivoire", "cote d\u{201b}ivoire, Cote d\u{201b}Ivoire"),
        ("Cote d\u{2bb}Ivoire", "cote d\u{2bb}ivoire, Cote d\u{2bb}Ivoire"),
        ("Cote d\u{2bd}Ivoire", "cote d\u{2bd}ivoire, Cote d\u{2bd}Ivoire"),
        ("Cote d`Ivoire", "cote d`ivoire, Cote d`Ivoire"),
    ]);
}

#[test]
fn no_countries() {
    check(&[
        ("#", "bad"),
        ("Pe#ru", "bad"),
        ("Pe\u{ff03}ru", "bad"),
        ("\u{fe5f}", "bad"),
        ("Pe\u{0}ru", "bad"),
        ("Pe\u{8}ru", "bad"),
        ("Pe\u{9}ru", "pe ru, Pe ru"),
        ("Pe\u{d}ru", "pe ru, Pe ru"),
        ("Pe\u{e}ru", "bad"),
        ("Pe\u{1c}ru", "bad"),
        ("Pe\u{1f}ru", "bad"),
        ("Pe\u{7f}ru", "bad"),
        ("Pe\u{80}ru", "bad"),
        ("Pe\u{9f}ru", "bad"),
        ("Pe\u{ad}ru", "pe\u{ad}ru, Pe\u{ad}ru"),
        ("Pe\u{1}ru", "bad"),
        // The key would be empty.
        ("\u{a8}", "bad"),
        ("\u{301}", "bad"),
        ("\u{b4}\u{feff}\u{af}", "bad"),
    ]);
}

#[test]
fn length_of_the_key_in_bytes() {
    let cases = [
        ("a".repeat(128), true),
        ("a".repeat(129), false),
        ("é".repeat(128), true),
        ("é".repeat(129), false),
        ("ẞ".repeat(64), true),
        ("ẞ".repeat(65), false),
        ("秘".repeat(42) + "aa", true),
        ("秘".repeat(42) + "aaa", false),
        ("Ａ".repeat(128), true),
        ("Ａ".repeat(129), false),
        ("b".to_owned() + &" \u{3000}".repeat(300) + &"b".repeat(126), true),
        ("b".to_owned() + &" \u{3000}".repeat(300) + &"b".repeat(127), false),
        ("c".to_owned() + &"\u{301}".repeat(300), true),
    ];
    for (text, is_country) in &cases {
        let key = crate::reference::country::key(text);
        assert_eq!(key.is_some(), *is_country, "{text:?}");
        let shown = crate::reference::country::spelling(text);
        let expected = key.map_or("bad".to_owned(), |key| format!("{key}, {shown}"));
        let expected: &'static str = Box::leak(expected.into_boxed_str());
        check(&[(text, expected)]);
    }
}

#[test]
fn mapped_by_the_rules() {
    let rules = Rules::described().mapping(&[
        ("turkey", "Tu\u{308}rkiye"),
        ("CÔTE D\u{2019}IVOIRE", "Ivory  Coast"),
        ("Perou", " Perú "),
    ]);
    check_texts(
        Column::Country,
        &rules,
        &[
            ("Turkey", "turkiye, Türkiye"),
            (" TURKEY\u{a0}", "turkiye, Türkiye"),
            ("TÜRKİYE", "turkiye, TÜRKİYE"),
            ("Turkeys", "turkeys, Turkeys"),
            ("Cote d'Ivoire", "ivory coast, Ivory Coast"),
            ("ivory coast", "ivory coast, ivory coast"),
            ("Pérou", "peru, Perú"),
            ("Peru", "peru, Peru"),
        ],
    );
}
