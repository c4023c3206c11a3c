//! Rows full of dirt: every border of every grammar and of the rules, in every type.

mod countries;

pub(crate) mod texts;

pub(crate) mod numbers;

mod number_texts;

pub(crate) mod floats;

pub(crate) mod times;

use crate::files::{Kind, Shape};
use crate::reference::{Column, Row, Value};
use fastrand::Rng;

/// One value in this many is dirty.
const DIRTY_ONE_IN: usize = 12;

/// Values of a column: clean ones and others.
pub(crate) struct Palette {
    pub(crate) clean: Vec<Value>,
    pub(crate) dirty: Vec<Value>,
}

impl Palette {
    pub(crate) fn of(column: Column, kind: Kind) -> Self {
        let mut palette = match column {
            Column::Country => countries::palette(),
            Column::Amount => numbers::palette(kind, numbers::AMOUNTS),
            Column::Orders => numbers::palette(kind, numbers::ORDERS),
            Column::Timestamp => times::palette(kind, times::EVENT_DAYS),
            Column::LastOrder => times::palette(kind, times::LAST_ORDER_DAYS),
            Column::FirstOrder => times::palette(kind, times::FIRST_ORDER_DAYS),
        };
        palette.dirty.push(Value::Null);
        palette
    }

    fn pick_clean(&self, random: &mut Rng) -> Value {
        self.clean[random.usize(..self.clean.len())].clone()
    }

    pub(crate) fn pick(&self, random: &mut Rng) -> Value {
        if random.usize(..DIRTY_ONE_IN) > 0 {
            return self.pick_clean(random);
        }
        self.dirty[random.usize(..self.dirty.len())].clone()
    }
}

/// Each value occurs once among clean ones, so that its own reason shows; random rows follow.
pub(crate) fn rows(shape: &Shape, seed: u64, random_rows: usize) -> Vec<Row> {
    let mut random = Rng::with_seed(seed);
    let palettes = Column::ALL.map(|column| Palette::of(column, shape.kinds[column as usize]));
    let mut rows = Vec::new();
    for (column, palette) in palettes.iter().enumerate() {
        for value in palette.clean.iter().chain(&palette.dirty) {
            let mut row: Row = std::array::from_fn(|at| palettes[at].pick_clean(&mut random));
            row[column] = value.clone();
            rows.push(row);
        }
    }
    for _ in 0..random_rows {
        rows.push(std::array::from_fn(|at| palettes[at].pick(&mut random)));
    }
    random.shuffle(&mut rows);
    rows
}

/// The same rows, with only one in `keep_one_in` values kept.
pub(crate) fn thinned(mut rows: Vec<Row>, seed: u64, keep_one_in: usize) -> Vec<Row> {
    let mut random = Rng::with_seed(seed);
    for value in rows.iter_mut().flatten() {
        if random.usize(..keep_one_in) > 0 {
            *value = Value::Null;
        }
    }
    rows
}

/// The same rows without nulls.
pub(crate) fn without_nulls(mut rows: Vec<Row>) -> Vec<Row> {
    rows.retain(|row| !row.contains(&Value::Null));
    rows
}

/// The same texts with blanks around them, so that few rows fill many pages.
pub(crate) fn padded(mut rows: Vec<Row>, blanks: usize) -> Vec<Row> {
    for value in rows.iter_mut().flatten() {
        if let Value::Text(text) = value {
            *text = format!("{}{text}\t", " ".repeat(blanks));
        }
    }
    rows
}
