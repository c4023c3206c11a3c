//! The splits that the rules count by. Outcomes of known values are looked up instead of judged again.

use super::codes::Code;
use super::days::{DayColumn, DayNumber};
use super::grid::Grid;
use super::outcomes::Outcomes;
use segments::outcome::Outcome;
use segments::rules::{Measure, OrderDate, Rules, Segment, Split};
use segments::value::{Day, Field, Orders};

/// Differences of days that are looked up: three years back, for misdated events, and eight years on.
const DAYS_BACK: i32 = 1 << 10;
const DAYS_LOOKED_UP: i32 = 3 << 10;

/// The counts of a segment, or of the whole country, and how its rows get their outcomes.
#[derive(Debug)]
pub(super) struct SplitFold {
    /// Its position among the splits of the rules.
    index: usize,
    outcomes: Outcomes,
    by: By,
    pub(super) grid: Grid,
}

/// What decides the outcome, with the outcomes known so far.
#[derive(Debug)]
enum By {
    /// Every event counts.
    Nothing(u16),
    /// By code of the orders.
    Orders(Vec<u16>),
    /// By difference of the days, starting [`DAYS_BACK`] before.
    Days(OrderDate, Vec<u16>),
}

/// The values of a batch of rows that decide outcomes. Columns that the rules do not need are empty.
#[derive(Debug, Default)]
pub(super) struct Measured {
    pub(super) orders: Vec<Code>,
    pub(super) timestamps: Vec<DayNumber>,
    pub(super) last_orders: Vec<DayNumber>,
    pub(super) first_orders: Vec<DayNumber>,
}

impl SplitFold {
    /// Returns one for each split of the rules.
    pub(super) fn all(rules: &Rules) -> Vec<Self> {
        let splits = rules.splits().enumerate();
        let fold = |(index, split): (usize, Split<'_>)| {
            let outcomes = Outcomes::of(split);
            let by = match split {
                Split::CountryWide => By::Nothing(outcomes.number(Outcome::Bucket(0))),
                Split::Segment(segment) => match segment.measure() {
                    Measure::TotalOrders => By::Orders(Vec::new()),
                    Measure::DaysSinceLastOrder => {
                        By::Days(OrderDate::Last, by_days(segment, OrderDate::Last, rules, outcomes))
                    }
                    Measure::DaysSinceFirstOrder => {
                        By::Days(OrderDate::First, by_days(segment, OrderDate::First, rules, outcomes))
                    }
                },
            };
            Self { index, outcomes, by, grid: Grid::new(outcomes.len()) }
        };
        splits.map(fold).collect()
    }

    /// Returns its position among the splits of the rules.
    pub(super) fn index(&self) -> usize {
        self.index
    }

    /// Returns the numbering of its outcomes.
    pub(super) fn outcomes(&self) -> Outcomes {
        self.outcomes
    }

    /// Forgets the outcomes by code of orders: codes start again at 0.
    pub(super) fn forget_orders(&mut self) {
        if let By::Orders(known) = &mut self.by {
            known.clear();
        }
    }

    /// Writes the number of each row's outcome to `numbers`, for `rows` rows.
    pub(super) fn outcomes_of(
        &mut self,
        measured: &Measured,
        rows: usize,
        orders: &[Field<Orders>],
        rules: &Rules,
        numbers: &mut Vec<u16>,
    ) {
        numbers.clear();
        let outcomes = self.outcomes;
        let segment = rules.splits().nth(self.index).and_then(|split| match split {
            Split::Segment(segment) => Some(segment),
            Split::CountryWide => None,
        });
        match (&mut self.by, segment) {
            (By::Orders(known), Some(segment)) => {
                let new = orders[known.len()..].iter();
                known.extend(
                    new.map(|orders| outcomes.number(segment.outcome_of_orders(*orders, rules.cleaning()))),
                );
                numbers.extend(measured.orders.iter().map(|code| known[*code as usize]));
            }
            (By::Days(which, known), Some(segment)) => {
                let order_days = match which {
                    OrderDate::Last => &measured.last_orders,
                    OrderDate::First => &measured.first_orders,
                };
                let which = *which;
                let judge = |event: DayNumber, order: DayNumber| {
                    let event = DayColumn::Event.day(event);
                    let order = DayColumn::Order.day(order);
                    outcomes.number(segment.outcome_of_days(event, order, which, rules.cleaning()))
                };
                numbers.extend(measured.timestamps.iter().zip(order_days).map(|(event, order)| {
                    let days = event.since(*order).wrapping_add(DAYS_BACK).cast_unsigned();
                    known.get(days as usize).copied().unwrap_or_else(|| judge(*event, *order))
                }));
            }
            (By::Nothing(outcome), _) => numbers.resize(rows, *outcome),
            (By::Orders(_) | By::Days(..), None) => unreachable!("only segments go by a measure"),
        }
    }
}

