//! A request for a voucher: read at the door, either valid or with all its faults.

mod body;

mod field;

mod given;

mod asked;

mod fields;

mod schema;

#[cfg(test)]
mod tests;

pub use asked::Asked;
pub use body::{BATCH_BYTES_MAX, BODY_BYTES_MAX, collect, document, read_body};
pub use fields::{Draft, Fields};
pub(crate) use schema::customer_id as customer_id_schema;

use segments::customer::Customer;
use segments::value::{CountryKey, Moment};
use serde_json::value::RawValue;

/// A valid request, except for its segments: only the published rules know them.
#[derive(Debug, Clone)]
pub struct VoucherRequest {
    /// The customer's id, as written in the request.
    pub customer_id: Box<RawValue>,
    /// The country.
    pub country: CountryKey,
    /// The customer.
    pub customer: Customer,
    /// The segments asked for.
    pub asked: Asked,
    /// The time to classify the customer for.
    pub as_of: Moment,
}
