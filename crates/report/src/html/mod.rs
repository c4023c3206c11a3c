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

/// The program's version, as the frame shows it.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");
