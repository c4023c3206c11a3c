//! Reads the spelling of a country. Its key, computed where the answer is read back, decides which
//! country it is, if any.

use super::literal::literal;
use super::question::Question;
use super::steps::{named, passed};
use super::text::{trimmed, unless_missing, without_blanks};
use segments::rules::Rules;
use segments::value::CountryKey;
use std::collections::BTreeSet;

/// The name of the spelling.
pub(super) const COUNTRY: &str = "country";
/// Whether it may be a selected country, if some are selected.
pub(super) const IS_WANTED: &str = "is_wanted";
/// The name of a column with a value of a type that is not read.
pub(super) const REFUSED: &str = "refused";
/// Most bytes of a country's key.
const KEY_BYTES_MAX: usize = 128;
/// Stands for all spellings that cannot be a country, so that nonsense makes few groups.
const NO_COUNTRY: &str = "#";

impl Question<'_> {
    /// Returns the steps that read the text of a country.
    pub(super) fn country_steps(&self) -> Vec<Vec<(String, String)>> {
        let spelling = format!("e.{COUNTRY}");
        let missing = self.rules.cleaning().missing_country_texts().iter();
        let mut steps = vec![
            vec![named(COUNTRY, trimmed(&spelling))],
            vec![named(COUNTRY, unless_missing(&spelling, missing))],
            vec![named(COUNTRY, told_apart(&spelling))],
        ];
        if let Some(selection) = self.selection.keys() {
            let is_wanted = may_be_selected(&spelling, self.rules, selection);
            steps.push(vec![passed(COUNTRY), named(IS_WANTED, is_wanted)]);
        }
        steps
    }

    /// Returns the step that replaces the country by the name of a column with a value of a type that is
    /// not read. No spelling that is counted by itself begins like it.
    pub(super) fn refused_step(&self) -> Vec<(String, String)> {
        let spelling = format!(
            "CASE WHEN e.{REFUSED} IS NOT NULL THEN '{NO_COUNTRY}' || e.{REFUSED} ELSE e.{COUNTRY} END"
        );
        let flag = self.selection.keys().map(|_| passed(IS_WANTED));
        [Some(named(COUNTRY, spelling)), flag].into_iter().flatten().collect()
    }

    /// Returns the result of these steps.
    pub(super) fn country_columns(&self) -> impl Iterator<Item = &'static str> {
        [Some(COUNTRY), self.selection.keys().map(|_| IS_WANTED)].into_iter().flatten()
    }
}

/// Returns the column named in place of a country.
pub(crate) fn refused(spelling: &str) -> Option<&str> {
    spelling.strip_prefix(NO_COUNTRY).filter(|column| !column.is_empty())
}

/// Returns a trimmed spelling; the same for all that cannot be a country.
fn told_apart(spelling: &str) -> String {
    // Each of these letters is a byte of the key, whatever the others become.
    let longer = KEY_BYTES_MAX + 1;
    let is_long = format!("regexp_replace({spelling}, '^([!-~] *){{{longer}}}', '') <> {spelling}");
    format!(
        "CASE WHEN {spelling} LIKE '%{NO_COUNTRY}%' OR (length({spelling}) > {KEY_BYTES_MAX} AND {is_long}) \
         THEN '{NO_COUNTRY}' ELSE {spelling} END"
    )
}

/// Returns the condition that a spelling may be a selected country. For ASCII the key is known but for
/// its blanks; for other text it is unknown here.
fn may_be_selected(spelling: &str, rules: &Rules, selection: &BTreeSet<CountryKey>) -> String {
    let is_beyond_ascii = format!("bit_length({spelling}) <> 8 * length({spelling})");
    let keys = keys(rules, selection).filter(|key| key.is_ascii());
    let keys: BTreeSet<_> = keys.map(|key| literal(&key.replace(' ', ""))).collect();
    if keys.is_empty() {
        return is_beyond_ascii;
    }
    let keys = keys.into_iter().collect::<Vec<_>>().join(", ");
    format!("(lower({}) IN ({keys}) OR {is_beyond_ascii})", without_blanks(spelling))
}

/// Returns the keys of spellings that mean a selected country.
fn keys<'a>(rules: &'a Rules, selection: &'a BTreeSet<CountryKey>) -> impl Iterator<Item = &'a str> {
    let further = rules.further_names().filter(|(_, meant)| selection.contains(&meant.key));
    selection.iter().chain(further.map(|(name, _)| name)).map(CountryKey::as_str)
}
