//! Shared parts of drawings: texts, numbers, and the title and description for screen readers.

use svg::Document;
use svg::node::element::{Description, Text, Title};

/// Approximate width of a letter of a label, in a wide sans-serif such as Verdana.
pub(super) const LETTER_WIDTH: f64 = 7.7;

/// Returns an empty drawing with its title and description.
///
/// `title` and `description` may come from outside: they go into texts, which are escaped. `id`
/// goes into attributes; the crate does not escape their quotes.
pub(super) fn document(
    id: &str,
    (title, description): (&str, &str),
    (width, height): (f64, f64),
) -> Document {
    let [title_id, description_id] = ["title", "description"].map(|part| format!("{id}-{part}"));
    Document::new()
        .set("viewBox", (0, 0, width, height))
        .set("role", "img")
        .set("aria-labelledby", format!("{title_id} {description_id}"))
        .add(Title::new(title).set("id", title_id))
        .add(Description::new().set("id", description_id).add(svg::node::Text::new(description)))
}

pub(super) fn text(content: &str, x: f64, y: f64, anchor: &'static str) -> Text {
    Text::new(content.to_owned()).set("x", rounded(x)).set("y", rounded(y)).set("text-anchor", anchor)
}

/// Returns the approximate width of a text.
pub(super) fn width(text: &str) -> f64 {
    number(text.chars().count()) * LETTER_WIDTH
}

/// Returns a label of at most `letters` letters; a longer one loses its end.
pub(super) fn shortened(label: &str, letters: usize) -> String {
    if label.chars().count() <= letters {
        return label.to_owned();
    }
    label.chars().take(letters.saturating_sub(1)).chain(['…']).collect()
}

pub(super) fn rounded(number: f64) -> f64 {
    (number * 10.0).round() / 10.0
}

#[expect(clippy::cast_precision_loss, reason = "drawings need no more than a double's 53 bits")]
pub(super) fn number(number: impl TryInto<u64>) -> f64 {
    number.try_into().map_or(0.0, |number| number as f64)
}

/// Returns the ratio of `part` to `all`, from 0 to 1.
pub(super) fn part_of(part: u64, all: u64) -> f64 {
    if all == 0 { 0.0 } else { number(part) / number(all) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_labels_lose_their_end() {
        for (label, expected) in [("", ""), ("äöüß", "äöüß"), ("äöüßé", "äöü…")] {
            assert_eq!(shortened(label, 4), expected);
        }
    }

    #[test]
    fn parts() {
        for (part, all, expected) in [(0, 0, 0.0), (1, 4, 0.25), (u64::MAX, u64::MAX, 1.0)] {
            assert!((part_of(part, all) - expected).abs() < 1e-12, "{part} of {all}");
        }
    }
}
