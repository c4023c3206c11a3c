//! Picks and makes the changes of a file, by number and seed.

use super::change::{BytesChange, FileChange};
use super::{bytes, footer, header, pages, schema};
use crate::base::Base;
use crate::file::File;
use fastrand::Rng;

/// A broken file.
#[derive(Debug)]
pub struct Mutant {
    /// The valid file that it is made of.
    pub base: &'static str,
    /// Its changes.
    pub changes: Vec<&'static str>,
    /// The file.
    pub bytes: Vec<u8>,
}

/// A change, to the pages, to the footer that describes them, or to bytes.
#[derive(Debug, Clone, Copy)]
enum Change {
    Pages(FileChange),
    Footer(FileChange),
    Bytes(BytesChange),
}

/// Makes broken files of valid ones.
#[derive(Debug)]
pub struct Mutator {
    bases: Vec<(Base, File)>,
    changes: Vec<(&'static str, Change)>,
}

impl Mutator {
    /// Returns a mutator of these valid files.
    #[must_use]
    pub fn new(bases: Vec<Base>) -> Self {
        let changes = [pages::ALL, header::ALL]
            .concat()
            .into_iter()
            .map(|(name, change)| (name, Change::Pages(change)));
        let changes = changes.chain(
            [footer::ALL, schema::ALL]
                .concat()
                .into_iter()
                .map(|(name, change)| (name, Change::Footer(change))),
        );
        let changes = changes.chain(bytes::ALL.iter().map(|(name, change)| (*name, Change::Bytes(*change))));
        Self {
            changes: changes.collect(),
            bases: bases
                .into_iter()
                .map(|base| (File::read(&base.bytes), base))
                .map(|(file, base)| (base, file))
                .collect(),
        }
    }

    /// Returns the file of this number and seed, always the same.
    ///
    /// # Panics
    ///
    /// If it has no valid files.
    #[must_use]
    pub fn mutant(&self, seed: u64, number: u64) -> Mutant {
        let mut random = Rng::with_seed(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(number));
        // One change in seven of ten files, at most three: more would hide each other.
        let count = [1, 1, 1, 1, 1, 1, 1, 2, 2, 3][random.usize(..10)];
        let (base, file) = &self.bases[random.usize(..self.bases.len())];
        let mut picked: Vec<_> =
            (0..count).map(|_| self.changes[random.usize(..self.changes.len())]).collect();
        picked.sort_by_key(|(_, change)| match change {
            Change::Pages(_) => 0,
            Change::Footer(_) => 1,
            Change::Bytes(_) => 2,
        });
        let mut file = file.clone();
        for (_, change) in &picked {
            if let Change::Pages(change) = change {
                change(&mut file, &mut random);
            }
        }
        file.lay_out();
        for (_, change) in &picked {
            if let Change::Footer(change) = change {
                change(&mut file, &mut random);
            }
        }
        let mut bytes = file.write();
        for (_, change) in &picked {
            if let Change::Bytes(change) = change {
                change(&mut bytes, &mut random);
            }
        }
        Mutant { base: base.name, changes: picked.into_iter().map(|(name, _)| name).collect(), bytes }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base;
    use std::collections::BTreeSet;

    #[test]
    fn the_same_number_makes_the_same_file_and_every_change_is_made() {
        let (one, two) = (Mutator::new(base::all()), Mutator::new(base::all()));
        let (mut changes, mut other) = (BTreeSet::new(), 0);
        for number in 0..1_000 {
            let mutant = one.mutant(7, number);
            assert_eq!(mutant.bytes, two.mutant(7, number).bytes, "{number}");
            let base =
                one.bases.iter().find(|(base, _)| base.name == mutant.base).expect("it is one of them");
            let mut plain = base.1.clone();
            plain.lay_out();
            other += usize::from(plain.write() != mutant.bytes);
            changes.extend(mutant.changes);
        }
        assert_eq!(changes.len(), one.changes.len());
        assert!(other > 900, "{other} of 1,000 files are other than they were");
    }
}
