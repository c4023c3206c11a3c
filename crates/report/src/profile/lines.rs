//! Draws charts on a terminal, one line per bar.

use crate::format::count;
use crate::html::{Bar, BarChart};
use crate::terminal::{BAR_LETTERS, Paint, drawn};
use std::fmt::Write;
use storage::shown;

/// Maximum lines of a chart; if it has more bars, neighbours share a line.
const BARS_MAX: usize = 32;

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
        let drawn = drawn(bar.value, most, BAR_LETTERS);
        let line = format!("{:>labels$}  {:>values$}  ", shown(&bar.label), count(bar.value));
        let drawn = match drawn.as_str() {
            "" => drawn,
            _ if bar.is_odd => paint.odd(&drawn),
            _ => paint.bar(&drawn),
        };
        let line = if drawn.is_empty() { line.trim_end().to_owned() } else { line + &drawn };
        let _ = writeln!(text, "{line}");
    }
    text
}

/// Returns the bars; neighbours are joined if there are too many for a screen.
fn fewer(bars: &[Bar]) -> Vec<Bar> {
    let together = bars.len().div_ceil(BARS_MAX);
    if together <= 1 {
        return bars.to_vec();
    }
    // Bars on either side of a gap are not joined.
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

#[cfg(test)]
mod tests {
    use super::*;

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
}
