//! Literals, and the numbers for values that cannot be read.

/// Stands for a value outside its grammar; null stands for a missing one.
pub(crate) const BAD: i64 = -1;
/// The same for a day, which may be before 1970.
pub(crate) const BAD_DAY: i64 = -9_999_999;

/// Returns text as a literal. Characters that an engine may read as an escape, or a file as the end of
/// a line, are written by number.
pub(crate) fn literal(text: &str) -> String {
    let is_special = |letter: char| letter == '\\' || letter.is_ascii_control() && letter != '\0';
    let mut parts = Vec::new();
    for part in text.split_inclusive(is_special) {
        let special = part.chars().next_back().filter(|letter| is_special(*letter));
        let plain = special.map_or(part, |letter| part.strip_suffix(letter).unwrap_or(part));
        if !plain.is_empty() {
            parts.push(format!("'{}'", plain.replace('\'', "''")));
        }
        parts.extend(special.map(|letter| format!("chr({})", u32::from(letter))));
    }
    match parts.len() {
        0 => "''".to_owned(),
        1 => parts.remove(0),
        _ => format!("({})", parts.join(" || ")),
    }
}
