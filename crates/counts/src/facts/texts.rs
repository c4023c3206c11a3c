//! The texts of the country column as stored in the files, with the events of each.
//!
//! Texts with the same meaning are distinct here: `Peru`, and `Peru` followed by a no-break space.

use foldhash::HashMap;
use segments::value::CountryKey;

/// Maximum number of distinct texts, of all countries together. Beyond it, none is told apart.
const TEXTS_MAX: usize = 20_000;
/// Maximum bytes of a text that is told apart from others with the same meaning.
pub const TEXT_BYTES_MAX: usize = 256;

/// Events by country and text. [`CountryTexts::merge`] is commutative and associative.
#[derive(Debug, Clone, Default)]
pub struct CountryTexts {
    counts: HashMap<CountryKey, HashMap<Box<str>, u64>>,
    number: usize,
    /// Never reset: in any order of rows, there were too many texts.
    are_too_many: bool,
}

impl CountryTexts {
    /// Adds `events` events to a text that was read as `country`; a long text counts by its beginning.
    pub fn add(&mut self, country: &CountryKey, text: &str, events: u64) {
        if self.are_too_many {
            return;
        }
        let text = &text[..text.floor_char_boundary(TEXT_BYTES_MAX)];
        if let Some(known) = self.counts.get_mut(country).and_then(|texts| texts.get_mut(text)) {
            *known += events;
            return;
        }
        self.counts.entry(country.clone()).or_default().insert(text.into(), events);
        self.number += 1;
        if self.number > TEXTS_MAX {
            self.give_up();
        }
    }

    /// Adds the texts of other rows.
    pub fn merge(&mut self, other: Self) {
        if other.are_too_many {
            self.give_up();
        }
        for (country, texts) in other.counts {
            for (text, events) in texts {
                self.add(&country, &text, events);
            }
        }
    }

    /// Returns whether there were too many texts to tell apart.
    #[must_use]
    pub fn are_too_many(&self) -> bool {
        self.are_too_many
    }

    /// Returns the texts of a country and the events of each, unordered.
    #[must_use]
    pub fn of(&self, country: &CountryKey) -> Vec<(&str, u64)> {
        let texts = self.counts.get(country).into_iter().flatten();
        texts.map(|(text, events)| (&**text, *events)).collect()
    }

    fn give_up(&mut self) {
        *self = Self { are_too_many: true, ..Self::default() };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str) -> CountryKey {
        name.parse().expect("a country")
    }

    fn of(number: usize) -> CountryTexts {
        let mut texts = CountryTexts::default();
        for at in 0..number {
            texts.add(&key("peru"), &" ".repeat(at % 200), 1);
            texts.add(&key("peru"), &at.to_string(), 1);
        }
        texts
    }

    fn shown(texts: &CountryTexts, country: &str) -> Vec<(String, u64)> {
        let mut shown: Vec<_> =
            texts.of(&key(country)).into_iter().map(|(text, events)| (text.to_owned(), events)).collect();
        shown.sort_unstable();
        shown
    }

    #[test]
    fn texts_are_counted_by_country() {
        let mut texts = CountryTexts::default();
        texts.add(&key("peru"), "Peru\u{a0}", 2);
        texts.add(&key("chile"), "Chile", 1);
        let mut other = CountryTexts::default();
        other.add(&key("peru"), "Peru", 3);
        other.add(&key("peru"), "Peru\u{a0}", 4);
        texts.merge(other);
        assert_eq!(shown(&texts, "peru"), [("Peru".to_owned(), 3), ("Peru\u{a0}".to_owned(), 6)]);
        assert_eq!(shown(&texts, "chile"), [("Chile".to_owned(), 1)]);
        assert_eq!(shown(&texts, "latvia"), []);
    }

    #[test]
    fn a_long_text_is_counted_by_its_beginning() {
        for (letter, letters, expected) in
            [("a", 256, 256), ("a", 257, 256), ("é", 128, 128), ("é", 129, 128)]
        {
            let mut texts = CountryTexts::default();
            texts.add(&key("peru"), &letter.repeat(letters), 1);
            assert_eq!(shown(&texts, "peru"), [(letter.repeat(expected), 1)]);
        }
        let mut texts = CountryTexts::default();
        texts.add(&key("peru"), &format!("{}é", "a".repeat(255)), 1);
        assert_eq!(shown(&texts, "peru"), [("a".repeat(255), 1)], "no half letter");
    }

    #[test]
    fn both_sides_of_what_is_told_apart() {
        let full = of(TEXTS_MAX - 200);
        assert_eq!((full.number, full.are_too_many()), (TEXTS_MAX, false));
        let more = of(TEXTS_MAX - 199);
        assert_eq!((more.number, more.are_too_many(), more.of(&key("peru"))), (0, true, vec![]));
        // In each way in which there can be too many, and whatever follows.
        let one = |text: &str| {
            let mut one = CountryTexts::default();
            one.add(&key("peru"), text, 1);
            one
        };
        for (left, right, expected) in [
            (&full, &one("0"), false),
            (&one("0"), &full, false),
            (&full, &one("x"), true),
            (&one("x"), &full, true),
            (&more, &one("x"), true),
            (&one("x"), &more, true),
        ] {
            let mut merged = left.clone();
            merged.merge(right.clone());
            assert_eq!((merged.are_too_many(), merged.number == 0), (expected, expected));
        }
    }
}
