//! The laws that every set of rules keeps, wherever it was read from.

use super::{Bucket, Rules, UNKNOWN, canonical::CANONICAL_BYTES_MAX};

/// Characters of a segment's name or a bucket's label.
const NAME_CHARS_MAX: usize = 64;

/// A law that is broken, by position in the order as written.
pub(super) struct Fault {
    pub(super) segment: Option<usize>,
    pub(super) bucket: Option<usize>,
    pub(super) name: &'static str,
    pub(super) problem: String,
}

impl Fault {
    pub(super) fn key(&self) -> String {
        match (self.segment, self.bucket) {
            (None, _) => self.name.to_owned(),
            (Some(segment), None) => format!("segment[{segment}].{}", self.name),
            (Some(segment), Some(bucket)) => format!("segment[{segment}].buckets[{bucket}].{}", self.name),
        }
    }
}

/// Returns the first law that `rules` break.
pub(super) fn broken_law(rules: &Rules) -> Option<Fault> {
    let fault = |segment, bucket, name, problem: String| Some(Fault { segment, bucket, name, problem });
    if rules.segments.is_empty() {
        return fault(None, None, "segment", "there is none: at least one is needed".to_owned());
    }
    for (at, segment) in rules.segments.iter().enumerate() {
        if let Some(problem) = name_problem(&segment.name) {
            return fault(Some(at), None, "name", problem);
        }
        if rules.segments[..at].iter().any(|other| other.name == segment.name) {
            return fault(
                Some(at),
                None,
                "name",
                format!("{:?} is taken by an earlier segment", segment.name),
            );
        }
        if segment.buckets.is_empty() {
            return fault(Some(at), None, "buckets", "there is none: at least one is needed".to_owned());
        }
        for (index, bucket) in segment.buckets.iter().enumerate() {
            if let Some((name, problem)) = bucket_problem(bucket, &segment.buckets[..index]) {
                return fault(Some(at), Some(index), name, problem);
            }
        }
    }
    let bytes = rules.canonical().len();
    if bytes > CANONICAL_BYTES_MAX {
        let problem = format!("the rules are too long to publish: {bytes} bytes of {CANONICAL_BYTES_MAX}");
        return fault(None, None, "segment", problem);
    }
    None
}

fn bucket_problem(bucket: &Bucket, earlier: &[Bucket]) -> Option<(&'static str, String)> {
    if let Some(problem) = name_problem(&bucket.label) {
        return Some(("label", problem));
    }
    if earlier.iter().any(|other| other.label == bucket.label) {
        return Some(("label", format!("{:?} is taken by an earlier bucket", bucket.label)));
    }
    if let Some(below) = bucket.below
        && below <= bucket.from
    {
        return Some((
            "below",
            format!("the bounds are reversed: {below} is not above from = {}", bucket.from),
        ));
    }
    let overlaps = |other: &&Bucket| {
        bucket.below.is_none_or(|below| other.from < below)
            && other.below.is_none_or(|below| bucket.from < below)
    };
    let other = earlier.iter().find(overlaps)?;
    Some(("from", format!("bucket {:?} overlaps bucket {:?}", bucket.label, other.label)))
}

fn name_problem(name: &str) -> Option<String> {
    let problem = if name == UNKNOWN {
        "is what unclassified events are called"
    } else if !(1..=NAME_CHARS_MAX).contains(&name.chars().count()) {
        "must have 1 to 64 characters"
    } else if name.contains('#') || name.contains(char::is_control) {
        "must have no '#' and no control character"
    } else {
        return None;
    };
    Some(format!("{name:?} {problem}"))
}
