//! Texts that any text column may have: characters around a value that are trimmed and others that
//! are not; texts that mean nothing and others that only look so.

/// Characters that are trimmed at both ends.
pub(crate) const TRIMMED: [char; 28] = [
    '\t', '\n', '\u{b}', '\u{c}', '\r', ' ', '\u{85}', '\u{a0}', '\u{1680}', '\u{2000}', '\u{2001}',
    '\u{2002}', '\u{2003}', '\u{2004}', '\u{2005}', '\u{2006}', '\u{2007}', '\u{2008}', '\u{2009}',
    '\u{200a}', '\u{2028}', '\u{2029}', '\u{202f}', '\u{205f}', '\u{3000}', '\u{feff}', '\u{200b}',
    '\u{2060}',
];

/// Their neighbours, and other invisible characters.
pub(crate) const KEPT: [char; 17] = [
    '\0', '\u{8}', '\u{e}', '\u{1c}', '\u{1d}', '\u{1e}', '\u{1f}', '\u{84}', '\u{86}', '\u{ad}', '\u{180e}',
    '\u{200c}', '\u{200d}', '\u{2061}', '\u{2800}', '\u{3001}', '\u{fffe}',
];

/// Texts that mean nothing in every column.
pub(crate) const NOTHING: [&str; 11] =
    ["NULL", "null", "None", "none", "NaN", "nan", "<NA>", "\\N", "N/A", "n/a", "#N/A"];

/// Texts that are nearly those, and mean what they are.
pub(crate) const NEAR_MISSES: [&str; 27] = [
    "Null",
    "nULL",
    "NONE",
    "Nan",
    "NAN",
    "-nan",
    "+NaN",
    "<na>",
    "<NA",
    "<NULL>",
    "\\n",
    "\\\\N",
    "N/a",
    "n/A",
    "#n/a",
    "#NA",
    "N A",
    "NaT",
    "nil",
    "NULL.",
    "NULLNULL",
    "\"NULL\"",
    "\u{ff2e}\u{ff35}\u{ff2c}\u{ff2c}",
    "--",
    "\u{2013}",
    "na",
    "Na",
];

/// Texts that are missing in some columns or by their blanks, those of folders, and more near misses.
const OTHERS: [&str; 22] = [
    "NA",
    "-",
    "N/A.",
    "#NULL!",
    "\u{2212}",
    "undefined",
    "missing",
    "NU LL",
    " NULL\t",
    "\u{a0}nan\u{feff}",
    "\r\n\\N\r\n",
    "\u{200d}NULL",
    "__HIVE_DEFAULT_PARTITION__",
    "__DEFAULT_PARTITION__",
    "",
    " ",
    "\t",
    " \t ",
    "\u{feff}",
    "\u{200b}\u{2060}",
    "\u{3000}\u{85}\u{2028}",
    "\u{200d}",
];

/// All of these around a value and instead of it.
pub(super) fn around(value: &str) -> Vec<String> {
    let mut texts: Vec<String> =
        [&NOTHING[..], &NEAR_MISSES, &OTHERS].concat().into_iter().map(str::to_owned).collect();
    for character in TRIMMED {
        texts.push(format!("{character}{value} {character}"));
    }
    for character in TRIMMED.into_iter().chain(KEPT) {
        let (first, rest) = value.split_at(1);
        texts.push(format!("{first}{character}{rest}"));
    }
    for character in KEPT {
        texts.push(format!("{character}{value}"));
        texts.push(format!("{value}{character}"));
    }
    texts
}
