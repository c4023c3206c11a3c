//! Amounts and numbers of orders, exactly: text is taken apart into digits, never made a float.

use super::BAD;
use super::steps::{Steps, named, passed};
use etl::plan::ColumnKind;

/// Characters of a number written as text, sign and point included.
const NUMBER_CHARS_MAX: usize = 40;
/// The grammar of numbers.
const NUMBER: &str = "^[+-]?[0-9]+([.][0-9]+)?";
/// Decimals of an amount.
const AMOUNT_DECIMALS: usize = 4;

/// What a column of numbers holds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Number {
    name: &'static str,
    /// Decimals that its unit has.
    decimals: usize,
    /// What is in its range, in whole numbers.
    whole_min: i64,
    whole_max: i64,
    /// The least in its range, in its unit.
    units_min: i64,
}

impl Number {
    pub(super) fn of(kind: ColumnKind) -> Self {
        match kind {
            ColumnKind::VoucherAmount => Self {
                name: kind.name(),
                decimals: AMOUNT_DECIMALS,
                whole_min: 1,
                whole_max: 1_000_000_000_000,
                units_min: 1,
            },
            other => {
                Self { name: other.name(), decimals: 0, whole_min: 0, whole_max: 1_000_000_000, units_min: 0 }
            }
        }
    }

    /// Reads trimmed text, null where there is none.
    pub(super) fn of_texts(self, text: &str) -> Steps {
        let text_name = self.part("text");
        let bounded = format!("length(e.{text_name}) <= {NUMBER_CHARS_MAX} AND ");
        self.taken_apart(Steps::new().then(vec![named(&text_name, text)]), &bounded, &[], None)
    }

    /// Reads what exact decimals look like as text, however long.
    pub(super) fn of_decimals(self, text: &str) -> Steps {
        self.taken_apart(Steps::new().then(vec![named(self.part("text"), text)]), "", &[], None)
    }

    /// Reads integers.
    pub(super) fn of_integers(self, stored: &str) -> Steps {
        let Self { name, whole_min, whole_max, .. } = self;
        let number = self.part("number");
        Steps::new().then(vec![named(&number, stored)]).then(vec![named(
            name,
            format!(
                "CASE WHEN e.{number} IS NULL THEN NULL WHEN e.{number} BETWEEN {whole_min} AND {whole_max} \
                 THEN {} ELSE {BAD} END",
                self.units_of(&number)
            ),
        )])
    }

    /// Reads floats: whole ones that are printed with all their digits as they are, all others by
    /// their shortest decimal form, which is how they are printed.
    pub(super) fn of_floats(self, stored: &str, exact_below: i64) -> Steps {
        let number = self.part("number");
        let whole_max = self.whole_max.min(exact_below - 1);
        let is_whole = format!(
            "e.{number} BETWEEN {} AND {whole_max} AND e.{number} = floor(e.{number})",
            self.whole_min
        );
        // Half floats are read through single ones.
        let widened = if exact_below == 1 << 24 { "REAL" } else { "DOUBLE" };
        let steps =
            Steps::new().then(vec![named(&number, format!("CAST({stored} AS {widened})"))]).then(vec![
                passed(&number),
                named(
                    self.part("text"),
                    format!("CASE WHEN {is_whole} THEN NULL ELSE CAST(e.{number} AS VARCHAR) END"),
                ),
            ]);
        let whole = format!("WHEN {is_whole} THEN {} ", self.units_of(&number));
        self.taken_apart(steps, "", &[&number], Some(&whole))
    }

    /// The text's sign, digits and decimals, then the number they make.
    fn taken_apart(self, steps: Steps, bounded: &str, kept: &[&str], whole: Option<&str>) -> Steps {
        let [text, is_number, is_negative, digits, decimals, units] =
            ["text", "is_number", "is_negative", "digits", "decimals", "units"].map(|part| self.part(part));
        let keep = || kept.iter().map(|name| passed(name));
        let mut parts: Vec<_> = keep().collect();
        parts.extend([
            named(&is_number, format!("{bounded}regexp_replace(e.{text}, '{NUMBER}', '') = ''")),
            named(&is_negative, format!("substr(e.{text}, 1, 1) = '-'")),
            named(
                &digits,
                format!("TRIM(LEADING '0' FROM TRIM(LEADING '+-' FROM split_part(e.{text}, '.', 1)))"),
            ),
            named(&decimals, format!("TRIM(TRAILING '0' FROM split_part(e.{text}, '.', 2))")),
        ]);
        let zeros = "0".repeat(self.decimals);
        let written = match self.decimals {
            0 => format!("'0' || e.{digits}"),
            count => format!("e.{digits} || substr(e.{decimals} || '{zeros}', 1, {count})"),
        };
        let mut joined: Vec<_> = keep().collect();
        joined.extend([
            passed(&is_number),
            passed(&is_negative),
            named(&decimals, format!("length(e.{decimals})")),
            named(&units, format!("TRY_CAST({written} AS BIGINT)")),
        ]);
        let units_max = self.whole_max * 10_i64.pow(u32::try_from(self.decimals).unwrap_or_default());
        let in_range = format!(
            "e.{is_number} AND e.{decimals} <= {} AND e.{units} BETWEEN {} AND {units_max} \
             AND (NOT e.{is_negative} OR e.{units} = 0)",
            self.decimals, self.units_min
        );
        let whole = whole.unwrap_or_default();
        let read = format!(
            "CASE {whole}WHEN e.{is_number} IS NULL THEN NULL WHEN {in_range} THEN e.{units} ELSE {BAD} END"
        );
        steps.then(parts).then(joined).then(vec![named(self.name, read)])
    }

    fn units_of(self, number: &str) -> String {
        match self.decimals {
            0 => format!("TRY_CAST(e.{number} AS BIGINT)"),
            decimals => format!("TRY_CAST(e.{number} AS BIGINT) * 1{}", "0".repeat(decimals)),
        }
    }

    fn part(self, part: &str) -> String {
        format!("{}_{part}", self.name)
    }
}
