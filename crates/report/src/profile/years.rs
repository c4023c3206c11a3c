//! Finds years that stand out from the others of a column.

use super::bins::date;
use chrono::Datelike;
use std::collections::BTreeMap;

/// A year is thin if it has fewer events per thousand of the busiest year than this, in a column
/// whose years should be full.
const FULL_PER_MILLE: u64 = 1;

/// A year that stands out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct OddYear {
    pub(super) year: i32,
    pub(super) events: u64,
    pub(super) why: Why,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    /// The year has not begun.
    Future,
    /// Empty years lie between it and the years with the most events.
    Apart,
    /// The year has hardly any events.
    Thin,
}

/// Returns the years that stand out among days since 1970-01-01 and their events. If events are
/// expected every year, set `is_odd_if_thin`: then a year with hardly any of them stands out.
pub(super) fn odd_years(days: &[(i32, u64)], this_year: i32, is_odd_if_thin: bool) -> Vec<OddYear> {
    let mut years: BTreeMap<i32, u64> = BTreeMap::new();
    for (day, events) in days {
        if let Some(date) = date(*day) {
            *years.entry(date.year()).or_default() += events;
        }
    }
    // Consecutive years form one block.
    let mut blocks: Vec<(i32, i32, u64)> = Vec::new();
    for (year, events) in &years {
        match blocks.last_mut() {
            Some((_, last, sum)) if *last + 1 == *year => (*last, *sum) = (*year, *sum + events),
            _ => blocks.push((*year, *year, *events)),
        }
    }
    let Some((first, last, _)) = blocks.into_iter().max_by_key(|(first, _, events)| (*events, *first)) else {
        return Vec::new();
    };
    let busiest = years.values().copied().max().unwrap_or_default();
    let odd = years.into_iter().filter_map(|(year, events)| {
        let why = if year > this_year {
            Why::Future
        } else if !(first..=last).contains(&year) {
            Why::Apart
        } else if is_odd_if_thin && events.saturating_mul(1_000) < busiest.saturating_mul(FULL_PER_MILLE) {
            Why::Thin
        } else {
            return None;
        };
        Some(OddYear { year, events, why })
    });
    odd.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;

    #[track_caller]
    fn check(years: &[(i32, u64)], is_odd_if_thin: bool, expected: &[(i32, Why)]) {
        let day = |year| NaiveDate::from_ymd_opt(year, 7, 1).expect("a date").to_epoch_days();
        let days: Vec<_> = years.iter().map(|(year, events)| (day(*year), *events)).collect();
        let odd = odd_years(&days, 2026, is_odd_if_thin);
        assert_eq!(odd.iter().map(|odd| (odd.year, odd.why)).collect::<Vec<_>>(), expected, "{years:?}");
        for odd in odd {
            assert!(years.contains(&(odd.year, odd.events)));
        }
    }

    #[test]
    fn years_that_stand_out() {
        check(&[], true, &[]);
        check(&[(2018, 5)], true, &[]);
        check(&[(2017, 5), (2018, 5)], true, &[]);
        check(&[(2015, 22_845), (2018, 262_725)], true, &[(2015, Why::Apart)]);
        // A block of two years outweighs a single busier one.
        check(&[(2012, 60), (2015, 40), (2016, 40)], true, &[(2012, Why::Apart)]);
        check(
            &[(1970, 9), (2025, 900), (2026, 900), (2027, 1)],
            true,
            &[(1970, Why::Apart), (2027, Why::Future)],
        );
        check(&[(2027, 900), (2028, 900)], true, &[(2027, Why::Future), (2028, Why::Future)]);
        check(&[(2016, 9), (2017, 10), (2018, 10_000)], true, &[(2016, Why::Thin)]);
        check(&[(2016, 9), (2017, 10), (2018, 10_000)], false, &[]);
    }
}
