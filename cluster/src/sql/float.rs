//! Reads floats by their decimal form at the significant digits of their type: exactly, with whole
//! numbers in the engine's decimals.
//!
//! The form is a number of steps. A step is the unit of the last digit, or one unit of the value if
//! that is larger; then the float is a value only if it is within half a unit of the last digit.

use super::literal::BAD;
use super::number::Number;
use super::steps::{Steps, named, passed};

/// Parts of one, a power of two so large that every float in range is a whole number of them.
const FINENESS: u128 = 1 << 66;
/// Bounds of the floats that may be values: half the least amount, twice the largest.
const RANGE: (&str, &str) = ("0.00005", "2e12");
/// The powers of ten of a first digit.
const POWER_MIN: i32 = -5;
const POWER_MAX: i32 = 12;

/// Reads floats with so many significant digits.
pub(super) fn read(number: Number, stored: &str, digits: u32) -> Steps {
    let [float, known, step, near, parts, count] =
        ["float", "known", "step", "near", "parts", "count"].map(|part| number.part(part));
    let (e_float, unit) = (format!("e.{float}"), number.units_of_one());
    // Whole numbers stand for themselves while all their digits are significant.
    let whole_max = number.whole_max().min(10_i64.pow(digits) - 1);
    let is_whole = format!("{e_float} BETWEEN 1 AND {whole_max} AND {e_float} = floor({e_float})");
    let zero = if number.is_in_range(0) { 0 } else { BAD };
    let at_once = format!(
        "CASE WHEN isnan({e_float}) THEN NULL WHEN {is_whole} THEN CAST({e_float} AS BIGINT) * {unit} \
         WHEN abs({e_float}) = 0 THEN {zero} WHEN {e_float} IS NOT NULL THEN {BAD} END"
    );
    let others = format!(
        "CASE WHEN {e_float} >= {} AND {e_float} < {} AND NOT ({is_whole}) THEN {e_float} END",
        RANGE.0, RANGE.1
    );
    let by_power = |of: &dyn Fn(i32) -> String| by_power(&e_float, of);
    let measured = vec![
        passed(&known),
        passed(&float),
        named(&step, by_power(&|power| units_a_step(number, digits, power).to_string())),
        named(&near, by_power(&|power| decimal(parts_near(number, digits, power)))),
        named(
            &parts,
            format!(
                "CAST({e_float} * {FINENESS}e0 AS DECIMAL(38, 0)) * {}",
                decimal(unit.unsigned_abs().into())
            ),
        ),
    ];
    let keep = || [passed(&known), passed(&step), passed(&near), passed(&parts)];
    // Rounding may move this by one; the nearest step stays the same.
    let counted = named(&count, format!("CAST(floor({e_float} * {unit}e0 / e.{step}) AS BIGINT)"));
    let units = format!("e.{count} * e.{step}");
    let beyond = format!("e.{parts} - CAST({units} AS DECIMAL(19, 0)) * {}", decimal(FINENESS));
    let half = format!("CAST(e.{step} AS DECIMAL(19, 0)) * {}", decimal(FINENESS / 2));
    // Ties go to the even one.
    let nearest = named(
        &count,
        format!(
            "e.{count} + CASE WHEN {beyond} > {half} OR ({beyond} = {half} AND e.{count} % 2 = 1) \
             THEN 1 ELSE 0 END"
        ),
    );
    let is_valid = format!("abs({beyond}) <= e.{near} AND {}", number.in_range(&units));
    let read =
        format!("CASE WHEN e.{parts} IS NULL THEN e.{known} WHEN {is_valid} THEN {units} ELSE {BAD} END");
    Steps::new()
        .then(vec![named(&float, format!("CAST({stored} AS DOUBLE)"))])
        .then(vec![named(&known, at_once), named(&float, others)])
        .then(measured)
        .then(keep().into_iter().chain([counted]).collect())
        .then(keep().into_iter().chain([nearest]).collect())
        .then(vec![named(number.name(), read)])
}

/// Chooses by the power of ten of a float's first digit.
fn by_power(float: &str, of: &dyn Fn(i32) -> String) -> String {
    let mut branches: Vec<(i32, String)> = Vec::new();
    for power in POWER_MIN..=POWER_MAX {
        let value = of(power);
        if branches.last().is_none_or(|(_, last)| *last != value) {
            branches.push((power, value));
        }
    }
    let branches = branches.iter().rev();
    let branches = branches.map(|(power, value)| format!("WHEN {float} >= 1e{power} THEN {value}"));
    // No float that gets here is below the least power.
    format!("CASE {} ELSE {} END", branches.collect::<Vec<_>>().join(" "), of(POWER_MIN))
}

/// Returns the power of ten of the last significant digit, in units.
fn last_digit(number: Number, digits: u32, power: i32) -> i32 {
    power + 1 - i32::try_from(digits).unwrap_or_default()
        + i32::try_from(number.decimals()).unwrap_or_default()
}

fn units_a_step(number: Number, digits: u32, power: i32) -> u128 {
    10_u128.pow(last_digit(number, digits, power).max(0).unsigned_abs())
}

/// Returns half the unit of the last digit in parts of a unit. Rounding down is exact, since distances
/// are whole numbers of parts too.
fn parts_near(number: Number, digits: u32, power: i32) -> u128 {
    match last_digit(number, digits, power) {
        power @ 0.. => FINENESS / 2 * 10_u128.pow(power.unsigned_abs()),
        power => FINENESS / 2 / 10_u128.pow(power.unsigned_abs()),
    }
}

/// Returns a whole number beyond 64 bits as a literal.
fn decimal(number: u128) -> String {
    format!("CAST('{number}' AS DECIMAL(38, 0))")
}
