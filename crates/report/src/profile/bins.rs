//! Histograms: ranges of round width for numbers; days, months or years for times.

use chrono::{Datelike, Days, NaiveDate};
use schemars::JsonSchema;
use serde::Serialize;

/// Maximum number of ranges in a histogram, without the extra ones for negative numbers and for the
/// largest.
const BINS_MAX: i64 = 24;
/// Of a thousand values, those above this many share the last, open range: otherwise a few large
/// ones would push all others into one range.
const PER_MILLE_BINNED: u64 = 995;
/// Maximum number of days, months or years in a histogram of times; of more years, the latest are
/// shown.
const TIMES_MAX: usize = 100;

/// A histogram of numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Bins {
    /// What is counted on the axis: `orders`, `days`, `ten-thousandths of the currency`.
    pub unit: &'static str,
    /// The ranges, lowest first; those in between that hold nothing are there.
    pub bins: Vec<Bin>,
    /// Events in no range, because there were too many different values.
    pub others: u64,
}

/// Events whose value is in `[from, below)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Bin {
    /// The smallest value; null where there is none.
    pub from: Option<i64>,
    /// The smallest value above; null where there is none.
    pub below: Option<i64>,
    /// Events.
    pub events: u64,
}

/// Events over time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct TimeBins {
    /// How long each is: the shortest step by which they are not too many.
    pub step: Step,
    /// Those that hold events, earliest first.
    pub bins: Vec<TimeBin>,
    /// Events in none of them, because there were too many.
    pub others: u64,
}

/// How long a range of time is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// A day.
    Day,
    /// A calendar month.
    Month,
    /// A calendar year.
    Year,
}

/// Events of a day, month or year (UTC).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct TimeBin {
    /// The first day, `2018-07-01`.
    pub from: String,
    /// Whether nothing happened on the day, in the month or year before, and something earlier.
    pub is_after_gap: bool,
    /// Events.
    pub events: u64,
}

impl Bins {
    /// Returns the histogram of values and their events, sorted by value, out of `all` events.
    pub(super) fn of(values: &[(i64, u64)], all: u64, unit: &'static str) -> Self {
        let counted: u64 = values.iter().map(|(_, events)| events).sum();
        let (negative, values) = values.split_at(values.partition_point(|(value, _)| *value < 0));
        let mut bins = Vec::new();
        if !negative.is_empty() {
            let events = negative.iter().map(|(_, events)| events).sum();
            bins.push(Bin { from: None, below: Some(0), events });
        }
        if let Some((smallest, _)) = values.first() {
            let largest = usual_largest(values);
            let width = width(*smallest, largest);
            let ranges = smallest / width..=largest / width;
            let end = (ranges.end() + 1) * width;
            let first = bins.len();
            bins.extend(ranges.map(|range| Bin {
                from: Some(range * width),
                below: Some((range + 1) * width),
                events: 0,
            }));
            let mut beyond = Bin { from: Some(end), below: None, events: 0 };
            for (value, events) in values {
                let place = usize::try_from(value / width - smallest / width).unwrap_or(usize::MAX);
                let bin = bins.get_mut(first.saturating_add(place)).unwrap_or(&mut beyond);
                bin.events += events;
            }
            bins.extend(Some(beyond).filter(|beyond| beyond.events > 0));
        }
        Self { unit, bins, others: all.saturating_sub(counted) }
    }
}

/// Returns the value that hardly any other exceeds.
fn usual_largest(values: &[(i64, u64)]) -> i64 {
    let all: u64 = values.iter().map(|(_, events)| events).sum();
    let mut so_far = 0;
    let usual = values.iter().find(|(_, events)| {
        so_far += events;
        so_far * 1_000 >= all * PER_MILLE_BINNED
    });
    usual.or(values.last()).map_or(0, |(value, _)| *value)
}

/// Returns the smallest width, of 1, 2 or 5 times a power of ten, that needs no more than the
/// maximum number of ranges.
fn width(smallest: i64, largest: i64) -> i64 {
    let powers = (0..19).map(|power| 10_i64.pow(power));
    let mut widths = powers.flat_map(|power| [1, 2, 5].map(|factor| power.saturating_mul(factor)));
    widths.find(|width| largest / width - smallest / width < BINS_MAX).unwrap_or(i64::MAX)
}

impl TimeBins {
    /// Returns the histogram of days since 1970-01-01 and their events, in order, out of `all` events.
    pub(super) fn of(days: &[(i32, u64)], all: u64) -> Self {
        let dates: Vec<_> = days.iter().filter_map(|(day, events)| Some((date(*day)?, *events))).collect();
        let by = |step: Step| {
            let mut bins: Vec<(NaiveDate, u64)> = Vec::new();
            for (date, events) in &dates {
                let from = step.start(*date);
                match bins.last_mut() {
                    Some((last, sum)) if *last == from => *sum += events,
                    _ => bins.push((from, *events)),
                }
            }
            (step, bins)
        };
        let (step, mut bins) = [Step::Day, Step::Month]
            .into_iter()
            .map(by)
            .find(|(_, bins)| bins.len() <= TIMES_MAX)
            .unwrap_or_else(|| by(Step::Year));
        bins.drain(..bins.len().saturating_sub(TIMES_MAX));
        let counted: u64 = bins.iter().map(|(_, events)| events).sum();
        let mut before = None;
        let bins = bins.into_iter().map(|(from, events)| {
            let is_after_gap = before.is_some_and(|before| step.next(before) != Some(from));
            before = Some(from);
            TimeBin { from: from.to_string(), is_after_gap, events }
        });
        Self { step, bins: bins.collect(), others: all.saturating_sub(counted) }
    }
}

