//! Turns values of columns into codes and days.

use super::codes::{Code, Codes};
use super::days::{DayNumber, Days};
use super::observer::{Known, Observer};
use super::value::{Value, read_number};
use history::plan::ColumnKind;
use segments::rules::Rules;
use segments::value::{Amount, Country, Field, Orders};
use std::sync::Arc;

/// Maximum number of distinct values kept by code; beyond it, they are forgotten and coded anew.
const CODES_MAX: usize = 1 << 16;

/// Reads values, and keeps the values behind their codes.
#[derive(Debug)]
pub(super) struct ValueReader<O> {
    rules: Arc<Rules>,
    pub(super) countries: Codes<Field<Country>>,
    pub(super) amounts: Codes<Field<Amount>>,
    pub(super) orders: Codes<Field<Orders>>,
    pub(super) days: Days,
    pub(super) observer: O,
}

impl<O: Observer> ValueReader<O> {
    /// Returns a new reader without any codes.
    pub(super) fn new(rules: Arc<Rules>, observer: O) -> Self {
        Self {
            countries: Codes::default(),
            amounts: Codes::default(),
            orders: Codes::default(),
            days: Days::new(rules.cleaning()),
            observer,
            rules,
        }
    }

    pub(super) fn country(&mut self, value: Value<'_>) -> Code {
        let country = match value.with_text() {
            Value::Text(text) => self.rules.read_country(text),
            _ => Field::Missing,
        };
        self.observer.country(value, country, &mut self.countries)
    }

    pub(super) fn amount(&mut self, value: Value<'_>) -> Code {
        let missing = self.rules.cleaning().missing_texts();
        let amount = read_number(value, |text| Amount::read_by(text, missing), Amount::from_decimal);
        self.observer.code(ColumnKind::VoucherAmount, value, amount, &mut self.amounts)
    }

    pub(super) fn orders(&mut self, value: Value<'_>) -> Code {
        let missing = self.rules.cleaning().missing_texts();
        let orders = read_number(value, |text| Orders::read_by(text, missing), Orders::from_decimal);
        self.observer.code(ColumnKind::TotalOrders, value, orders, &mut self.orders)
    }

    pub(super) fn day(&mut self, kind: ColumnKind, value: Value<'_>) -> DayNumber {
        self.observer.day(kind, value, &mut self.days)
    }

    /// Returns the observer and the values behind the codes.
    pub(super) fn observed(&mut self) -> (&mut O, Known<'_>) {
        let (countries, amounts) = (self.countries.values(), self.amounts.values());
        (&mut self.observer, Known { countries, amounts, orders: self.orders.values() })
    }

    /// Returns whether there are so many codes that they must start again at 0.
    pub(super) fn has_many_codes(&self) -> bool {
        let codes = [self.countries.len(), self.amounts.len(), self.orders.len()];
        codes.into_iter().any(|codes| codes > CODES_MAX)
    }

    /// Forgets all values; codes start again at 0.
    pub(super) fn forget_codes(&mut self) {
        self.countries.clear();
        self.amounts.clear();
        self.orders.clear();
        self.observer.forget_codes();
    }
}
