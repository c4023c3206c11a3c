//! Draws bars one below the other, each with its label, number and share: the parts of a whole.

use super::drawing::{document, number, part_of, rounded, text, width};
use crate::format::{count, number_of, share};
use svg::node::element::{Group, Rectangle, Title};

/// The size of the drawing, in its own units: about as wide as a narrow screen, so that letters
/// keep their size.
const WIDTH: f64 = 350.0;
const ROW_HEIGHT: f64 = 22.0;
const BAR_HEIGHT: f64 = 14.0;
const GAP: f64 = 8.0;

/// The parts of a whole.
#[derive(Debug, Clone)]
pub(crate) struct Ranked {
    /// A name that is unique among the charts of the page, of letters, digits and hyphens.
    pub(crate) id: String,
    /// The title.
    pub(crate) title: String,
    /// What can be seen, in a sentence.
    pub(crate) description: String,
    /// The meaning of the labels.
    pub(crate) axis: &'static str,
    /// The unit of the numbers.
    pub(crate) unit: &'static str,
    /// The whole.
    pub(crate) total: u64,
    pub(crate) bars: Vec<RankedBar>,
}

/// A part.
#[derive(Debug, Clone)]
pub(crate) struct RankedBar {
    pub(crate) label: String,
    pub(crate) value: u64,
    pub(crate) standing: Standing,
    /// A note of a word or two; may be empty.
    pub(crate) note: &'static str,
}

/// How a part is highlighted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    First,
    Second,
    Rest,
}

impl Standing {
    fn class(self) -> &'static str {
        match self {
            Self::First => "bar",
            Self::Second => "odd",
            Self::Rest => "rest",
        }
    }
}

impl RankedBar {
    /// Returns the number and share shown beside the bar.
    pub(crate) fn figures(&self, total: u64) -> String {
        format!("{} · {}", count(self.value), share(self.value, total))
    }
}

impl Ranked {
    fn said(&self, bar: &RankedBar) -> String {
        let note = if bar.note.is_empty() { String::new() } else { format!(" ({})", bar.note) };
        let share = share(bar.value, self.total);
        format!("{}{note}: {}, {share}", bar.label, number_of(bar.value, self.unit))
    }

    /// Returns the drawing.
    pub(crate) fn svg(&self) -> String {
        let height = ROW_HEIGHT * number(self.bars.len().max(1));
        let labels = self.bars.iter().map(|bar| width(&bar.label)).fold(0.0, f64::max);
        let figures: Vec<_> = self.bars.iter().map(|bar| bar.figures(self.total)).collect();
        let numbers = figures.iter().map(|text| width(text)).fold(0.0, f64::max);
        // If long labels leave little room, the drawing gets wider so that its bars stay readable.
        let room = (WIDTH - labels - numbers - 2.0 * GAP).max(60.0);
        let whole = labels + numbers + 2.0 * GAP + room;
        let mut document = document(&self.id, (&self.title, &self.description), (rounded(whole), height));
        let most = self.bars.iter().map(|bar| bar.value).max().unwrap_or_default();
        for (row, (bar, figures)) in self.bars.iter().zip(&figures).enumerate() {
            let top = ROW_HEIGHT * number(row);
            let base = top + ROW_HEIGHT / 2.0 + 4.0;
            // A bar that is not 0 is always visible, however small.
            let length = if bar.value == 0 { 0.0 } else { (room * part_of(bar.value, most)).max(1.5) };
            let rectangle = Rectangle::new()
                .set("class", bar.standing.class())
                .set("x", rounded(labels + GAP))
                .set("y", rounded(top + (ROW_HEIGHT - BAR_HEIGHT) / 2.0))
                .set("width", rounded(length))
                .set("height", BAR_HEIGHT);
            document = document.add(
                Group::new()
                    .add(Title::new(self.said(bar)))
                    .add(text(&bar.label, labels, base, "end"))
                    .add(rectangle)
                    .add(text(figures, labels + 2.0 * GAP + length, base, "start")),
            );
        }
        document.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranked(bars: &[(&str, u64, Standing)]) -> Ranked {
        let bar = |(label, value, standing): &(&str, u64, Standing)| RankedBar {
            label: (*label).to_owned(),
            value: *value,
            standing: *standing,
            note: if *standing == Standing::First { "mode" } else { "" },
        };
        Ranked {
            id: "ranked".to_owned(),
            title: "0-4".to_owned(),
            description: "Most chose 5.".to_owned(),
            axis: "amount",
            unit: "events",
            total: bars.iter().map(|(_, value, _)| value).sum(),
            bars: bars.iter().map(bar).collect(),
        }
    }

    #[test]
    fn every_part_has_its_number_share_and_standing() {
        let svg = ranked(&[
            ("2640", 3_000, Standing::First),
            ("5", 999, Standing::Second),
            ("6", 1, Standing::Rest),
            ("7", 0, Standing::Rest),
        ])
        .svg();
        for expected in [
            "<title>2640 (mode): 3,000 events, 75.0 %</title>",
            "<title>5: 999 events, 25.0 %</title>",
            "999 · 25.0 %",
            "class=\"bar\"",
            "class=\"odd\"",
            "width=\"1.5\"",
            "width=\"0\"",
            "aria-labelledby=\"ranked-title ranked-description\"",
        ] {
            assert!(svg.contains(expected), "{expected} is not in {svg}");
        }
        assert_eq!(svg.matches("class=\"rest\"").count(), 2, "{svg}");
    }

    #[test]
    fn texts_stay_within_the_drawing() {
        let long = "999999999999.9999";
        let svg = ranked(&[(long, u64::MAX / 2, Standing::First), ("1", 1, Standing::Second)]).svg();
        let view = svg.split("viewBox=\"0 0 ").nth(1).expect("a view");
        let whole: f64 = view.split(' ').next().and_then(|number| number.parse().ok()).expect("a width");
        let needed = width(long) + width("9,223,372,036,854,775,807 · 100.0 %") + 60.0;
        assert!(whole >= needed, "{whole} < {needed}");
        assert!(ranked(&[]).svg().contains("</svg>"));
    }

    #[test]
    fn labels_are_texts() {
        let svg = ranked(&[("\"><script>alert(1)</script>", 1, Standing::First)]).svg();
        assert!(!svg.contains("<script"), "{svg}");
    }
}
