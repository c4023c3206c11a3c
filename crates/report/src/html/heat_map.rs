//! Draws rows by columns; the colour of each cell is as deep as its share of the row.

use super::drawing::{document, number, part_of, rounded, shortened, text, width};
use crate::format::{count, share};
use svg::Document;
use svg::node::element::{Group, Rectangle, Title};

const ROW_HEIGHT: f64 = 26.0;
const HEADER_HEIGHT: f64 = 42.0;
const COLUMN_WIDTH_MIN: f64 = 56.0;
const INDENT: f64 = 12.0;
/// Maximum letters of a row's label; the table shows the whole label.
const LABEL_LETTERS: usize = 40;
/// The depth of the deepest colour: texts on it must keep their contrast, in light and dark.
const DEPTH_MAX: f64 = 0.55;
/// Steps in the key of colours.
const KEY_STEPS: u64 = 5;

/// Shares of rows, by column.
#[derive(Debug, Clone)]
pub(crate) struct HeatMap {
    /// A name that is unique among the charts of the page, of letters, digits and hyphens.
    pub(crate) id: String,
    /// The title.
    pub(crate) title: String,
    /// What can be seen, in a sentence.
    pub(crate) description: String,
    /// The meaning of the columns.
    pub(crate) axis: String,
    pub(crate) columns: Vec<String>,
    pub(crate) rows: Vec<HeatRow>,
}

/// A row; neighbours of the same group appear under its name.
#[derive(Debug, Clone)]
pub(crate) struct HeatRow {
    pub(crate) group: String,
    pub(crate) label: String,
    /// The total for the shares of its cells.
    pub(crate) total: u64,
    /// One cell per column.
    pub(crate) cells: Vec<HeatCell>,
}

/// A cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct HeatCell {
    /// `None` if unknown.
    pub(crate) events: Option<u64>,
    /// Whether it has a frame.
    pub(crate) is_framed: bool,
}

impl HeatRow {
    /// Returns the text of a cell: empty without events, `?` if they are unknown.
    pub(crate) fn shown(&self, cell: &HeatCell) -> String {
        match cell.events {
            None => "?".to_owned(),
            Some(0) => String::new(),
            // A share below one decimal must not look like zero.
            Some(events) if events.saturating_mul(2_000) < self.total => "<0.1 %".to_owned(),
            Some(events) => share(events, self.total),
        }
    }
}

impl HeatMap {
    /// Returns the largest share, from 0 to 1.
    fn deepest(&self) -> f64 {
        let shares = self.rows.iter().flat_map(|row| {
            row.cells.iter().filter_map(|cell| cell.events).map(|events| part_of(events, row.total))
        });
        shares.fold(0.0, f64::max)
    }

    /// Returns the widths of the drawing at the natural size of letters.
    fn widths(&self) -> (f64, f64) {
        let columns = self.columns.iter().map(|column| width(column) + 12.0);
        let column = columns.fold(COLUMN_WIDTH_MIN, f64::max);
        let labels = self.rows.iter().flat_map(|row| [(&row.group, 0.0), (&row.label, INDENT)]);
        let labels = labels.map(|(label, indent)| width(&shortened(label, LABEL_LETTERS)) + indent);
        (labels.fold(90.0, f64::max) + 12.0, column)
    }

    /// Returns the drawing.
    pub(crate) fn svg(&self) -> String {
        let (left, column) = self.widths();
        let groups = self.rows.chunk_by(|one, next| one.group == next.group);
        let lines = number(self.rows.len() + groups.clone().count());
        let bottom = HEADER_HEIGHT + lines * ROW_HEIGHT;
        let whole = left + (column * number(self.columns.len())).max(280.0);
        let size = (rounded(whole), bottom + 40.0);
        // The drawing keeps its natural size and is scrolled in a narrow space, so its letters stay
        // readable.
        let mut document = document(&self.id, (&self.title, &self.description), size)
            .set("class", "natural")
            .set("width", size.0)
            .set("height", size.1);
        document = document.add(text(&self.axis, left, 14.0, "start"));
        for (at, label) in self.columns.iter().enumerate() {
            document = document.add(text(label, left + column * (number(at) + 0.5), 34.0, "middle"));
        }
        let deepest = self.deepest();
        let mut top = HEADER_HEIGHT;
        for group in groups {
            let name = group.first().map(|row| row.group.as_str()).unwrap_or_default();
            let heading = text(&shortened(name, LABEL_LETTERS), 0.0, top + 18.0, "start");
            document = document.add(heading.set("class", "strong"));
            top += ROW_HEIGHT;
            for row in group {
                let label = shortened(&row.label, LABEL_LETTERS);
                document = document.add(text(&label, INDENT, top + 17.0, "start"));
                for (at, cell) in row.cells.iter().enumerate() {
                    let place = (left + column * number(at), top, column);
                    document = document.add(self.cell(row, at, cell, place, deepest));
                }
                top += ROW_HEIGHT;
            }
        }
        key(document, left, bottom + 12.0, deepest).to_string()
    }

