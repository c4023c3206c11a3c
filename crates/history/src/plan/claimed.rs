//! The bytes of a file that its footer accounts for, and the gaps between them.

use std::ops::Range;

/// Claimed bytes, as unordered ranges.
#[derive(Debug, Default)]
pub(super) struct Claimed(Vec<Range<u64>>);

impl Claimed {
    /// Adds a claim of `length` bytes at `offset`; a claim without a usable value is ignored.
    pub(super) fn add(&mut self, offset: Option<i64>, length: Option<i64>) {
        let number = |number: Option<i64>| number.and_then(|number| u64::try_from(number).ok());
        let (Some(start), Some(length)) = (number(offset), number(length)) else { return };
        let end = start.saturating_add(length);
        match self.0.last_mut() {
            // Chunks lie one after the other in nearly every file.
            Some(last) if (last.start..=last.end).contains(&start) => last.end = last.end.max(end),
            _ if length > 0 => self.0.push(start..end),
            _ => {}
        }
    }

    /// Returns the ranges of `bytes` that no claim covers.
    pub(super) fn gaps(mut self, bytes: Range<u64>) -> Vec<Range<u64>> {
        self.0.sort_by_key(|claim| claim.start);
        let mut gaps = Vec::new();
        let mut at = bytes.start;
        for claim in self.0 {
            if claim.start >= bytes.end {
                break;
            }
            if claim.start > at {
                gaps.push(at..claim.start);
            }
            at = at.max(claim.end);
        }
        if at < bytes.end {
            gaps.push(at..bytes.end);
        }
        gaps
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_what_no_claim_covers() {
        for (claims, expected) in [
            (&[][..], &[(4, 100)][..]),
            (&[(4, 96)], &[]),
            (&[(4, 96), (4, 96), (50, 1)], &[]),
            (&[(5, 95)], &[(4, 5)]),
            (&[(4, 95)], &[(99, 100)]),
            (&[(50, 10), (4, 10), (14, 10)], &[(24, 50), (60, 100)]),
            (&[(0, 10), (90, 1_000)], &[(10, 90)]),
            (&[(100, 10), (200, 10)], &[(4, 100)]),
            // A claim without a usable value claims nothing.
            (&[(4, 0), (-1, 50), (20, -1), (i64::MAX, i64::MAX)], &[(4, 100)]),
        ] {
            let mut claimed = Claimed::default();
            for (offset, length) in claims {
                claimed.add(Some(*offset), Some(*length));
            }
            claimed.add(Some(4), None);
            claimed.add(None, Some(96));
            let gaps = claimed.gaps(4..100).into_iter().map(|gap| (gap.start, gap.end));
            assert_eq!(gaps.collect::<Vec<_>>(), expected, "{claims:?}");
        }
    }
}
