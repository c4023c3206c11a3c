//! Pages for people: one self-contained HTML file each, without a script.
//!
//! The frame and its styles are `templates/page.html` and `templates/page.css`; each kind of chart
//! has a template that shows it as a table too. A page extends the frame. Templates escape what they are given, and the
//! frame forbids scripts besides. What a page says is its owner's business.

mod drawing;

mod chart;

mod ranked;

mod heat_map;

pub(crate) use chart::{Bar, BarChart};
pub(crate) use heat_map::{HeatCell, HeatMap, HeatRow};
pub(crate) use ranked::{Ranked, RankedBar, Standing};

pub(crate) use crate::report::NOTHING;

use crate::report;
use std::borrow::Borrow;
use std::fmt::Display;
use storage::shown;

/// The program's version, as the frame shows it.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Returns a number with its thousands apart.
pub(crate) fn count(number: impl Borrow<u64>) -> String {
    report::count(*number.borrow())
}

/// Returns a share in percent.
#[expect(clippy::cast_precision_loss, reason = "a share needs no more than a double's 53 bits")]
pub(crate) fn share(part: impl Borrow<u64>, all: impl Borrow<u64>) -> String {
    match (*part.borrow(), *all.borrow()) {
        (_, 0) => NOTHING.to_owned(),
        (part, all) => format!("{:.1} %", 100.0 * part as f64 / all as f64),
    }
}

/// Returns what there is, or what stands where there is nothing.
pub(crate) fn or_nothing(value: Option<&impl Display>) -> String {
    value.map_or_else(|| NOTHING.to_owned(), ToString::to_string)
}

/// Returns a name of others' making as one line.
pub(crate) fn line(text: &str) -> String {
    shown(text).into_owned()
}
