//! A request for a voucher: read at the door, whole or with all of its faults.

mod body;

mod field;

mod fields;

mod schema;

#[cfg(test)]
mod tests;

pub use body::{BATCH_BYTES_MAX, BODY_BYTES_MAX, collect, document, read_body};
pub use fields::{Draft, Fields};
pub(crate) use schema::customer_id as customer_id_schema;

use segments::customer::Customer;
use segments::value::{CountryKey, Moment};
use serde_json::value::RawValue;

/// A request that may be answered, but for its segment, whose name only the rules can judge.
#[derive(Debug, Clone)]
pub struct VoucherRequest {
    /// Who is asked about, as it was written.
    pub customer_id: Box<RawValue>,
    /// The country.
    pub country: CountryKey,
    /// What is known of the customer.
    pub customer: Customer,
    /// The name of a segment.
    pub segment_name: String,
    /// The time of the answer.
    pub as_of: Moment,
}
