//! The laws that every set of rules keeps, wherever it was read from.

use super::{Bucket, COUNTRY_WIDE, Fallback, Rules, Segment, UNKNOWN};

/// Bytes of the canonical form: it travels in the pointer, and an item holds at most 400 KB.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html>
pub(super) const CANONICAL_BYTES_MAX: usize = 256 << 10;

/// Characters of a segment's name or a bucket's label.
const NAME_CHARS_MAX: usize = 64;

/// The source of an answer without fallback: `"matched": "bucket"`.
const MATCHED_BUCKET: &str = "bucket";

/// Largest `min_support`, in events: a larger one is a mistake.
const MIN_SUPPORT_MAX: u64 = 1_000_000_000;

/// A broken law.
pub(super) struct Fault {
    pub(super) place: FaultPlace,
    pub(super) problem: String,
}

/// Where, by position as written.
#[derive(Clone, Copy)]
pub(super) enum FaultPlace {
    MinSupport,
    Segments,
    Segment { at: usize, name: &'static str },
    Bucket { segment: usize, at: usize, name: &'static str },
    Fallback { at: usize },
}

impl Fault {
    pub(super) fn key(&self) -> String {
        match self.place {
            FaultPlace::MinSupport => "min_support".to_owned(),
            FaultPlace::Segments => "segment".to_owned(),
            FaultPlace::Segment { at, name } => format!("segment[{at}].{name}"),
            FaultPlace::Bucket { segment, at, name } => format!("segment[{segment}].buckets[{at}].{name}"),
            FaultPlace::Fallback { at } => format!("fallback.order[{at}]"),
        }
    }
}

/// Returns the first law that `rules` break.
pub(super) fn broken_law(rules: &Rules) -> Option<Fault> {
    let fault = |place, problem| Some(Fault { place, problem });
    if let Some(min_support) = rules.min_support
        && !(1..=MIN_SUPPORT_MAX).contains(&min_support)
    {
        let problem = format!("{min_support} is not a number of events from 1 to {MIN_SUPPORT_MAX}");
        return fault(FaultPlace::MinSupport, problem);
    }
    if rules.segments.is_empty() {
        return fault(FaultPlace::Segments, "there is none: at least one is needed".to_owned());
    }
    for (at, segment) in rules.segments.iter().enumerate() {
        if let Some(problem) = segment_name_problem(segment, &rules.segments[..at], rules.fallback()) {
            return fault(FaultPlace::Segment { at, name: "name" }, problem);
        }
        if segment.buckets.is_empty() {
            let problem = "there is none: at least one is needed".to_owned();
            return fault(FaultPlace::Segment { at, name: "buckets" }, problem);
        }
        for (index, bucket) in segment.buckets.iter().enumerate() {
            if let Some((name, problem)) = bucket_problem(bucket, &segment.buckets[..index]) {
                return fault(FaultPlace::Bucket { segment: at, at: index, name }, problem);
            }
        }
    }
    for (at, place) in rules.fallback().iter().enumerate() {
        if let Some(problem) = fallback_problem(place, &rules.fallback()[..at], rules) {
            return fault(FaultPlace::Fallback { at }, problem);
        }
    }
    let bytes = rules.canonical().len();
    if bytes > CANONICAL_BYTES_MAX {
        let problem = format!("the rules are too long to publish: {bytes} bytes of {CANONICAL_BYTES_MAX}");
        return fault(FaultPlace::Segments, problem);
    }
    None
}

fn segment_name_problem(segment: &Segment, earlier: &[Segment], fallback: &[Fallback]) -> Option<String> {
    let name = &segment.name;
    if let Some(problem) = name_problem(name) {
        return Some(problem);
    }
    if earlier.iter().any(|other| other.name == *name) {
        return Some(format!("{name:?} is taken by an earlier segment"));
    }
    // An answer names its source by one of these words or by a segment's name.
    if !fallback.is_empty() && [COUNTRY_WIDE, MATCHED_BUCKET].contains(&name.as_str()) {
        return Some(format!("{name:?} is reserved in rules with a fallback"));
    }
    None
}

fn fallback_problem(place: &Fallback, earlier: &[Fallback], rules: &Rules) -> Option<String> {
    let name = place.name();
    if matches!(place, Fallback::Segment(_)) && rules.segment(name).is_none() {
        return Some(format!("{name:?} is neither {COUNTRY_WIDE:?} nor the name of a segment"));
    }
    earlier.contains(place).then(|| format!("{name:?} is listed twice"))
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
        "is reserved for unclassified events"
    } else if !(1..=NAME_CHARS_MAX).contains(&name.chars().count()) {
        "must have 1 to 64 characters"
    } else if name.contains('#') || name.contains(char::is_control) {
        "must have no '#' and no control character"
    } else {
        return None;
    };
    Some(format!("{name:?} {problem}"))
}
