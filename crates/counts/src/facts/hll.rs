//! Estimates the number of distinct values in a few kilobytes: a `HyperLogLog`.
//!
//! Uses Ertl's estimator, which needs no tables and is as good for few values as for many:
//! <https://arxiv.org/abs/1702.01284>, section 4, "improved raw estimator".

/// Bits of a hash that choose a register: an estimate is off by 1.04 / sqrt(2^14), or 0.8 %.
const REGISTER_BITS: u32 = 14;
const REGISTERS: usize = 1 << REGISTER_BITS;
/// The largest rank: the rest of a hash may be all zeros.
const RANK_MAX: usize = (64 - REGISTER_BITS + 1) as usize;

/// A sketch of a set. [`Hll::merge`] is set union: commutative, associative, idempotent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hll {
    registers: Box<[u8]>,
}

impl Hll {
    pub fn new() -> Self {
        Self { registers: vec![0; REGISTERS].into_boxed_slice() }
    }

    /// Adds a value by its hash; all bits of the hash must look random.
    pub fn add(&mut self, hash: u64) {
        let index = usize::try_from(hash >> (64 - REGISTER_BITS)).unwrap_or_default();
        // The bit after the others ends the zeros.
        let rest = (hash << REGISTER_BITS) | 1 << (REGISTER_BITS - 1);
        let rank = u8::try_from(rest.leading_zeros() + 1).unwrap_or(u8::MAX);
        let register = &mut self.registers[index];
        *register = rank.max(*register);
    }

    pub fn merge(&mut self, other: &Self) {
        for (register, other) in self.registers.iter_mut().zip(&other.registers) {
            *register = (*other).max(*register);
        }
    }

    /// Returns about how many distinct values were added.
    #[expect(clippy::cast_precision_loss, reason = "registers are few")]
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is a positive number")]
    pub fn estimate(&self) -> u64 {
        let mut counts = [0_u32; RANK_MAX + 1];
        for register in &self.registers {
            counts[usize::from(*register)] += 1;
        }
        let registers = REGISTERS as f64;
        let mut sum = registers * tau(1.0 - f64::from(counts[RANK_MAX]) / registers);
        for count in counts[1..RANK_MAX].iter().rev() {
            sum = 0.5 * (sum + f64::from(*count));
        }
        sum += registers * sigma(f64::from(counts[0]) / registers);
        (registers * registers / (2.0 * std::f64::consts::LN_2 * sum)).round() as u64
    }
}

/// Corrects for empty registers; `x` is their share.
fn sigma(mut x: f64) -> f64 {
    if x >= 1.0 {
        return f64::INFINITY;
    }
    let (mut power, mut sum) = (1.0, x);
    loop {
        x *= x;
        let before = sum;
        sum += x * power;
        power += power;
        if sum <= before {
            return sum;
        }
    }
}

/// Corrects for full registers; `x` is the share of the others.
fn tau(mut x: f64) -> f64 {
    if x <= 0.0 || x >= 1.0 {
        return 0.0;
    }
    let (mut power, mut sum) = (1.0, 1.0 - x);
    loop {
        x = x.sqrt();
        let before = sum;
        power *= 0.5;
        sum -= (1.0 - x).powi(2) * power;
        if sum >= before {
            return sum / 3.0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::distinct::mixed;
    use super::*;
    use proptest::prelude::*;

    fn of(values: impl IntoIterator<Item = u64>) -> Hll {
        let mut hll = Hll::new();
        values.into_iter().for_each(|value| hll.add(mixed(value)));
        hll
    }

    #[test]
    fn estimates_are_near() {
        for (values, off) in
            [(0_u64, 0), (1, 0), (2, 0), (100, 1), (10_000, 200), (300_000, 7_200), (3_000_000, 72_000)]
        {
            // Neighbours, and values far apart, like times.
            for factor in [1_u64, 1_000, 86_400_000_000_000] {
                let estimate = of((0..values).map(|value| value.wrapping_mul(factor))).estimate();
                assert!(estimate.abs_diff(values) <= off, "{estimate} of {values}, {factor} apart");
            }
        }
    }

    #[test]
    fn what_comes_again_changes_nothing() {
        let once = of(0..1_000);
        assert_eq!(of((0..5_000).map(|value| value % 1_000)), once);
    }

    proptest! {
        #[test]
        fn merging_is_adding_all(left in proptest::collection::vec(any::<u64>(), 0..200), right in proptest::collection::vec(any::<u64>(), 0..200)) {
            let all = of(left.iter().chain(&right).copied());
            let (mut there, mut back) = (of(left.clone()), of(right.clone()));
            there.merge(&of(right));
            back.merge(&of(left));
            prop_assert_eq!(&there, &all);
            prop_assert_eq!(&back, &all);
        }
    }
}
