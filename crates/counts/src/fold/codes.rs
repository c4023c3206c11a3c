//! Numbers for values: each distinct value is read once; from then on it is a small integer.

use foldhash::HashMap;
use std::hash::Hash;

/// The number of a distinct value of a column, in order of first appearance.
pub(super) type Code = u32;

/// The distinct values of a column so far.
#[derive(Debug)]
pub(super) struct Codes<V> {
    values: Vec<V>,
    codes: HashMap<V, Code>,
}

impl<V> Default for Codes<V> {
    fn default() -> Self {
        Self { values: Vec::new(), codes: HashMap::default() }
    }
}

impl<V: Clone + Eq + Hash> Codes<V> {
    /// Returns the code of `value`.
    pub(super) fn code(&mut self, value: V) -> Code {
        if let Some(code) = self.codes.get(&value) {
            return *code;
        }
        let code = self.another(value.clone());
        self.codes.insert(value, code);
        code
    }

    /// Returns a new code for `value`, in addition to any that it has: for texts that read the same
    /// but are to be told apart.
    pub(super) fn another(&mut self, value: V) -> Code {
        let code = Code::try_from(self.values.len()).expect("codes are given up long before 2^32 values");
        self.values.push(value);
        code
    }

    /// Returns the values, by code.
    pub(super) fn values(&self) -> &[V] {
        &self.values
    }

    /// Returns the number of distinct values.
    pub(super) fn len(&self) -> usize {
        self.values.len()
    }

    /// Forgets all values; codes start again at 0.
    pub(super) fn clear(&mut self) {
        self.values.clear();
        self.codes.clear();
    }
}

/// Counts how often each code occurs. Neighbours often have the same code, and a single counter
/// cannot be raised twice at a time: so there are several.
pub(super) fn count_each(codes: &[Code], counts: &mut [u64]) {
    const LANES: usize = 4;
    let mut lanes = vec![[0_u32; LANES]; counts.len()];
    // A window has far fewer rows than a lane can count.
    for codes in codes.chunks(LANES) {
        for (lane, code) in codes.iter().enumerate() {
            lanes[*code as usize][lane] += 1;
        }
    }
    for (count, lanes) in counts.iter_mut().zip(lanes) {
        *count += lanes.into_iter().map(u64::from).sum::<u64>();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_is_counted() {
        for codes in [&[][..], &[2], &[0, 0, 0, 0, 0], &[2, 0, 2, 1, 2, 2, 0]] {
            let mut counts = vec![10; 3];
            count_each(codes, &mut counts);
            for (code, count) in (0..).zip(counts) {
                let expected = codes.iter().filter(|other| **other == code).count() as u64;
                assert_eq!(count, 10 + expected, "{code} in {codes:?}");
            }
        }
    }
}
