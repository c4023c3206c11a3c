//! Charts on a terminal: a line for each bar.

use crate::page::{Bar, BarChart};
use crate::report::count;
use crate::shown::shown;
use std::fmt::Write;

/// Letters of the longest bar.
const BAR_LETTERS: u64 = 40;
/// Parts of a letter that a bar may end with.
const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
/// Lines of a chart; where it has more bars, neighbours are shown as one line.
const BARS_MAX: usize = 32;
/// How what stands out is marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paint {
    /// By its place alone.
    Plain,
    /// By colours of a terminal.
    Colours,
}

impl Paint {
    fn paint(self, code: &str, text: &str) -> String {
        match self {
            Self::Plain => text.to_owned(),
            Self::Colours => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
        }
    }

    pub(super) fn heading(self, text: &str) -> String {
        self.paint("1", text)
    }

    fn bar(self, text: &str, is_odd: bool) -> String {
        self.paint(if is_odd { "33" } else { "36" }, text)
    }
}

/// Returns a chart as lines: label, bar, value.
pub(super) fn chart_lines(chart: &BarChart, paint: Paint) -> String {
    let bars = fewer(&chart.bars);
    let most = bars.iter().map(|bar| bar.value).max().unwrap_or_default();
    let width = |text: &str| text.chars().count();
    let labels = bars.iter().map(|bar| width(&bar.label)).max().unwrap_or_default();
    let values = bars.iter().map(|bar| width(&count(bar.value))).max().unwrap_or_default();
    let mut text = format!("{}\n{}\n", paint.heading(&chart.title), chart.description);
    for bar in &bars {
        if bar.is_after_gap {
            let _ = writeln!(text, "{:>labels$}", "⋮");
        }
        let drawn = drawn(bar.value, most);
        let line = format!("{:>labels$}  {:>values$}  ", shown(&bar.label), count(bar.value));
        let line =
            if drawn.is_empty() { line.trim_end().to_owned() } else { line + &paint.bar(&drawn, bar.is_odd) };
        let _ = writeln!(text, "{line}");
    }
    text
}

/// Returns the bars, neighbours together where they are too many for a screen.
fn fewer(bars: &[Bar]) -> Vec<Bar> {
    let together = bars.len().div_ceil(BARS_MAX);
    if together <= 1 {
        return bars.to_vec();
    }
    // What is apart stays apart.
    let runs = bars.chunk_by(|_, next| !next.is_after_gap);
    let chunks = runs.flat_map(|run| run.chunks(together));
    let one = |chunk: &[Bar]| {
        let (first, last) = (chunk.first()?, chunk.last()?);
        let label =
            if chunk.len() == 1 { first.label.clone() } else { format!("{} to {}", first.label, last.label) };
        Some(Bar { label, value: chunk.iter().map(|bar| bar.value).sum(), ..first.clone() })
    };
    chunks.filter_map(one).collect()
}

/// Returns a bar, to an eighth of a letter; what is there is seen, however little it is.
fn drawn(value: u64, most: u64) -> String {
    if value == 0 || most == 0 {
        return String::new();
    }
    let eighths = u128::from(value) * u128::from(BAR_LETTERS * 8) / u128::from(most);
    let eighths = usize::try_from(eighths).unwrap_or_default().max(1);
    "█".repeat(eighths / 8) + EIGHTHS[eighths % 8]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_to_an_eighth_of_a_letter() {
        for (value, most, expected) in [
            (0, 100, String::new()),
            (0, 0, String::new()),
            (100, 100, "█".repeat(40)),
            (1, 1_000_000, "▏".to_owned()),
            (50, 100, "█".repeat(20)),
            (51, 320, format!("{}▍", "█".repeat(6))),
            (u64::MAX, u64::MAX, "█".repeat(40)),
        ] {
            assert_eq!(drawn(value, most), expected, "{value} of {most}");
        }
    }

    #[test]
    fn many_bars_are_shown_together_and_gaps_stay() {
        let bar = |at: usize| Bar { label: at.to_string(), value: 1, is_odd: false, is_after_gap: at == 5 };
        let bars: Vec<_> = (0..BARS_MAX).map(bar).collect();
        assert_eq!(fewer(&bars).len(), BARS_MAX);
        let bars: Vec<_> = (0..BARS_MAX * 2).map(bar).collect();
        let fewer = fewer(&bars);
        let shown: Vec<_> =
            fewer.iter().take(4).map(|bar| (bar.label.as_str(), bar.value, bar.is_after_gap)).collect();
        assert_eq!(shown, [("0 to 1", 2, false), ("2 to 3", 2, false), ("4", 1, false), ("5 to 6", 2, true)]);
        assert_eq!(fewer.iter().map(|bar| bar.value).sum::<u64>(), 64);
    }

    #[test]
    fn colours_only_where_asked_for() {
        assert_eq!(Paint::Plain.bar("█", true), "█");
        assert_eq!(Paint::Colours.bar("█", true), "\u{1b}[33m█\u{1b}[0m");
    }
}
