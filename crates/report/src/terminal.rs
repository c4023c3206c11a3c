//! What a terminal shows besides text: colours, if wanted, and small bars.

/// Letters of the longest bar.
pub(crate) const BAR_LETTERS: u64 = 40;
/// Fractions of a letter that may end a bar.
const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/// How to highlight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paint {
    /// Only by position.
    Plain,
    /// By terminal colours.
    Colours,
}

impl Paint {
    fn paint(self, code: &str, text: &str) -> String {
        match self {
            Self::Plain => text.to_owned(),
            Self::Colours => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
        }
    }

    pub(crate) fn heading(self, text: &str) -> String {
        self.paint("1", text)
    }

    /// Paints a bar.
    pub(crate) fn bar(self, text: &str) -> String {
        self.paint("36", text)
    }

    /// Paints something odd.
    pub(crate) fn odd(self, text: &str) -> String {
        self.paint("33", text)
    }

    /// Paints secondary text.
    pub(crate) fn quiet(self, text: &str) -> String {
        self.paint("2", text)
    }
}

/// Returns a bar for `value`, to an eighth of a letter. The longest bar, for `most`, has `letters`
/// letters; a bar that is not 0 is always visible.
pub(crate) fn drawn(value: u64, most: u64, letters: u64) -> String {
    if value == 0 || most == 0 {
        return String::new();
    }
    let eighths = u128::from(value) * u128::from(letters * 8) / u128::from(most);
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
            assert_eq!(drawn(value, most, BAR_LETTERS), expected, "{value} of {most}");
        }
    }

    #[test]
    fn colours_only_where_asked_for() {
        assert_eq!(Paint::Plain.odd("█"), "█");
        assert_eq!(Paint::Colours.odd("█"), "\u{1b}[33m█\u{1b}[0m");
    }
}
