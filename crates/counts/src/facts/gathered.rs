//! Facts about the rows. [`Facts::merge`] is commutative and associative, so neither the number of
//! threads nor the order of arrival changes a profile.

use super::distinct::DistinctValues;
use super::examples::Odd;
use super::numbers::Numbers;
use super::tally::Tally;
use super::texts::CountryTexts;
use history::plan::ColumnKind;
use segments::value::Amount;
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};
use storage::shown;

/// Days that are counted in an array: 1970 to 2099.
const DAYS_USUAL: Range<i32> = 0..47_482;
/// Numbers of orders that are counted in an array.
const ORDERS_USUAL: Range<i32> = 0..4_096;
/// Days since the last order that are counted in an array.
const DAYS_SINCE_USUAL: Range<i32> = -4_096..8_192;
/// Maximum number of bad values shown for a column, and of letters of each.
const BAD_MAX: usize = 5;
const BAD_LETTERS_MAX: usize = 60;

/// Something odd about a single event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowOddity {
    /// The event is before the last order.
    EventBeforeLastOrder,
    /// The event is before the first order.
    EventBeforeFirstOrder,
    /// The first order is after the last.
    FirstOrderAfterLast,
    /// There are no orders, but a last one.
    ZeroOrdersWithOrderDate,
    /// There are orders, but no last one.
    OrdersWithoutOrderDate,
    /// The number of orders is missing.
    BlankOrders,
}

impl RowOddity {
    /// All oddities, in the order of [`Facts::odd`].
    pub const ALL: [Self; 6] = [
        Self::EventBeforeLastOrder,
        Self::EventBeforeFirstOrder,
        Self::FirstOrderAfterLast,
        Self::ZeroOrdersWithOrderDate,
        Self::OrdersWithoutOrderDate,
        Self::BlankOrders,
    ];
}

/// Values of a column that have no content.
#[derive(Debug, Clone, Default)]
pub struct Unread {
    /// Null.
    pub null: u64,
    /// Text that is only blanks.
    pub blank: u64,
    /// Outside the grammar.
    pub bad: u64,
    /// Some of the bad values: the first in alphabetical order.
    texts: BTreeSet<String>,
}

impl Unread {
    /// Adds a bad value to those shown; occurrences are counted elsewhere.
    pub fn show(&mut self, text: &str) {
        let cut: String = text.chars().take(BAD_LETTERS_MAX).collect();
        let is_wanted = self.texts.len() < BAD_MAX || self.texts.last().is_some_and(|last| cut < *last);
        if is_wanted && self.texts.insert(cut) && self.texts.len() > BAD_MAX {
            self.texts.pop_last();
        }
    }

    fn merge(&mut self, other: &Self) {
        self.null += other.null;
        self.blank += other.blank;
        self.bad += other.bad;
        for text in &other.texts {
            self.show(text);
        }
    }

    /// Returns some of the bad values, in printable form.
    #[must_use]
    pub fn texts(&self) -> Vec<String> {
        // A dictionary may have entries that no row uses.
        if self.bad == 0 {
            Vec::new()
        } else {
            self.texts.iter().map(|text| shown(text).into_owned()).collect()
        }
    }
}

/// Moments, in nanoseconds since 1970-01-01T00:00Z.
#[derive(Debug, Clone, Default)]
pub struct Moments {
    /// The distinct moments.
    pub values: DistinctValues,
    /// The first and the last.
    pub range: Option<(i128, i128)>,
}

impl Moments {
    /// Adds a moment.
    pub fn add(&mut self, nanos: i128) {
        let (first, last) = self.range.unwrap_or((nanos, nanos));
        self.range = Some((first.min(nanos), last.max(nanos)));
        // Moments 584 years apart count as one; no history covers nearly that long.
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "the lower bits are meant"
        )]
        self.values.add(nanos as u64);
    }

    fn merge(&mut self, other: Self) {
        if let Some((first, last)) = other.range {
            let (mine_first, mine_last) = self.range.unwrap_or((first, last));
            self.range = Some((first.min(mine_first), last.max(mine_last)));
        }
        self.values.merge(other.values);
    }
}

