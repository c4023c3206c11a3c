//! The outcome of an event in a segment, as a number.

use super::literal::{BAD, BAD_DAY};
use history::plan::ColumnKind;
use segments::outcome::Outcome;
use segments::reason::RejectReason;
use segments::rules::{Cleaning, EventBeforeOrder, Measure, MissingValue, OrderDate, Segment, Split};
use std::fmt::Write;

/// The code of an event outside every bucket.
pub const UNCLASSIFIED: i64 = -1;
/// The code of the first of [`RejectReason::OF_MEASURES`]; the others follow downwards.
const REASON_FIRST: i64 = -2;
/// An outcome in the statement: a bucket's index, or a negative number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code(pub i64);

impl Code {
    /// Returns the outcome; `None` if a split of so many buckets has no such code.
    #[must_use]
    pub fn outcome(self, bucket_count: usize) -> Option<Outcome> {
        match self.0 {
            UNCLASSIFIED => Some(Outcome::Unclassified),
            bucket @ 0.. => {
                let bucket = usize::try_from(bucket).ok()?;
                (bucket < bucket_count).then_some(Outcome::Bucket(bucket))
            }
            reason => {
                let index = usize::try_from(REASON_FIRST.checked_sub(reason)?).ok()?;
                RejectReason::OF_MEASURES.get(index).copied().map(Outcome::Rejected)
            }
        }
    }
}

fn code_of(reason: RejectReason) -> i64 {
    let index = RejectReason::OF_MEASURES.iter().position(|other| *other == reason).unwrap_or_default();
    REASON_FIRST - i64::try_from(index).unwrap_or_default()
}

/// Returns the codes of a split, each with its name.
pub(super) fn codes(split: Split<'_>) -> Vec<(i64, String)> {
    let mut codes: Vec<_> =
        (0_i64..).zip(split.labels()).map(|(code, label)| (code, format!("{label:?}"))).collect();
    let Split::Segment(segment) = split else { return codes };
    codes.push((UNCLASSIFIED, "outside every bucket".to_owned()));
    let reasons = match segment.measure().order_date() {
        None => vec![RejectReason::MissingTotalOrders, RejectReason::BadTotalOrders],
        Some(which) => vec![
            RejectReason::MissingTimestamp,
            RejectReason::BadTimestamp,
            which.missing(),
            which.bad(),
            which.event_before(),
        ],
    };
    codes.extend(reasons.into_iter().map(|reason| (code_of(reason), reason.to_string())));
    codes
}

/// Returns the amount that the rules count for an event.
pub(super) fn amount(cleaning: &Cleaning) -> String {
    let read = format!("r.{}", ColumnKind::VoucherAmount.name());
    match cleaning.missing_voucher_amount {
        MissingValue::Zero => format!("COALESCE({read}, 0)"),
        MissingValue::Reject => read,
    }
}

/// Returns the code of an event.
pub(super) fn code(split: Split<'_>, cleaning: &Cleaning) -> String {
    match split {
        Split::CountryWide => "0".to_owned(),
        Split::Segment(segment) => match segment.measure().order_date() {
            None => of_orders(segment, cleaning),
            Some(which) => of_days(segment, which, cleaning),
        },
    }
}

fn of_orders(segment: &Segment, cleaning: &Cleaning) -> String {
    let orders = format!("r.{}", ColumnKind::TotalOrders.name());
    let missing = match cleaning.missing_total_orders {
        MissingValue::Zero => {
            segment.bucket_of(0).map_or(UNCLASSIFIED, |bucket| i64::try_from(bucket).unwrap_or(UNCLASSIFIED))
        }
        MissingValue::Reject => code_of(RejectReason::MissingTotalOrders),
    };
    format!(
        "CASE WHEN {orders} IS NULL THEN {missing} WHEN {orders} = {BAD} THEN {}{} ELSE {UNCLASSIFIED} END",
        code_of(RejectReason::BadTotalOrders),
        buckets(segment, &orders)
    )
}

fn of_days(segment: &Segment, which: OrderDate, cleaning: &Cleaning) -> String {
    let kind = match segment.measure() {
        Measure::DaysSinceFirstOrder => ColumnKind::FirstOrderTs,
        Measure::DaysSinceLastOrder | Measure::TotalOrders => ColumnKind::LastOrderTs,
    };
    let (event, order) = (format!("r.{}", ColumnKind::Timestamp.name()), format!("r.{}", kind.name()));
    let before = match cleaning.event_before(which) {
        EventBeforeOrder::Unclassified => UNCLASSIFIED,
        EventBeforeOrder::Reject => code_of(which.event_before()),
    };
    format!(
        "CASE WHEN {event} IS NULL THEN {} WHEN {event} = {BAD_DAY} THEN {} WHEN {order} IS NULL THEN {} \
         WHEN {order} = {BAD_DAY} THEN {} WHEN {event} < {order} THEN {before}{} ELSE {UNCLASSIFIED} END",
        code_of(RejectReason::MissingTimestamp),
        code_of(RejectReason::BadTimestamp),
        code_of(which.missing()),
        code_of(which.bad()),
        buckets(segment, &format!("({event} - {order})"))
    )
}

/// Returns the branches that choose a number's bucket.
fn buckets(segment: &Segment, number: &str) -> String {
    let mut branches = String::new();
    for (index, bucket) in segment.buckets().iter().enumerate() {
        // Writing to a string cannot fail.
        let _ = write!(branches, " WHEN {number} >= {}", bucket.from());
        if let Some(below) = bucket.below() {
            let _ = write!(branches, " AND {number} < {below}");
        }
        let _ = write!(branches, " THEN {index}");
    }
    branches
}