    fn cell(&self, row: &HeatRow, at: usize, cell: &HeatCell, place: (f64, f64, f64), deepest: f64) -> Group {
        let (x, y, column) = place;
        let events = cell.events.unwrap_or_default();
        let depth = depth(part_of(events, row.total), deepest);
        let rectangle = Rectangle::new()
            .set("class", if cell.is_framed { "heat framed" } else { "heat" })
            .set("fill-opacity", depth)
            .set("x", rounded(x + 1.5))
            .set("y", rounded(y + 1.5))
            .set("width", rounded(column - 3.0))
            .set("height", ROW_HEIGHT - 3.0);
        let said = match cell.events {
            Some(events) => {
                format!("{} of {} events ({})", count(events), count(row.total), share(events, row.total))
            }
            None => "not known".to_owned(),
        };
        let column_label = self.columns.get(at).map(String::as_str).unwrap_or_default();
        Group::new()
            .add(Title::new(format!("{} {}, {column_label}: {said}", row.group, row.label)))
            .add(rectangle)
            .add(text(&row.shown(cell), x + column / 2.0, y + 17.0, "middle").set("class", "on"))
    }
}

/// Draws the key of colours.
fn key(mut document: Document, left: f64, top: f64, deepest: f64) -> Document {
    const STEP_WIDTH: f64 = 28.0;
    let end = left + 34.0 + STEP_WIDTH * number(KEY_STEPS + 1);
    document = document.add(text("0 %", left, top + 12.0, "start"));
    for step in 0..=KEY_STEPS {
        let share = deepest * part_of(step, KEY_STEPS);
        let rectangle = Rectangle::new()
            .set("class", "heat key")
            .set("fill-opacity", depth(share, deepest))
            .set("x", rounded(left + 28.0 + STEP_WIDTH * number(step)))
            .set("y", rounded(top))
            .set("width", STEP_WIDTH)
            .set("height", 16.0);
        document = document.add(rectangle);
    }
    document.add(text(&format!("{:.0} % of a bucket's events", deepest * 100.0), end, top + 12.0, "start"))
}

/// Returns the depth of the colour of a share; `deepest` is the largest share.
fn depth(share: f64, deepest: f64) -> f64 {
    let part = if deepest > 0.0 { share / deepest } else { 0.0 };
    (part * DEPTH_MAX * 1_000.0).round() / 1_000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(cells: &[(Option<u64>, bool)], total: u64) -> HeatMap {
        let cell =
            |(events, is_framed): &(Option<u64>, bool)| HeatCell { events: *events, is_framed: *is_framed };
        let row = |label: &str| HeatRow {
            group: "frequent_segment".to_owned(),
            label: label.to_owned(),
            total,
            cells: cells.iter().map(cell).collect(),
        };
        HeatMap {
            id: "heat-1".to_owned(),
            title: "Peru".to_owned(),
            description: "Each bucket by amount.".to_owned(),
            axis: "amount".to_owned(),
            columns: (0..cells.len()).map(|at| (at * 100).to_string()).collect(),
            rows: vec![row("0-4"), row("5-13")],
        }
    }

    #[test]
    fn cells_are_as_deep_as_their_share_of_the_row() {
        let svg = map(&[(Some(40), true), (Some(20), false), (Some(0), false), (None, false)], 100).svg();
        for expected in [
            "fill-opacity=\"0.55\"",
            "fill-opacity=\"0.275\"",
            "frequent_segment 0-4, 0: 40 of 100 events (40.0 %)",
            "frequent_segment 0-4, 300: not known",
            "\n40.0 %\n",
            "\n40 % of a bucket's events\n",
            "\namount\n",
        ] {
            assert!(svg.contains(expected), "{expected} is not in {svg}");
        }
        assert_eq!(svg.matches("class=\"heat framed\"").count(), 2, "one a row: {svg}");
        assert_eq!(svg.matches("\nfrequent_segment\n").count(), 1, "a group is named once: {svg}");
    }

    #[test]
    fn little_is_not_nothing() {
        let map = map(&[(Some(0), false)], 10_000);
        for (events, expected) in
            [(Some(0), ""), (Some(4), "<0.1 %"), (Some(5), "0.1 %"), (Some(10_000), "100.0 %"), (None, "?")]
        {
            assert_eq!(map.rows[0].shown(&HeatCell { events, is_framed: false }), expected, "{events:?}");
        }
    }

    #[test]
    fn nothing_is_a_drawing_too() {
        for map in [map(&[], 0), map(&[(Some(0), false)], 0), map(&[(Some(u64::MAX), true)], u64::MAX)] {
            let svg = map.svg();
            assert!(svg.contains("</svg>") && !svg.contains("NaN"), "{svg}");
        }
    }

    #[test]
    fn names_are_texts_and_long_ones_lose_their_end() {
        let mut map = map(&[(Some(1), true)], 1);
        map.title = "\"><script>".to_owned();
        map.rows[0].label = format!("<script>{}", "x".repeat(60));
        map.columns[0] = "<script>".to_owned();
        let svg = map.svg();
        assert!(!svg.contains("<script"), "{svg}");
        assert!(svg.contains(&format!("{}…", "x".repeat(31))), "{svg}");
    }
}