/// Facts about some rows.
#[derive(Debug, Clone)]
pub struct Facts {
    /// Number of rows.
    pub rows: u64,
    /// Values without content, by column, in the order of [`column()`].
    pub unread: [Unread; 6],
    /// The texts of the country column.
    pub texts: CountryTexts,
    /// The amounts.
    pub amounts: Tally<Amount>,
    /// The numbers of orders.
    pub orders: Numbers,
    /// The days of events, since 1970-01-01.
    pub event_days: Numbers,
    /// The days of last orders, likewise.
    pub last_order_days: Numbers,
    /// The days of first orders, likewise.
    pub first_order_days: Numbers,
    /// Days from the last order to the event.
    pub days_since: Numbers,
    /// The times of events.
    pub moments: Moments,
    /// Odd events, in the order of [`RowOddity::ALL`].
    pub odd: [Odd; RowOddity::ALL.len()],
    /// Events outside every bucket, by split. Only their examples are kept here.
    pub outside: Vec<Odd>,
}

/// Returns the position of a column in the facts.
#[must_use]
pub fn column(kind: ColumnKind) -> usize {
    match kind {
        ColumnKind::CountryCode => 0,
        ColumnKind::VoucherAmount => 1,
        ColumnKind::TotalOrders => 2,
        ColumnKind::Timestamp => 3,
        ColumnKind::LastOrderTs => 4,
        ColumnKind::FirstOrderTs => 5,
    }
}

impl Facts {
    /// Returns the facts of no rows, for rules with `splits` splits.
    #[must_use]
    pub fn new(splits: usize) -> Self {
        Self {
            rows: 0,
            unread: Default::default(),
            texts: CountryTexts::default(),
            amounts: Tally::default(),
            orders: Numbers::new(ORDERS_USUAL),
            event_days: Numbers::new(DAYS_USUAL),
            last_order_days: Numbers::new(DAYS_USUAL),
            first_order_days: Numbers::new(DAYS_USUAL),
            days_since: Numbers::new(DAYS_SINCE_USUAL),
            moments: Moments::default(),
            odd: Default::default(),
            outside: vec![Odd::default(); splits],
        }
    }

    /// Adds the facts of other rows.
    pub fn merge(&mut self, other: Self) {
        self.rows += other.rows;
        for (mine, other) in self.unread.iter_mut().zip(&other.unread) {
            mine.merge(other);
        }
        self.texts.merge(other.texts);
        self.amounts.merge(other.amounts);
        self.orders.merge(other.orders);
        self.event_days.merge(other.event_days);
        self.last_order_days.merge(other.last_order_days);
        self.first_order_days.merge(other.first_order_days);
        self.days_since.merge(other.days_since);
        self.moments.merge(other.moments);
        let odd = self.odd.iter_mut().chain(&mut self.outside);
        for (mine, other) in odd.zip(other.odd.into_iter().chain(other.outside)) {
            mine.merge(other);
        }
    }

    /// Returns the values of a column that have no content.
    #[must_use]
    pub fn unread(&self, kind: ColumnKind) -> &Unread {
        &self.unread[column(kind)]
    }
}

/// Where threads leave the facts that they gathered.
#[derive(Debug, Clone)]
pub struct FactsSink(Arc<Mutex<Facts>>);

impl FactsSink {
    /// Returns an empty sink for rules with `splits` splits.
    #[must_use]
    pub fn new(splits: usize) -> Self {
        Self(Arc::new(Mutex::new(Facts::new(splits))))
    }

    /// Adds the facts that a thread gathered.
    pub fn add(&self, facts: Facts) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).merge(facts);
    }

    /// Takes all gathered facts.
    pub fn take(&self) -> Facts {
        let mut facts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let splits = facts.outside.len();
        std::mem::replace(&mut facts, Facts::new(splits))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_values_are_few_short_and_one_line() {
        let mut unread = Unread { bad: 9, ..Unread::default() };
        let long = "z".repeat(BAD_LETTERS_MAX + 1);
        for text in ["c", "b\n", "a", "b\n", "f", "e", "d", &long] {
            unread.show(text);
        }
        let mut other = Unread::default();
        other.show("0");
        other.merge(&unread);
        assert_eq!(other.texts(), ["0", "a", "b\\n", "c", "d"]);
        let mut one = Unread { bad: 1, ..Unread::default() };
        one.show(&long);
        assert_eq!(one.texts(), ["z".repeat(BAD_LETTERS_MAX)]);
        one.bad = 0;
        assert_eq!(one.texts(), [""; 0], "an entry that no row uses");
    }

    #[test]
    fn moments_of_either_part() {
        let mut moments = Moments::default();
        moments.add(-5);
        let mut other = Moments::default();
        other.add(i128::from(i64::MAX) * 10);
        other.add(-5);
        moments.merge(other);
        assert_eq!(moments.range, Some((-5, i128::from(i64::MAX) * 10)));
        assert_eq!(moments.values.distinct().values, 2);
    }
}
