//! Finds names that differ by one letter: one more, one less, another, or two neighbours exchanged.
//!
//! Names are not compared with every other name. For each position, names that are equal except for
//! the letter there meet in a map.

use foldhash::HashMap;
use std::collections::BinaryHeap;

/// Minimum letters of the longer name of a pair. Shorter names are codes, and nearly all codes are
/// near others.
const LETTERS_MIN: usize = 4;

/// Pairs of names, each name by its position among all names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Neighbours {
    /// Number of all pairs.
    pub(super) number: u64,
    /// The first pairs, in order of the later name, then of the earlier; each is (earlier, later).
    pub(super) pairs: Vec<(usize, usize)>,
    /// The names that are the later one of some pair, in order.
    pub(super) later: Vec<usize>,
}

/// Returns the pairs among distinct `names`; at most `pairs_max` are listed.
pub(super) fn neighbours(names: &[&str], pairs_max: usize) -> Neighbours {
    let mut found = Pairs {
        listed_max: pairs_max,
        number: 0,
        first: BinaryHeap::new(),
        is_later: vec![false; names.len()],
    };
    let positions: HashMap<&str, usize> =
        (0..).zip(names).map(|(position, name)| (*name, position)).collect();
    // The start of the letter at the current position; names that end before it are dropped.
    let long = names.iter().enumerate().filter(|(_, name)| name.chars().nth(LETTERS_MIN - 1).is_some());
    let mut rest: Vec<(usize, &str, usize)> = long.map(|(position, name)| (position, *name, 0)).collect();
    let mut changed = String::new();
    while !rest.is_empty() {
        let mut alike: HashMap<(&str, &str), Vec<usize>> = HashMap::default();
        rest.retain_mut(|(position, name, at)| {
            let (before, letter_on) = name.split_at(*at);
            let mut letters = letter_on.chars();
            let Some(letter) = letters.next() else { return false };
            let after = letters.as_str();
            alike.entry((before, after)).or_default().push(*position);
            // Removing either letter of `oo` gives the same name.
            if !before.ends_with(letter) {
                changed.clear();
                changed.extend([before, after]);
                if let Some(other) = positions.get(changed.as_str()) {
                    found.note(*position, *other);
                }
            }
            if let Some(next) = letters.next().filter(|next| *next != letter) {
                changed.clear();
                changed.push_str(before);
                changed.extend([next, letter]);
                changed.push_str(letters.as_str());
                // The other name finds this one too.
                if let Some(other) = positions.get(changed.as_str()).filter(|other| *other > position) {
                    found.note(*position, *other);
                }
            }
            *at += letter.len_utf8();
            true
        });
        for alike in alike.values() {
            found.note_all(alike);
        }
    }
    found.finish()
}

/// The pairs so far. If many names are all near each other, no more of their pairs are visited than
/// listed.
struct Pairs {
    listed_max: usize,
    number: u64,
    /// The last of the listed pairs is on top, as (later, earlier).
    first: BinaryHeap<(usize, usize)>,
    is_later: Vec<bool>,
}

impl Pairs {
    fn note(&mut self, one: usize, other: usize) {
        self.number += 1;
        self.is_later[one.max(other)] = true;
        self.list(one.min(other), one.max(other));
    }

    /// Adds names that are all near each other, in order of position.
    fn note_all(&mut self, alike: &[usize]) {
        let names = alike.len() as u64;
        self.number += names * names.saturating_sub(1) / 2;
        alike.iter().skip(1).for_each(|later| self.is_later[*later] = true);
        let pairs = alike
            .iter()
            .enumerate()
            .flat_map(|(at, later)| alike[..at].iter().map(move |earlier| (*earlier, *later)));
        for (earlier, later) in pairs {
            if !self.list(earlier, later) {
                return;
            }
        }
    }

    /// Returns whether the pair is among the first so far; if not, no later pair is.
    fn list(&mut self, earlier: usize, later: usize) -> bool {
        if self.first.len() >= self.listed_max {
            if self.first.peek().is_none_or(|last| *last <= (later, earlier)) {
                return false;
            }
            self.first.pop();
        }
        self.first.push((later, earlier));
        true
    }

    fn finish(self) -> Neighbours {
        let listed = self.first.into_sorted_vec().into_iter();
        let later = (0..).zip(self.is_later).filter_map(|(position, is_later)| is_later.then_some(position));
        Neighbours {
            number: self.number,
            pairs: listed.map(|(later, earlier)| (earlier, later)).collect(),
            later: later.collect(),
        }
    }
}

#[cfg(test)]
mod tests;
