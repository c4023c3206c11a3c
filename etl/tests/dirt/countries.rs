//! Countries in several spellings, and what is none.

use super::Palette;
use crate::reference::Value;

pub(super) fn palette() -> Palette {
    let clean = ["Peru", "peru", " PERU ", "\tPeRu", "Latvia", "LATVIA", "Latvia ", "Chile"];
    let long = [
        // 128 bytes and one more; characters that grow and shrink when they are lower-cased.
        "a".repeat(128),
        "A".repeat(129),
        "é".repeat(64),
        "é".repeat(65),
        "İ".repeat(42),
        "İ".repeat(43),
        "ẞ".repeat(43),
        "ẞ".repeat(65),
        format!(" {} ", "b".repeat(128)),
    ];
    let dirty = [
        "",
        " ",
        "\t \t",
        "#",
        "Pe#ru",
        "Pe\tru",
        "Peru\n",
        "\rPeru",
        "\u{0}",
        "Pe\u{7f}ru",
        "\u{85}Peru",
        "Pe ru",
        "\u{a0}Peru",
        "Côte d'Ivoire",
        "CÔTE D'IVOIRE",
        "Perú",
        "ΣΑΣ",
        "σας",
        "null",
        "秘鲁",
        "a/b%2F..",
        "\"q\", 'r'",
    ];
    Palette {
        clean: clean.into_iter().map(Value::text).collect(),
        dirty: dirty.into_iter().chain(long.iter().map(String::as_str)).map(Value::text).collect(),
    }
}