impl Step {
    fn start(self, date: NaiveDate) -> NaiveDate {
        let start = match self {
            Self::Day => Some(date),
            Self::Month => date.with_day(1),
            Self::Year => NaiveDate::from_ymd_opt(date.year(), 1, 1),
        };
        start.unwrap_or(date)
    }

    fn next(self, start: NaiveDate) -> Option<NaiveDate> {
        match self {
            Self::Day => start.checked_add_days(Days::new(1)),
            Self::Month => Some(self.start(start.checked_add_days(Days::new(31))?)),
            Self::Year => NaiveDate::from_ymd_opt(start.year() + 1, 1, 1),
        }
    }

    /// Returns the name of the step: `day`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Month => "month",
            Self::Year => "year",
        }
    }
}

impl TimeBin {
    /// Returns its label: `2018-07-21`, `2018-07`, `2018`.
    #[must_use]
    pub fn label(&self, step: Step) -> &str {
        let letters = match step {
            Step::Day => self.from.len(),
            Step::Month => self.from.len() - "-01".len(),
            Step::Year => self.from.len() - "-01-01".len(),
        };
        &self.from[..letters]
    }
}

/// Returns the date of a day since 1970-01-01.
pub(super) fn date(day: i32) -> Option<NaiveDate> {
    NaiveDate::from_epoch_days(day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The largest possible amount, in ten-thousandths.
    const VALUE_MAX: i64 = 10_i64.pow(16);

    #[track_caller]
    fn check(values: &[(i64, u64)], expected: &str) {
        let bins = Bins::of(values, values.iter().map(|(_, events)| events).sum(), "orders");
        let edge = |edge: Option<i64>| edge.map_or(String::new(), |edge| edge.to_string());
        let shown =
            bins.bins.iter().map(|bin| format!("{}..{}={}", edge(bin.from), edge(bin.below), bin.events));
        assert_eq!(shown.collect::<Vec<_>>().join(" "), expected, "{values:?}");
        assert_eq!(bins.others, 0);
    }

    #[test]
    fn ranges_are_round_and_few() {
        check(&[], "");
        check(&[(0, 2)], "0..1=2");
        check(&[(7, 1), (9, 2)], "7..8=1 8..9=0 9..10=2");
        check(&[(-9, 1), (-1, 4), (3, 2)], "..0=5 3..4=2");
        check(&[(-9, 1)], "..0=1");
        check(
            &[(0, 1), (48, 1)],
            &format!(
                "0..5=1 {} 45..50=1",
                (1..9).map(|at| format!("{}..{}=0", at * 5, at * 5 + 5)).collect::<Vec<_>>().join(" ")
            ),
        );
        check(&[(1, 1_000), (2, 1_000), (900_000_000, 1)], "1..2=1000 2..3=1000 3..=1");
        let all = Bins::of(&[(1, 3)], 10, "days");
        assert_eq!(all.others, 7);
    }

    #[test]
    fn steps_follow_the_number_of_days() {
        let day = |text: &str| text.parse::<NaiveDate>().expect("a date").to_epoch_days();
        let shown = |days: &[(i32, u64)]| {
            let bins = TimeBins::of(days, 1_000);
            let shown = bins.bins.iter().map(|bin| {
                format!("{}{}={}", if bin.is_after_gap { "~" } else { "" }, bin.label(bins.step), bin.events)
            });
            (bins.step, shown.collect::<Vec<_>>(), bins.others)
        };
        let (step, bins, others) =
            shown(&[(day("2015-12-31"), 1), (day("2016-01-01"), 2), (day("2018-07-21"), 3)]);
        assert_eq!((step, others), (Step::Day, 994));
        assert_eq!(bins, ["2015-12-31=1", "2016-01-01=2", "~2018-07-21=3"]);
        let (step, ..) = shown(&(0..100).map(|day| (day, 1)).collect::<Vec<_>>());
        assert_eq!(step, Step::Day);
        let (step, bins, _) = shown(&(0..101).map(|day| (day, 1)).collect::<Vec<_>>());
        assert_eq!(
            (step, &bins[..]),
            (Step::Month, &["1970-01=31", "1970-02=28", "1970-03=31", "1970-04=11"].map(String::from)[..])
        );
        let (step, bins, _) = shown(&(0..120).map(|month| (month * 31, 1)).collect::<Vec<_>>());
        assert_eq!((step, bins.len(), bins[0].as_str()), (Step::Year, 11, "1970=12"));
        let (step, bins, others) = shown(&(0..150).map(|year| (year * 366, 1)).collect::<Vec<_>>());
        assert_eq!((step, bins.len(), others), (Step::Year, TIMES_MAX, 900));
    }

    proptest! {
        #[test]
        fn every_event_is_in_one_range(
            values in proptest::collection::btree_map(prop_oneof![-50..2_000_i64, -VALUE_MAX..=VALUE_MAX], 1..9_u64, 0..60),
        ) {
            let values: Vec<_> = values.into_iter().collect();
            let all = values.iter().map(|(_, events)| events).sum();
            let bins = Bins::of(&values, all, "orders");
            prop_assert_eq!(bins.others, 0);
            prop_assert_eq!(bins.bins.iter().map(|bin| bin.events).sum::<u64>(), all);
            prop_assert!(i64::try_from(bins.bins.len()).expect("few") <= BINS_MAX + 2);
            for bin in &bins.bins {
                let holds = |value: i64| {
                    bin.from.is_none_or(|from| value >= from) && bin.below.is_none_or(|below| value < below)
                };
                let events: u64 = values.iter().filter(|(value, _)| holds(*value)).map(|(_, events)| events).sum();
                prop_assert_eq!(bin.events, events, "{:?}", bin);
            }
        }
    }
}
