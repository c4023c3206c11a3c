//! Draws bar charts as SVG. The page's styles colour them, so that they follow light, dark and print.

use super::drawing::{LETTER_WIDTH, document, number, rounded, text, width};
use crate::format::{count, number_of};
use std::cmp::Ordering;
use svg::node::element::{Group, Line, Rectangle, Title};

/// The size of the drawing, in its own units; the page scales it.
const WIDTH: f64 = 960.0;
const HEIGHT: f64 = 260.0;
const LEFT: f64 = 78.0;
const TOP: f64 = 12.0;
const PLOT_WIDTH: f64 = WIDTH - LEFT - 10.0;
const PLOT_HEIGHT: f64 = HEIGHT - TOP - 52.0;
const BAR_WIDTH_MAX: f64 = 48.0;
/// Number of lines above the base that show heights.
const GRID_LINES: u64 = 4;

/// Bars side by side, from left to right.
///
/// Titles and labels may come from outside: they go into texts, which are escaped, and never into
/// attributes, because the crate does not escape their quotes.
#[derive(Debug, Clone)]
pub(crate) struct BarChart {
    /// A name that is unique among the charts of the page, of letters and hyphens.
    pub(crate) id: &'static str,
    /// The title.
    pub(crate) title: String,
    /// What can be seen, in a sentence.
    pub(crate) description: String,
    /// The meaning of the labels.
    pub(crate) axis: String,
    /// The meaning of the heights.
    pub(crate) unit: &'static str,
    pub(crate) bars: Vec<Bar>,
}

/// A bar.
#[derive(Debug, Clone)]
pub(crate) struct Bar {
    pub(crate) label: String,
    pub(crate) value: u64,
    /// Whether it is highlighted.
    pub(crate) is_odd: bool,
    /// Whether something is left out to its left.
    pub(crate) is_after_gap: bool,
}

impl BarChart {
    /// Returns the drawing.
    pub(crate) fn svg(&self) -> String {
        let mut document = document(self.id, (&self.title, &self.description), (WIDTH, HEIGHT));
        let top = round_above(self.bars.iter().map(|bar| bar.value).max().unwrap_or_default());
        for line in 0..=GRID_LINES {
            document = document.add(grid_line(line, top));
        }
        let places = self.bars.len() + self.bars.iter().filter(|bar| bar.is_after_gap).count();
        let slot = PLOT_WIDTH / number(places.max(1));
        let longest = self.bars.iter().map(|bar| bar.label.chars().count()).max().unwrap_or_default();
        let mut last_label = f64::NEG_INFINITY;
        let mut place = 0;
        for bar in &self.bars {
            if bar.is_after_gap {
                document = document.add(gap(LEFT + slot * (number(place) + 0.5)));
                place += 1;
            }
            let middle = LEFT + slot * (number(place) + 0.5);
            place += 1;
            document = document.add(bar.drawn(middle, slot, top, self.unit));
            let label_width = (number(longest) + 1.0) * LETTER_WIDTH;
            if middle - last_label >= label_width {
                last_label = middle;
                let y = TOP + PLOT_HEIGHT + 18.0;
                // The last label may be wider than the space next to its bar.
                let x = middle.min(WIDTH - width(&bar.label) / 2.0);
                document = document.add(text(&bar.label, x, y, "middle"));
            }
        }
        let axis = text(&self.axis, LEFT + PLOT_WIDTH / 2.0, HEIGHT - 8.0, "middle");
        let unit = text(self.unit, 14.0, TOP + PLOT_HEIGHT / 2.0, "middle");
        let turned = unit.set("transform", format!("rotate(-90 14 {})", TOP + PLOT_HEIGHT / 2.0));
        document.add(axis).add(turned).to_string()
    }
}

impl Bar {
    fn drawn(&self, middle: f64, slot: f64, top: u64, unit: &str) -> Group {
        let share = if top == 0 { 0.0 } else { number(self.value) / number(top) };
        // A bar that is not 0 is always visible, however small.
        let height = match self.value.cmp(&0) {
            Ordering::Greater => (PLOT_HEIGHT * share).max(1.5),
            _ => 0.0,
        };
        let width = (slot * 0.8).min(BAR_WIDTH_MAX);
        let rectangle = Rectangle::new()
            .set("class", if self.is_odd { "odd" } else { "bar" })
            .set("x", rounded(middle - width / 2.0))
            .set("y", rounded(TOP + PLOT_HEIGHT - height))
            .set("width", rounded(width))
            .set("height", rounded(height));
        let title = Title::new(format!("{}: {}", self.label, number_of(self.value, unit)));
        Group::new().add(title).add(rectangle)
    }
}

