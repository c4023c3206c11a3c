use super::*;

const VALID: &str = r#"[[segment]]
name = "s"
measure = "total_orders"
buckets = [
  { label = "a", from = 0, below = 5 },
  { label = "b", from = 5, below = 9 },
]
[[segment]]
name = "t"
measure = "days_since_first_order"
buckets = [{ label = "a", from = 0 }]
[cleaning]
missing_total_orders = "reject"
missing_voucher_amount = 0
event_before_first_order = "reject"
"#;

/// Replaces `from` by `to` in the valid file and expects an error at that line and key.
#[track_caller]
fn check_error(from: &str, to: &str, line: usize, key: &str) {
    assert!(VALID.contains(from), "{from:?} is in the file");
    let error = Rules::from_toml(&VALID.replacen(from, to, 1), "my.toml").expect_err(to);
    assert_eq!((error.line, error.key.as_str()), (line, key), "{error}");
    assert!(error.to_string().starts_with(&format!("my.toml:{line}: {key}: ")), "{error}");
}

#[test]
fn a_valid_file() {
    let rules = Rules::from_toml(VALID, "my.toml").expect("valid");
    assert_eq!(rules.segments().len(), 2);
    assert_eq!(
        rules.columns(),
        ["country_code", "voucher_amount", "total_orders", "timestamp", "first_order_ts"]
    );
    assert_eq!(rules.cleaning().missing_total_orders, crate::rules::MissingValue::Reject);
    assert_eq!(rules.cleaning().missing_voucher_amount, crate::rules::MissingValue::Zero);
}

#[test]
fn unknown_keys() {
    check_error("from = 5", "form = 5", 6, "segment[0].buckets[1].form");
    check_error("name = \"t\"", "name = \"t\"\ncolour = 1", 10, "segment[1].colour");
    check_error("event_before_first_order", "event_before_order", 15, "cleaning.event_before_order");
    check_error("[cleaning]", "[clean]", 12, "clean");
}

#[test]
fn names_and_labels() {
    check_error("\"b\"", "\"a\"", 6, "segment[0].buckets[1].label");
    check_error("\"b\"", "\"Unknown\"", 6, "segment[0].buckets[1].label");
    check_error("\"b\"", "\"\"", 6, "segment[0].buckets[1].label");
    check_error("\"b\"", "\"x#y\"", 6, "segment[0].buckets[1].label");
    check_error("\"b\"", "\"x\\u0000y\"", 6, "segment[0].buckets[1].label");
    check_error("\"t\"", "\"s\"", 9, "segment[1].name");
    check_error("\"t\"", "\"Unknown\"", 9, "segment[1].name");
    check_error("\"t\"", &format!("\"{}\"", "x".repeat(65)), 9, "segment[1].name");
    let longest = VALID.replace("\"t\"", &format!("\"{}\"", "ü".repeat(64)));
    assert!(Rules::from_toml(&longest, "my.toml").is_ok(), "64 characters are allowed");
}

#[test]
fn bounds() {
    check_error("below = 9", "below = 5", 6, "segment[0].buckets[1].below");
    check_error("below = 9", "below = 4", 6, "segment[0].buckets[1].below");
    check_error("from = 5", "from = 4", 6, "segment[0].buckets[1].from");
    check_error(", below = 5", "", 6, "segment[0].buckets[1].from");
    check_error("from = 0, below = 5", "from = -1, below = 5", 5, "segment[0].buckets[0].from");
    check_error("from = 0, below = 5", "from = 0.5, below = 5", 5, "segment[0].buckets[0].from");
}

#[test]
fn missing_and_mistyped() {
    check_error("{ label = \"b\", from = 5, below = 9 }", "{ label = \"b\" }", 6, "segment[0].buckets[1]");
    check_error("total_orders\"", "shoe_size\"", 3, "segment[0].measure");
    check_error("\"total_orders\"", "7", 3, "segment[0].measure");
    check_error(
        "missing_voucher_amount = 0",
        "missing_voucher_amount = 1",
        14,
        "cleaning.missing_voucher_amount",
    );
    check_error("= \"reject\"", "= \"drop\"", 13, "cleaning.missing_total_orders");
    check_error("[{ label = \"a\", from = 0 }]", "[]", 11, "segment[1].buckets");
    check_error("below = 5 }", "below = }", 5, "TOML");
}

#[test]
fn texts_names_and_countries() {
    let with = |text: &str| format!("{VALID}{text}");
    for (text, line, key) in [
        ("missing_texts = [\"?\", 7]", 16, "cleaning.missing_texts"),
        ("missing_country_texts = [\" ?\"]", 16, "cleaning.missing_country_texts"),
        ("[columns]\ncountry = \"land\"", 16, "columns"),
        ("[columns]\ntimestamp = 7", 17, "columns.timestamp"),
        ("[columns]\ntotal_orders = { epoch = \"ms\" }", 16, "columns"),
        ("[countries]\nturkey = \"\"", 16, "countries"),
        ("[countries]\nturkey = 7", 17, "countries.turkey"),
    ] {
        let error = Rules::from_toml(&with(text), "my.toml").expect_err(text);
        assert!(error.key.starts_with(key), "{error}");
        assert_eq!(error.line, line, "{error}");
    }
    let rules = Rules::from_toml(&with("missing_texts = [\"?\"]"), "my.toml").expect("valid");
    assert!(rules.cleaning().missing_texts().contains("?"));
    assert!(!rules.cleaning().missing_texts().contains("NULL"));
    assert!(rules.cleaning().missing_country_texts().contains("NULL"));
}

#[test]
fn an_empty_file_has_no_segment() {
    for text in ["", "segment = []"] {
        let error = Rules::from_toml(text, "my.toml").expect_err("no segment");
        assert_eq!(error.line, 1, "{error}");
    }
}

#[test]
fn rules_too_long_to_publish() {
    use std::fmt::Write;
    let mut text = "[[segment]]\nname = \"s\"\nmeasure = \"total_orders\"\nbuckets = [\n".to_owned();
    for from in 0..8_000 {
        writeln!(
            text,
            "{{ label = \"a bucket of one value only: {from}\", from = {from}, below = {} }},",
            from + 1
        )
        .expect("a string");
    }
    text.push(']');
    let error = Rules::from_toml(&text, "my.toml").expect_err("too long");
    assert_eq!(error.key, "segment", "{error}");
}
