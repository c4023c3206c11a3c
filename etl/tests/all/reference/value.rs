//! Rows as plain values, independent of the file they are written to.

/// A column of the history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Column {
    Country,
    Amount,
    Orders,
    Timestamp,
    LastOrder,
    FirstOrder,
}

/// A value of a column.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Null,
    Text(String),
    Integer(i128),
    Double(f64),
    Float(f32),
    /// Of half precision.
    Half(f32),
    /// The digits of the unscaled number, and how many of them are decimals.
    Decimal(String, i8),
    /// A number of ticks since 1970, and the number of ticks in a second.
    Instant(i64, i64),
    /// Days since 1970.
    Date(i32),
}

/// One event: a value for each of [`Column::ALL`].
pub(crate) type Row = [Value; 6];

/// How a value of a column is read.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Read<T> {
    Missing,
    Bad,
    Good(T),
}

impl Column {
    pub(crate) const ALL: [Self; 6] =
        [Self::Country, Self::Amount, Self::Orders, Self::Timestamp, Self::LastOrder, Self::FirstOrder];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Country => "country_code",
            Self::Amount => "voucher_amount",
            Self::Orders => "total_orders",
            Self::Timestamp => "timestamp",
            Self::LastOrder => "last_order_ts",
            Self::FirstOrder => "first_order_ts",
        }
    }
}

impl Value {
    pub(crate) fn text(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}