fn grid_line(line: u64, top: u64) -> Group {
    let y = rounded(TOP + PLOT_HEIGHT * (1.0 - number(line) / number(GRID_LINES)));
    let rule = Line::new()
        .set("class", "grid")
        .set("x1", LEFT)
        .set("x2", LEFT + PLOT_WIDTH)
        .set("y1", y)
        .set("y2", y);
    Group::new().add(rule).add(text(&count(top / GRID_LINES * line), LEFT - 6.0, y + 4.0, "end"))
}

fn gap(x: f64) -> Line {
    let x = rounded(x);
    Line::new().set("class", "gap").set("x1", x).set("x2", x).set("y1", TOP).set("y2", TOP + PLOT_HEIGHT)
}

/// Returns the smallest number from `value` on whose quarter is a round whole number.
fn round_above(value: u64) -> u64 {
    let powers = (0..18).map(|power| 10_u64.pow(power));
    let mut tops = powers.flat_map(|power| [4, 8, 12, 16, 20, 28].map(|four| four * power));
    tops.find(|top| *top >= value).unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(bars: &[(&str, u64)]) -> BarChart {
        let bar = |(label, value): &(&str, u64)| Bar {
            label: (*label).to_owned(),
            value: *value,
            is_odd: false,
            is_after_gap: false,
        };
        BarChart {
            id: "chart",
            title: "Orders".to_owned(),
            description: "Most have few.".to_owned(),
            axis: "orders".to_owned(),
            unit: "events",
            bars: bars.iter().map(bar).collect(),
        }
    }

    #[test]
    fn every_bar_is_there_and_says_what_it_is() {
        let svg = chart(&[("0", 0), ("1", 12_345), ("2", 1)]).svg();
        for expected in ["<title>1: 12,345 events</title>", "<title>2: 1 event</title>"] {
            assert!(svg.contains(expected), "{expected} is not in {svg}");
        }
        assert_eq!(svg.matches("class=\"bar\"").count(), 3, "{svg}");
        assert!(svg.contains("height=\"1.5\""), "one event of thousands is seen: {svg}");
        assert!(svg.contains("height=\"0\""), "none is not: {svg}");
        assert!(svg.contains("aria-labelledby=\"chart-title chart-description\""), "{svg}");
    }

    #[test]
    fn no_bars_are_a_drawing_too() {
        assert!(chart(&[]).svg().contains("</svg>"));
        assert!(chart(&[("0", 0)]).svg().contains("</svg>"));
        assert!(chart(&[("0", u64::MAX)]).svg().contains("</svg>"));
    }

    #[test]
    fn names_are_texts() {
        let hostile = "\"><script>alert(1)</script>&";
        let mut chart = chart(&[(hostile, 1)]);
        chart.title = hostile.to_owned();
        chart.description = hostile.to_owned();
        chart.axis = hostile.to_owned();
        let svg = chart.svg();
        assert!(!svg.contains("<script"), "{svg}");
        assert_eq!(svg.matches("&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;").count(), 5, "{svg}");
    }

    #[test]
    fn labels_do_not_overlap() {
        let many: Vec<_> = (0..100).map(|_| ("2018-07-21", 1)).collect();
        let svg = chart(&many).svg();
        // Each bar also holds its label, as `label: value`.
        let labels = svg.matches("2018-07-21").count() - svg.matches("2018-07-21:").count();
        assert!((8..=12).contains(&labels), "{labels}");
    }

    #[test]
    fn the_last_label_stays_within_the_drawing() {
        let mut bars = vec![("0–49", 1_u64); 20];
        bars.push(("1,000,000–1,049,999", 1));
        let svg = chart(&bars[20..]).svg();
        assert!(svg.contains("x=\"514\""), "one bar has its label in the middle: {svg}");
        for number in 2..=21 {
            let svg = chart(&bars[21 - number..]).svg();
            let label = svg.split("<text ").find(|text| text.contains("1,000,000–1,049,999"));
            // A label that would overlap its neighbour is left out; its bar still has it.
            let Some(label) = label else { continue };
            let x = label.split("x=\"").nth(1).and_then(|x| x.split('"').next()).expect("a place");
            let x: f64 = x.parse().expect("a number");
            assert!(x + width("1,000,000–1,049,999") / 2.0 <= WIDTH, "{number} bars: {svg}");
        }
    }

    #[test]
    fn lines_are_round() {
        for (value, expected) in
            [(0, 4), (4, 4), (5, 8), (9, 12), (20, 20), (21, 28), (9_512, 12_000), (141_377, 160_000)]
        {
            assert_eq!(round_above(value), expected, "{value}");
        }
    }
}
