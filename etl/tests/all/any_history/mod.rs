//! Random files, drawn by proptest, so that it can drop rows that do not matter.

use crate::dirt::Palette;
use crate::files::{self, Kind, Shape};
use crate::reference::{Column, Row};
use proptest::prelude::*;
use proptest::sample::{Index, select};

const ROWS_MAX: usize = 80;

/// A value of a palette: whether it is a clean one, and its position.
type Pick = (bool, Index);

fn any_shape() -> impl Strategy<Value = Shape> {
    let texts = || select(&Kind::TEXTS[..]);
    let number = || prop_oneof![texts(), select(&Kind::NUMBERS[..])];
    let time = || prop_oneof![texts(), select(&Kind::TIMES[..])];
    let kinds = (texts(), number(), number(), time(), time(), time());
    (files::any::any_layout(ROWS_MAX), kinds).prop_map(
        |(layout, (country, amount, orders, event, last, first))| Shape {
            kinds: [country, amount, orders, event, last, first],
            ..layout
        },
    )
}

/// Rows with any values, in a file of any types and layout.
pub(crate) fn any_file() -> impl Strategy<Value = (Shape, Vec<Row>)> {
    let pick = (prop::bool::weighted(0.85), any::<Index>());
    let rows = prop::collection::vec(prop::array::uniform6(pick), 0..ROWS_MAX);
    (any_shape(), rows).prop_map(|(shape, picks)| {
        let palettes = Column::ALL.map(|column| Palette::of(column, shape.kinds[column as usize]));
        let row = |picks: &[Pick; 6]| -> Row {
            std::array::from_fn(|column| {
                let (is_clean, at) = picks[column];
                let palette = &palettes[column];
                at.get(if is_clean { &palette.clean } else { &palette.dirty }).clone()
            })
        };
        let rows = picks.iter().map(row).collect();
        (shape, rows)
    })
}
