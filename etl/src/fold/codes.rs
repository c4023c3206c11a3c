//! Values by number: each distinct value is read once and is a small integer from then on.

use foldhash::HashMap;
use std::hash::Hash;

/// A distinct value of a column, by the order in which it was first seen.
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
        let code = Code::try_from(self.values.len()).expect("codes are given up long before 2^32 values");
        self.values.push(value.clone());
        self.codes.insert(value, code);
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

    /// Forgets all values; codes begin anew.
    pub(super) fn clear(&mut self) {
        self.values.clear();
        self.codes.clear();
    }
}
