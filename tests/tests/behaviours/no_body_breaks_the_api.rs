//! Odd bodies, by the hundred: each is answered, none with a 5xx, each refusal is a problem
//! document, and the API goes on answering.

use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use serde_json::Value;
use stack::Stack;
use stack::api::{Door, INVOCATIONS, Listener, Question, problem_of};
use stack::customer::{by_orders, with, without};
use stack::http::{Answer, Method};

const FIELDS: [&str; 7] = [
    "customer_id",
    "country_code",
    "last_order_ts",
    "first_order_ts",
    "total_orders",
    "segment_name",
    "as_of",
];

fn published() -> (Stack, Listener) {
    Stack::serving(&[("Peru", 1, 2640.0)])
}

/// Checks that an answer is a sound one: JSON where it is no problem, a problem otherwise.
fn check(answer: &Answer, of: &str) -> Result<(), String> {
    let problem = if answer.status == 200 {
        serde_json::from_slice::<Value>(&answer.body).err().map(|error| error.to_string())
    } else {
        problem_of(answer).err()
    };
    let problem = problem.or_else(|| answer.status.is_server_error().then(|| format!("{answer:?}")));
    problem.map_or(Ok(()), |problem| Err(format!("{of:.300}: {problem}")))
}

/// Posts a body to every route that takes one.
fn ask(listener: &Listener, body: &[u8]) -> Result<(), String> {
    for path in ["/voucher", "/v1/vouchers", "/voucher?explain=true"] {
        let answer = listener.ask(&Question::new(Method::POST, path).json(body.to_vec()));
        check(&answer, &format!("{path} {}", String::from_utf8_lossy(body)))?;
    }
    let bare = listener.ask(&Question::new(Method::POST, INVOCATIONS).json(body.to_vec()));
    if bare.status.is_server_error() { Err(format!("bare {body:?}: {bare:?}")) } else { Ok(()) }
}

fn odd_values() -> Vec<String> {
    let texts = [
        "",
        " ",
        "\\u0000",
        "\\u0000Peru",
        "\\ud800",
        "\\udfff\\ud800",
        "Peru#",
        "#countries",
        "current",
        "../../x",
        "' OR 1=1 --",
        "%00",
        "\\n\\r",
        "\\u202ePeru",
        "İ",
        "NaN",
        "Infinity",
        "null",
        "0x10",
        "1e9",
        "-0",
        "+5",
        "5.0000",
        "2018-02-30",
        "9999-12-31T23:59:59-23:59",
        "0000-01-01",
        "-0001-01-01",
        "2018-07-21T24:00",
        "99999999999999999999999999999999999999999",
    ];
    let numbers = [
        "0",
        "-0",
        "-0.0",
        "-1",
        "0.1",
        "1e400",
        "-1e400",
        "1e-400",
        "1E+2",
        "9007199254740993",
        "18446744073709551616",
        "-9223372036854775809",
        "1000000000",
        "1000000001",
        "0.00000000000000000000000000000000000000000000000000001",
        "3.0",
        "1.5e1",
    ];
    let others =
        ["null", "true", "[]", "{}", "[[[]]]", "{\"\":{}}", "[1,2]", "NaN", "Infinity", "undefined", "'x'"];
    let long = format!("\"{}\"", "9".repeat(10_000));
    let huge = "9".repeat(10_000);
    texts
        .iter()
        .map(|text| format!("\"{text}\""))
        .chain(numbers.iter().chain(&others).map(ToString::to_string))
        .chain([long, huge.clone(), format!("0.{huge}"), format!("1e{}", &huge[..200])])
        .collect()
}

#[test]
fn no_odd_value_of_a_field() {
    let (_stack, listener) = published();
    let values = odd_values();
    for field in FIELDS {
        let rest = without(by_orders("Peru", 1), field).to_string();
        let rest = rest.strip_prefix('{').expect("an object");
        for value in &values {
            ask(&listener, format!("{{\"{field}\":{value},{rest}").as_bytes())
                .unwrap_or_else(|error| panic!("{error}"));
        }
    }
    listener.check_answers(&by_orders("Peru", 1), 2640);
}

