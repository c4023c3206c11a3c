//! Whole requests: all faults at once, times compared, arbitrary bytes.

use super::{BODY_BYTES_MAX, Draft, document};
use crate::fault::{Fault, FaultCode};
use crate::problem::Kind;
use FaultCode::{Duplicate, LaterThanAsOf, LaterThanLastOrder, Malformed, Missing, Negative, WrongType};
use proptest::prelude::*;
use segments::value::Moment;
use serde_json::value::RawValue;
use serde_json::{Value, json};

const NOW: &str = "2018-08-03T12:00:00Z";

fn valid() -> Value {
    json!({
        "customer_id": 123, "country_code": "Peru", "last_order_ts": "2018-05-03 00:00:00",
        "first_order_ts": "2017-05-03 00:00:00", "total_orders": 15, "segment_name": "frequent_segment",
    })
}

/// Returns the valid request with some fields replaced.
fn with(changes: Value) -> Value {
    let mut request = valid();
    let Value::Object(changes) = changes else { panic!("an object of changes") };
    request.as_object_mut().expect("an object").extend(changes);
    request
}

fn faults(request: &str) -> Vec<Fault> {
    let now = Moment::read(NOW).value().expect("a time");
    let request: &RawValue = serde_json::from_str(request).expect("JSON");
    Draft::read(request, now).and_then(Draft::finish).err().unwrap_or_default()
}

#[track_caller]
fn check(request: &Value, expected: &[(&str, FaultCode)]) {
    check_text(&request.to_string(), expected);
}

#[track_caller]
fn check_text(request: &str, expected: &[(&str, FaultCode)]) {
    let faults = faults(request);
    let found: Vec<_> =
        faults.iter().map(|fault| (fault.pointer.as_deref().unwrap_or("?"), fault.code)).collect();
    assert_eq!(found, expected, "{request}");
}

#[test]
fn a_valid_request() {
    check(&valid(), &[]);
    check(&with(json!({ "as_of": null, "colour": [1, 2] })), &[]);
    check(&with(json!({ "as_of": "2018-05-03" })), &[]);
    check(&with(json!({ "customer_id": "C-7", "total_orders": 15.0 })), &[]);
}

#[test]
fn every_fault_at_once() {
    check(
        &json!({ "customer_id": null, "last_order_ts": "2018-02-30", "first_order_ts": 7, "total_orders": -1, "as_of": "today" }),
        &[
            ("/customer_id", Missing),
            ("/country_code", Missing),
            ("/last_order_ts", Malformed),
            ("/first_order_ts", WrongType),
            ("/total_orders", Negative),
            ("/segment_name", Missing),
            ("/as_of", Malformed),
        ],
    );
    for request in ["[]", "7", "\"x\"", "null"] {
        assert_eq!(
            faults(request).iter().map(|fault| fault.code).collect::<Vec<_>>(),
            [WrongType],
            "{request}"
        );
    }
    let twice = valid().to_string().replacen('{', "{\"total_orders\":1,", 1);
    check_text(&twice, &[("/total_orders", Duplicate)]);
    // A name that no text can have.
    check_text(r#"{"\ud800": 1}"#, &[("", Malformed)]);
}

#[test]
fn orders_are_not_of_the_future() {
    let last = |time: &str| with(json!({ "last_order_ts": time }));
    let refused = &[("/last_order_ts", LaterThanAsOf)][..];
    check(&last("2018-08-03"), &[]);
    check(&last("2018-08-03T12:00:00Z"), &[]);
    check(&last("2018-08-03T12:01:00Z"), &[]);
    check(&last("2018-08-03T12:01:01Z"), refused);
    check(&last("2018-08-03T14:00:00+02:00"), &[]);
    check(&last("2018-08-04"), refused);
    check(&last("2999-01-01"), refused);
    // A given time gets no allowance for clock skew.
    let as_of = |last: &str, as_of: &str| with(json!({ "last_order_ts": last, "as_of": as_of }));
    check(&as_of("2018-05-03 10:00:01", "2018-05-03 10:00:00"), refused);
    check(&as_of("2018-05-03 10:00:00", "2018-05-03 10:00:00"), &[]);
    check(&as_of("2018-05-03 23:59:59", "2018-05-03"), &[]);
    check(&as_of("2018-05-04", "2018-05-03T23:59"), refused);
    check(&as_of("2999-01-01", "2999-01-01"), &[]);
    // Without a valid `as_of` nothing is compared.
    check(&as_of("2999-01-01", "never"), &[("/as_of", Malformed)]);
}

#[test]
fn the_first_order_is_not_after_the_last() {
    let first = |time: &str| with(json!({ "first_order_ts": time }));
    check(&first("2018-05-03 00:00:00"), &[]);
    check(&first("2018-05-03"), &[]);
    check(&first("2018-05-03 00:00:01"), &[("/first_order_ts", LaterThanLastOrder)]);
    check(&first("2018-05-04"), &[("/first_order_ts", LaterThanLastOrder)]);
    check(
        &first("2018-08-04"),
        &[("/first_order_ts", LaterThanAsOf), ("/first_order_ts", LaterThanLastOrder)],
    );
}

/// Values of every JSON type, with many awkward ones.
fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,80}".prop_map(Value::from),
        "[0-9]{4}-[0-9]{2}-[0-9]{2}[ T0-9:.Z+-]{0,20}".prop_map(Value::from),
        Just(json!("Peru")),
    ];
    leaf.prop_recursive(3, 8, 3, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            proptest::collection::hash_map(".{0,5}", inner, 0..3)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_bytes_are_a_document_or_a_problem(body in proptest::collection::vec(any::<u8>(), 0..200)) {
        match document(&body, BODY_BYTES_MAX) {
            Ok(document) => { let _ = faults(document.get()); }
            Err(problem) => prop_assert!(matches!(problem.kind, Kind::MalformedJson | Kind::InvalidRequest)),
        }
    }

    #[test]
    fn a_valid_request_with_any_field_replaced_is_read_or_has_a_fault_there(
        field in proptest::sample::select(vec![
            "customer_id", "country_code", "last_order_ts", "first_order_ts", "total_orders", "segment_name", "as_of",
        ]),
        value in any_value(),
    ) {
        for fault in faults(&with(json!({ field: value })).to_string()) {
            let pointer = fault.pointer.unwrap_or_default();
            // A replaced last order may be before the first.
            let is_compared = fault.code == LaterThanLastOrder || fault.code == LaterThanAsOf;
            prop_assert!(pointer == format!("/{field}") || is_compared, "{pointer} for {field}");
        }
    }
}
