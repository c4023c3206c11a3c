//! The fields of a request, one by one and compared with each other.

use super::field;
use super::given::{needed, read};
use super::{Asked, VoucherRequest, schema};
use crate::fault::{Fault, FaultCode};
use segments::customer::Customer;
use segments::rules::Measure;
use segments::value::{CountryKey, Moment, Orders};
use serde::Deserialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

/// How far a client's clock may be ahead of ours: an order placed just now is not refused.
const CLOCK_SKEW_NANOS: i128 = 60_000_000_000;

/// A customer to find the voucher for, and by `segment_name`, `segment_names` or `best` the segment.
/// Unknown fields are ignored.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = VoucherRequest, example = json!({
    "customer_id": 123, "country_code": "Peru", "last_order_ts": "2018-05-03 00:00:00",
    "first_order_ts": "2017-05-03 00:00:00", "total_orders": 15, "segment_name": "frequent_segment",
}))]
pub struct Fields<'a> {
    /// Whoever it is: an integer of 64 bits or text of 1 to 64 characters, answered as it is.
    #[serde(borrow, default)]
    #[schema(required, schema_with = schema::customer_id)]
    customer_id: Option<&'a RawValue>,
    /// The country in any spelling, or by a further name that its rules know: case, marks and width of
    /// letters and blanks at the ends make no difference. At most 128 bytes without them, no control
    /// characters, no `#`, and no text that stands for nothing.
    #[serde(borrow, default)]
    #[schema(required, schema_with = schema::country_code)]
    country_code: Option<&'a RawValue>,
    /// When the last order was placed: a day of the calendar, alone or with a time; without a zone it
    /// is UTC. Not later than `as_of`.
    #[serde(borrow, default)]
    #[schema(required, schema_with = schema::last_order_ts)]
    last_order_ts: Option<&'a RawValue>,
    /// When the first order was placed; not later than the last one.
    #[serde(borrow, default)]
    #[schema(required, schema_with = schema::first_order_ts)]
    first_order_ts: Option<&'a RawValue>,
    /// Orders placed so far: a whole number, of at most 40 characters however it is written.
    #[serde(borrow, default)]
    #[schema(required, schema_with = schema::total_orders)]
    total_orders: Option<&'a RawValue>,
    /// A segment of the published rules; `frequency_segment` is read as `frequent_segment`.
    #[serde(borrow, default)]
    #[schema(required = false, schema_with = schema::segment_name)]
    segment_name: Option<&'a RawValue>,
    /// Several segments, each with an answer of its own; with `best` those to look at.
    #[serde(borrow, default)]
    #[schema(required = false, schema_with = schema::segment_names)]
    segment_names: Option<&'a RawValue>,
    /// Whether to answer from the first segment that has an amount, in the order of the rules' fallback.
    #[serde(borrow, default)]
    #[schema(required = false, schema_with = schema::best)]
    best: Option<&'a RawValue>,
    /// The day to answer for; now, if it is left out or null.
    #[serde(borrow, default)]
    #[schema(required = false, schema_with = schema::as_of)]
    as_of: Option<&'a RawValue>,
}

/// A request, as far as it can be read, and its faults.
#[derive(Debug)]
pub struct Draft {
    customer_id: Option<Box<RawValue>>,
    /// The country, if valid.
    pub country: Option<CountryKey>,
    last_order: Option<Moment>,
    first_order: Option<Moment>,
    total_orders: Option<Orders>,
    /// The segments asked for, if valid.
    pub asked: Option<Asked>,
    as_of: Moment,
    faults: Vec<Fault>,
}