/// The outcome depends only on the difference of the days: each difference is judged once.
fn by_days(segment: &Segment, which: OrderDate, rules: &Rules, outcomes: Outcomes) -> Vec<u16> {
    let epoch = Day::from_number(0);
    let days = -DAYS_BACK..DAYS_LOOKED_UP;
    days.map(|days| {
        let outcome = segment.outcome_of_days(Day::from_number(days), epoch, which, rules.cleaning());
        outcomes.number(outcome)
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::super::codes::Codes;
    use super::*;
    use proptest::prelude::*;

    fn day() -> impl Strategy<Value = Field<Day>> {
        let near = 17_000..18_000_i64;
        let any = prop_oneof![8 => near, 1 => -719_528..2_932_897_i64];
        prop_oneof![
            8 => any.prop_map(|days| Field::or_bad(Day::from_epoch_days(days))),
            1 => Just(Field::Missing),
            1 => Just(Field::Bad),
        ]
    }

    fn orders() -> impl Strategy<Value = Field<Orders>> {
        "(|[0-9]{1,2}|38|1000|x)".prop_map(|text| Orders::read(&text))
    }

    fn rules() -> Vec<Rules> {
        let strict = "[[segment]]
            name = \"first\"
            measure = \"days_since_first_order\"
            buckets = [{ label = \"0-9\", from = 0, below = 9 }, { label = \"3000+\", from = 3000 }]
            [cleaning]
            missing_total_orders = \"reject\"
            event_before_first_order = \"reject\"
            [fallback]
            order = [\"country\"]";
        vec![Rules::default(), Rules::from_toml(strict, "strict.toml").expect("valid rules")]
    }

    proptest! {
        #[test]
        fn what_is_looked_up_is_what_the_rules_say(
            rows in proptest::collection::vec((orders(), day(), day(), day()), 1..60),
        ) {
            for rules in rules() {
                let mut codes = Codes::default();
                let measured = Measured {
                    orders: rows.iter().map(|row| codes.code(row.0)).collect(),
                    timestamps: rows.iter().map(|row| DayColumn::Event.number(row.1)).collect(),
                    last_orders: rows.iter().map(|row| DayColumn::Order.number(row.2)).collect(),
                    first_orders: rows.iter().map(|row| DayColumn::Order.number(row.3)).collect(),
                };
                for (split, fold) in rules.splits().zip(&mut SplitFold::all(&rules)) {
                    let mut numbers = Vec::new();
                    fold.outcomes_of(&measured, rows.len(), codes.values(), &rules, &mut numbers);
                    let plain = rows.iter().map(|(orders, event, last, first)| {
                        let cleaning = rules.cleaning();
                        let outcome = match split {
                            Split::CountryWide => Outcome::Bucket(0),
                            Split::Segment(segment) => match segment.measure() {
                                Measure::TotalOrders => segment.outcome_of_orders(*orders, cleaning),
                                Measure::DaysSinceLastOrder => {
                                    segment.outcome_of_days(*event, *last, OrderDate::Last, cleaning)
                                }
                                Measure::DaysSinceFirstOrder => {
                                    segment.outcome_of_days(*event, *first, OrderDate::First, cleaning)
                                }
                            },
                        };
                        fold.outcomes().number(outcome)
                    });
                    prop_assert_eq!(&numbers, &plain.collect::<Vec<_>>());
                }
            }
        }
    }
}