#[test]
fn no_odd_whole() {
    let (_stack, listener) = published();
    let good = by_orders("Peru", 1).to_string();
    let twice = good.replacen("\"total_orders\":1", "\"total_orders\":1,\"total_orders\":38", 1);
    assert_ne!(twice, good);
    let utf16: Vec<u8> = good.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut wholes: Vec<Vec<u8>> = [
        "",
        " ",
        "null",
        "true",
        "0",
        "\"\"",
        "[]",
        "[[]]",
        "{}",
        "{\"\":1}",
        "{]",
        "[}",
        "}{",
        ",",
        "\u{feff}{}",
        "\0",
        "{\"a\":1}\0",
        "//",
        "/**/{}",
        "{'a':1}",
        "{a:1}",
        "[null,true,0,\"\",[],{}]",
        "--",
        "<xml/>",
        "a=1&b=2",
    ]
    .map(|text| text.as_bytes().to_vec())
    .into();
    wholes.extend([
        format!("\u{feff}{good}").into_bytes(),
        format!("{good}{good}").into_bytes(),
        format!("{good},").into_bytes(),
        twice.into_bytes(),
        utf16,
        good.as_bytes().iter().rev().copied().collect(),
        "[".repeat(16_000).into_bytes(),
        "{\"a\":".repeat(3_000).into_bytes(),
        format!("[{}]", vec!["0"; 8_000].join(",")).into_bytes(),
        format!("{{{}}}", (0..1_000).map(|n| format!("\"{n}\":{n}")).collect::<Vec<_>>().join(","))
            .into_bytes(),
        vec![b' '; 16 << 10],
        vec![0xff; 1_000],
    ]);
    for whole in wholes {
        ask(&listener, &whole).unwrap_or_else(|error| panic!("{error}"));
    }
    for end in 0..good.len() {
        ask(&listener, &good.as_bytes()[..end]).unwrap_or_else(|error| panic!("{error}"));
    }
    listener.check_answers(&by_orders("Peru", 1), 2640);
}

/// Any JSON, a few levels deep, whose members are often called as ours.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,20}".prop_map(Value::from),
        "[0-9]{4}-[0-9]{2}-[0-9]{2}[ T0-9:.Z+-]{0,20}".prop_map(Value::from),
        select(&["Peru", "peru ", "frequent_segment", "recency_segment"][..]).prop_map(Value::from),
    ];
    let name = prop_oneof![select(&FIELDS[..]).prop_map(ToOwned::to_owned), ".{0,5}".boxed()];
    leaf.prop_recursive(3, 24, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map(name.clone(), inner, 0..9)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn for_any<T: std::fmt::Debug>(strategy: impl Strategy<Value = T>, cases: u32, body: impl Fn(T) -> Vec<u8>) {
    let (_stack, listener) = published();
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    let run = runner.run(&strategy, |value| ask(&listener, &body(value)).map_err(TestCaseError::fail));
    run.unwrap_or_else(|error| panic!("{error}"));
    listener.check_answers(&by_orders("Peru", 1), 2640);
}

#[test]
fn no_bytes_at_all() {
    for_any(prop::collection::vec(any::<u8>(), 0..200), 100, |bytes| bytes);
}

#[test]
fn no_json() {
    for_any(any_json(), 150, |json| json.to_string().into_bytes());
}

#[test]
fn no_json_in_the_place_of_a_field() {
    for_any((select(&FIELDS[..]), any_json()), 150, |(field, value)| {
        with(by_orders("Peru", 1), field, value).to_string().into_bytes()
    });
}

#[test]
fn no_request_that_got_damaged_on_its_way() {
    let flips = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4);
    for_any(flips, 150, |flips| {
        let mut body = by_orders("Peru", 1).to_string().into_bytes();
        for (at, byte) in flips {
            let at = at.index(body.len());
            body[at] = byte;
        }
        body
    });
}