impl Draft {
    /// Reads a request; `now` is its `as_of` unless it gives one.
    ///
    /// # Errors
    ///
    /// The faults, if it is not an object, has a field twice, or a name that is not valid Unicode.
    pub fn read(document: &RawValue, now: Moment) -> Result<Self, Vec<Fault>> {
        if !document.get().starts_with('{') {
            return Err(vec![Fault::at("", FaultCode::WrongType, "a request must be a JSON object")]);
        }
        let fields: Fields<'_> =
            serde_json::from_str(document.get()).map_err(|error| vec![unreadable(&error.to_string())])?;
        let mut faults = Vec::new();
        let mut draft = Self {
            customer_id: needed("customer_id", fields.customer_id, field::customer_id, &mut faults),
            country: needed("country_code", fields.country_code, field::country, &mut faults),
            last_order: needed("last_order_ts", fields.last_order_ts, field::moment, &mut faults),
            first_order: needed("first_order_ts", fields.first_order_ts, field::moment, &mut faults),
            total_orders: needed("total_orders", fields.total_orders, field::orders, &mut faults),
            asked: Asked::read(fields.segment_name, fields.segment_names, fields.best, &mut faults),
            as_of: now,
            faults: Vec::new(),
        };
        let as_of = fields.as_of.map(|value| read("as_of", value, field::moment, &mut faults));
        // With an invalid `as_of` nothing is compared.
        let limit = match as_of {
            None => now.later_by(CLOCK_SKEW_NANOS),
            Some(as_of) => as_of,
        };
        draft.as_of = as_of.flatten().unwrap_or(now);
        draft.faults = faults;
        draft.compare(limit);
        Ok(draft)
    }

    /// Returns the customer's value of a measure, if the fields for it are valid.
    #[must_use]
    pub fn value_of(&self, measure: Measure) -> Option<u64> {
        let (last_order, first_order) = self.last_order.zip(self.first_order)?;
        let customer = Customer { first_order, last_order, total_orders: self.total_orders? };
        customer.value_of(measure, self.as_of.day())
    }

    /// Adds a fault that only the published rules could show.
    pub fn refuse(&mut self, fault: Fault) {
        self.faults.push(fault);
    }

    /// Returns the request if it has no fault.
    ///
    /// # Errors
    ///
    /// All its faults.
    pub fn finish(self) -> Result<VoucherRequest, Vec<Fault>> {
        let Self { customer_id, country, last_order, first_order, total_orders, asked, as_of, faults } = self;
        match (customer_id, country, last_order, first_order, total_orders, asked) {
            (
                Some(customer_id),
                Some(country),
                Some(last_order),
                Some(first_order),
                Some(total_orders),
                Some(asked),
            ) if faults.is_empty() => {
                let customer = Customer { first_order, last_order, total_orders };
                Ok(VoucherRequest { customer_id, country, customer, asked, as_of })
            }
            _ => Err(faults),
        }
    }

    fn compare(&mut self, limit: Option<Moment>) {
        let mut refuse = |name: &str, code, problem: &str| {
            self.faults.push(Fault::at(format!("/{name}"), code, format!("{name} {problem}")));
        };
        let later = |order: Option<Moment>, than: Option<Moment>| {
            order.zip(than).is_some_and(|(order, than)| order.is_after(than))
        };
        let than_as_of = "must not be later than as_of, which is now unless it is given";
        if later(self.last_order, limit) {
            refuse("last_order_ts", FaultCode::LaterThanAsOf, than_as_of);
        }
        if later(self.first_order, limit) {
            refuse("first_order_ts", FaultCode::LaterThanAsOf, than_as_of);
        }
        if later(self.first_order, self.last_order) {
            refuse("first_order_ts", FaultCode::LaterThanLastOrder, "must not be later than last_order_ts");
        }
    }
}

/// Returns the fault of a JSON object whose fields may have any type: a field is there twice, or a
/// name is not valid Unicode.
fn unreadable(error: &str) -> Fault {
    let duplicate = error.strip_prefix("duplicate field `").and_then(|rest| rest.split_once('`'));
    match duplicate {
        Some((name, _)) => {
            Fault::at(format!("/{name}"), FaultCode::Duplicate, format!("{name} is there twice"))
        }
        None => Fault::at("", FaultCode::Malformed, format!("a field cannot be read: {error}")),
    }
}
