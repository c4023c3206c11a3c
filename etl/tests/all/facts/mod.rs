//! Histories as facts: the meaning of the rows, whatever types and spellings their files use.

mod any;

pub(crate) mod way;

pub(crate) mod change;

use any::any_file_kinds;
pub(crate) use any::{AMOUNTS, any_history};

use crate::dirt::{numbers, times};
use crate::files::{self, Kind, Shape};
use crate::reference::{Column, Row, Value};
use std::path::Path;

const SECONDS_PER_DAY: i64 = 86_400;

/// The meaning of one value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Fact {
    /// Nothing: a null.
    Nothing,
    /// A decimal, in its shortest spelling.
    Number(String),
    /// A second since 1970; its day in UTC is read.
    Moment(i64),
    /// A text that means itself: a country, or an invalid value.
    Text(String),
}

/// The meaning of one row, by [`Column`].
pub(crate) type Event = [Fact; 6];

impl Fact {
    pub(crate) fn text(text: &str) -> Self {
        Self::Text(text.to_owned())
    }

    /// The same meaning in another type, in one of several spellings; `None` if the type cannot
    /// express it.
    fn value(&self, kind: Kind, spelling: usize) -> Option<Value> {
        match (self, kind) {
            (Self::Nothing, _) => Some(Value::Null),
            (Self::Text(text), kind) => kind.is_text().then(|| Value::text(text)),
            (Self::Number(number), kind) if kind.is_text() => Some(Value::Text(respelled(number, spelling))),
            (Self::Number(number), kind) => {
                numbers::value(kind, number).filter(|value| is_same(value, number))
            }
            (Self::Moment(second), Kind::Timestamp(unit, _)) => {
                let per_second = Kind::ticks_per_second(unit);
                Some(Value::Instant(second.checked_mul(per_second)?, per_second))
            }
            (Self::Moment(second), Kind::Date32 | Kind::Date64) => {
                Some(Value::Date(second.div_euclid(SECONDS_PER_DAY).try_into().ok()?))
            }
            (Self::Moment(second), _) => Some(Value::Text(times::spelled(*second, spelling))),
        }
    }
}

/// Whether a floating-point number equals the number within the digits that its type can promise.
fn is_same(value: &Value, number: &str) -> bool {
    let (float, promised) = match value {
        Value::Double(double) => (*double, 15),
        Value::Float(float) => (f64::from(*float), 6),
        Value::Half(half) => (f64::from(*half), 3),
        _ => return true,
    };
    let digits = number.replace('.', "");
    float.is_finite() && digits.trim_matches('0').len() <= promised
}

/// The same number as various producers write it.
fn respelled(number: &str, spelling: usize) -> String {
    let decimals = if number.contains('.') { "0" } else { ".0" };
    match spelling % 8 {
        0 => format!("+{number}"),
        1 => format!("00{number}"),
        2 => format!("{number}{decimals}"),
        3 => format!(" {number}\t"),
        4 => format!("\u{a0}{number}e0\u{feff}"),
        5 => format!("{}E-4", numbers::unscaled(number, 38, 4).expect("at most four decimals")),
        6 => match number.strip_prefix("0.") {
            Some(decimals) => format!(".{decimals}"),
            None if number.contains('.') => number.to_owned(),
            None => format!("{number}."),
        },
        _ => number.to_owned(),
    }
}

/// Writes events to a file with columns of these types. A column becomes text if its type cannot
/// express its facts.
pub(crate) fn write(path: &Path, events: &[Event], kinds: [Kind; 6], shape: &Shape) {
    let mut rows: Vec<Row> = vec![std::array::from_fn(|_| Value::Null); events.len()];
    let mut shape = shape.clone();
    for column in Column::ALL.map(|column| column as usize) {
        let values = |kind| -> Option<Vec<Value>> {
            let value = |(at, event): (usize, &Event)| event[column].value(kind, at);
            events.iter().enumerate().map(value).collect()
        };
        let typed = values(kinds[column]).map(|values| (kinds[column], values));
        let (kind, values) =
            typed.unwrap_or_else(|| (Kind::Text, values(Kind::Text).expect("text says everything")));
        shape.kinds[column] = kind;
        for (row, value) in rows.iter_mut().zip(values) {
            row[column] = value;
        }
    }
    files::write(path, &rows, &shape);
}
