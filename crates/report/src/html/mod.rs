//! Pages for people: self-contained HTML files without scripts.
//!
//! The frame and its styles are `templates/page.html` and `templates/page.css`. Each kind of chart
//! has a template that also shows it as a table. Pages extend the frame. Templates escape their
//! values, and the frame also forbids scripts. The modules that own a page decide its contents.

mod drawing;

mod chart;

mod ranked;

mod heat_map;

pub(crate) use chart::{Bar, BarChart};
pub(crate) use heat_map::{HeatCell, HeatMap, HeatRow};
pub(crate) use ranked::{Ranked, RankedBar, Standing};

/// The program's version, shown in the frame.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");
