//! Reads amounts and numbers of orders exactly: text is split into digits, never cast to a float.

use super::literal::BAD;
use super::steps::{Steps, named, passed};
use history::plan::ColumnKind;

/// Most characters of a number as text, with sign, point and exponent.
const NUMBER_CHARS_MAX: usize = 40;
/// The grammar of numbers, without the bounds of the exponent. What it leaves of a text is outside the
/// grammar.
const NUMBER: &str = "^[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]+)?";
/// The largest exponent, up or down.
const EXPONENT_MAX: usize = 20;
/// Decimals of an amount.
const AMOUNT_DECIMALS: usize = 4;

/// The meaning of a column of numbers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Number {
    name: &'static str,
    /// Decimals of its unit.
    decimals: usize,
    /// The largest whole number in its range.
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

    /// Reads the text of the step before: trimmed, null if missing.
    pub(super) fn of_texts(self, steps: Steps, text: &str) -> Steps {
        self.taken_apart(steps, text, &format!("length(e.{text}) <= {NUMBER_CHARS_MAX} AND "))
    }

    /// Reads exact decimals as text, of any length.
    pub(super) fn of_decimals(self, stored: &str) -> Steps {
        let text = self.part("text");
        let printed = named(&text, format!("CAST({stored} AS VARCHAR)"));
        self.taken_apart(Steps::new().then(vec![printed]), &text, "")
    }

    /// Reads integers.
    pub(super) fn of_integers(self, stored: &str) -> Steps {
        let Self { name, whole_min, whole_max, .. } = self;
        let number = self.part("number");
        let units = format!("TRY_CAST(e.{number} AS BIGINT) * {}", self.units_of_one());
        Steps::new().then(vec![named(&number, stored)]).then(vec![named(
            name,
            format!(
                "CASE WHEN e.{number} IS NULL THEN NULL WHEN e.{number} BETWEEN {whole_min} AND {whole_max} \
                 THEN {units} ELSE {BAD} END"
            ),
        )])
    }

    /// Returns the steps from a text's sign, digits and decimals to its number.
    fn taken_apart(self, steps: Steps, text: &str, bounded: &str) -> Steps {
        let [is_number, is_negative, has_exponent, digits, decimals, units] =
            ["is_number", "is_negative", "has_exponent", "digits", "decimals", "units"]
                .map(|part| self.part(part));
        let keep = || [passed(&is_number), passed(&is_negative)];
        let is_read = format!("{bounded}regexp_replace(e.{text}, '{NUMBER}', '') = ''");
        let is_scientific = format!("e.{is_number} AND (e.{text} LIKE '%e%' OR e.{text} LIKE '%E%')");
        let begun = vec![
            passed(&is_number),
            named(&is_negative, format!("substr(e.{text}, 1, 1) = '-'")),
            named(&has_exponent, is_scientific),
            passed(text),
        ];
        let steps = steps.then(vec![named(&is_number, is_read), passed(text)]).then(begun);
        let steps = self.point_moved(steps, text, &has_exponent, keep);
        let mut parts: Vec<_> = keep().into();
        parts.extend([
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
        let mut joined: Vec<_> = keep().into();
        joined.extend([
            named(&decimals, format!("length(e.{decimals})")),
            named(&units, format!("TRY_CAST({written} AS BIGINT)")),
        ]);
        let is_valid = format!(
            "e.{is_number} AND e.{decimals} <= {} AND {} AND (NOT e.{is_negative} OR e.{units} = 0)",
            self.decimals,
            self.in_range(&format!("e.{units}"))
        );
        let read = format!(
            "CASE WHEN e.{is_number} IS NULL THEN NULL WHEN {is_valid} THEN e.{units} ELSE {BAD} END"
        );
        steps.then(parts).then(joined).then(vec![named(self.name, read)])
    }

    /// Rewrites the few numbers that have an exponent without it, and without a sign. An exponent out of
    /// bounds gives null.
    fn point_moved(
        self,
        steps: Steps,
        text: &str,
        has_exponent: &str,
        keep: impl Fn() -> [(String, String); 2],
    ) -> Steps {
        let [mantissa, exponent, digits, point] =
            ["mantissa", "exponent", "digits", "point"].map(|part| self.part(part));
        let half =
            |at: usize| format!("CASE WHEN e.{has_exponent} THEN split_part(lower(e.{text}), 'e', {at}) END");
        // Zeros at both ends, as many as an exponent can move the point.
        let zeros = "0".repeat(EXPONENT_MAX);
        let whole = format!("TRIM(LEADING '+-' FROM split_part(e.{mantissa}, '.', 1))");
        let places = format!("TRY_CAST('0' || TRIM(LEADING '+-0' FROM e.{exponent}) AS INT)");
        let moved = format!(
            "CASE WHEN {places} <= {EXPONENT_MAX} \
             THEN {places} * CASE WHEN e.{exponent} LIKE '-%' THEN -1 ELSE 1 END END"
        );
        let pass = || keep().into_iter().chain([passed(has_exponent), passed(text)]);
        let halves = pass().chain([named(&mantissa, half(1)), named(&exponent, half(2))]);
        let shifted = pass().chain([
            named(&digits, format!("'{zeros}' || {whole} || split_part(e.{mantissa}, '.', 2) || '{zeros}'")),
            named(&point, format!("{EXPONENT_MAX} + length({whole}) + {moved}")),
        ]);
        let plain = format!("substr(e.{digits}, 1, e.{point}) || '.' || substr(e.{digits}, e.{point} + 1)");
        let plain = format!("CASE WHEN e.{has_exponent} THEN {plain} ELSE e.{text} END");
        steps
            .then(halves.collect())
            .then(shifted.collect())
            .then(keep().into_iter().chain([named(text, plain)]).collect())
    }

    pub(super) fn name(self) -> &'static str {
        self.name
    }

    pub(super) fn decimals(self) -> usize {
        self.decimals
    }

    pub(super) fn whole_max(self) -> i64 {
        self.whole_max
    }

    /// Returns the units in one.
    pub(super) fn units_of_one(self) -> i64 {
        10_i64.pow(u32::try_from(self.decimals).unwrap_or_default())
    }

    /// Returns whether a number of units is in range.
    pub(super) fn is_in_range(self, units: i64) -> bool {
        (self.units_min..=self.whole_max * self.units_of_one()).contains(&units)
    }

    /// Returns the condition that a number of units is in range.
    pub(super) fn in_range(self, units: &str) -> String {
        format!("{units} BETWEEN {} AND {}", self.units_min, self.whole_max * self.units_of_one())
    }

    pub(super) fn part(self, part: &str) -> String {
        format!("{}_{part}", self.name)
    }
}
