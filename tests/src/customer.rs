//! Requests for customers, by the measures of the segments.

use chrono::{Days, NaiveDate};
use serde_json::{Value, json};

/// The default `as_of` of requests.
const AS_OF: NaiveDate = NaiveDate::from_ymd_opt(2018, 7, 21).expect("a day");
/// Days since the last order where only the number of orders matters, as in `history`.
const DAYS: u64 = 45;

/// Returns a complete request for a customer with so many orders.
pub fn by_orders(country: &str, orders: u64) -> Value {
    request(country, "frequent_segment", orders, DAYS)
}

/// Returns a complete request for a customer whose last order is so many days ago.
pub fn by_days(country: &str, days: u64) -> Value {
    request(country, "recency_segment", 3, days)
}

/// Returns a complete request for a customer with this value of the segment's measure.
pub fn by(segment: &str, country: &str, value: u64) -> Value {
    match segment {
        "frequent_segment" => by_orders(country, value),
        "recency_segment" => by_days(country, value),
        other => panic!("{other} is no segment of the default rules"),
    }
}

/// Returns a request with one field replaced.
pub fn with(mut request: Value, field: &str, value: impl Into<Value>) -> Value {
    request[field] = value.into();
    request
}

/// Returns a request without one field.
pub fn without(mut request: Value, field: &str) -> Value {
    request.as_object_mut().and_then(|fields| fields.remove(field)).expect("it has the field");
    request
}

fn request(country: &str, segment: &str, orders: u64, days: u64) -> Value {
    let last_order = AS_OF.checked_sub_days(Days::new(days)).expect("a day");
    json!({
        "customer_id": 123,
        "country_code": country,
        "last_order_ts": format!("{last_order} 00:00:00"),
        "first_order_ts": "2017-01-01 00:00:00",
        "total_orders": orders,
        "segment_name": segment,
        "as_of": AS_OF.to_string(),
    })
}
