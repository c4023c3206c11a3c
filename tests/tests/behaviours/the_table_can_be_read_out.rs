//! What is published, country by country, as the ETL reported it; what an answer was made of; and
//! whether the API is fit to answer.

use serde_json::{Value, json};
use stack::Stack;
use stack::api::{Door, Question};
use stack::customer::{by_orders, with};
use stack::history::country_key;

const COUNTRIES: [&str; 6] = ["Australia", "China", "Costa Rica", "Latvia", "Peru", "Türkiye"];

fn sample() -> (Stack, Value) {
    let stack = Stack::new();
    let sample = stack.sample(20_000, 5);
    let report = stack.etl().publish(sample);
    (stack, report)
}

fn is_rfc3339(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.len() >= 20 && text.as_bytes()[10] == b'T' && text.ends_with('Z'))
}

#[test]
fn a_country() {
    let (stack, report) = sample();
    let listener = stack.api().listen();
    for name in COUNTRIES {
        let path = format!("/segments/{}", percent(name));
        let answer = listener.ask(&Question::get(&path));
        assert_eq!(answer.status, 200, "{name}: {answer:?}");
        let table = answer.json();
        assert_eq!(table["run_id"], report["run_id"], "{name}: {table:#}");
        assert_eq!(table["rules_hash"], report["rules_hash"], "{name}: {table:#}");
        let reported = stack::etl::country(&report, name);
        assert_eq!(table["result_hash"], reported["result_hash"], "{name}: {table:#}");
        assert_eq!(rows(&table), reported["buckets"], "{name}");
        assert_eq!((&table["country"], &table["version"]), (&json!(name), &json!(1)), "{table:#}");
        assert!(is_rfc3339(&table["published_at"]), "{table:#}");
    }
}

/// Returns the rows of a country's table as the ETL reports them.
fn rows(table: &Value) -> Value {
    let mut rows = Vec::new();
    for segment in table["segments"].as_array().expect("a list") {
        for bucket in segment["buckets"].as_array().expect("a list") {
            let mut row = bucket.clone();
            row["segment"] = segment["name"].clone();
            // They are in the rules, not in the report.
            row.as_object_mut()
                .expect("an object")
                .retain(|name, _| !["from", "below"].contains(&name.as_str()));
            rows.push(row);
        }
    }
    rows.into()
}

#[test]
fn all_countries_page_by_page() {
    let (stack, report) = sample();
    let listener = stack.api().listen();
    for limit in [1, 2, 4, 6, 100] {
        let mut path = format!("/countries?limit={limit}");
        let mut names = Vec::new();
        loop {
            let page = listener.ask(&Question::get(&path)).json();
            let countries = page["countries"].as_array().unwrap_or_else(|| panic!("no list: {page:#}"));
            assert!(countries.len() <= limit, "{path}: {page:#}");
            for country in countries {
                assert_eq!(country["run_id"], report["run_id"], "{country:#}");
                assert!(is_rfc3339(&country["published_at"]), "{country:#}");
                names.push(country["country"].as_str().expect("a name").to_owned());
                let key = country_key(names.last().expect("there is one"));
                assert_eq!(country["country_code"], key, "{country:#}");
            }
            let Some(next) = page["next"].as_str() else { break };
            assert!(names.len() < COUNTRIES.len(), "a full last page is the last: {page:#}");
            path = format!("/countries?limit={limit}&after={}", percent(next));
        }
        names.sort();
        assert_eq!(names, COUNTRIES, "pages of {limit}");
    }
    let all = listener.ask(&Question::get("/countries")).json();
    assert_eq!(all["countries"].as_array().map(Vec::len), Some(6));
    assert!(all["next"].is_null());
}

#[test]
fn what_an_answer_was_made_of() {
    let (stack, report) = sample();
    let peru = stack::etl::country(&report, "Peru");
    let row = peru["buckets"].as_array().expect("a list").iter().find(|row| row["bucket"] == "5-13");
    let row = row.expect("it is in the report");
    let run_id = report["run_id"].as_str().expect("an id");
    for door in stack.api().doors() {
        let request = with(by_orders("Peru", 7), "as_of", "2018-07-21T10:00:00Z");
        let answer = door.ask(&Question::post("/voucher?explain=true", &request)).json();
        let explain = &answer["explain"];
        let place = format!("{}: {answer:#}", door.name());
        assert_eq!(answer["voucher_amount"], row["voucher_amount"], "{place}");
        for name in ["support", "total", "runner_up_amount", "runner_up_support"] {
            assert_eq!(explain[name], row[name], "{name} {place}");
        }
        let share = |value: &Value| value["share"].as_f64().expect("a number");
        assert!((share(explain) - share(row)).abs() < 1e-9, "{place}");
        for (name, value) in [
            ("measure", json!("total_orders")),
            ("value", json!(7)),
            ("from", json!(5)),
            ("below", json!(14)),
            ("rules_hash", report["rules_hash"].clone()),
            ("result_hash", peru["result_hash"].clone()),
        ] {
            assert_eq!(explain[name], value, "{name} {place}");
        }
        for name in ["number", "bytes", "sha256"] {
            assert_eq!(explain["inputs"][name], report["inputs"][name], "{name} {place}");
        }
        assert!(explain["as_of"].as_str().is_some_and(|day| day.starts_with("2018-07-21")), "{place}");
        assert!(is_rfc3339(&explain["published_at"]), "{place}");
        assert!(explain["age_seconds"].as_u64().is_some_and(|age| age < 600), "{place}");
        let reproduce = explain["reproduce"].as_str().expect("a command");
        assert!(reproduce.starts_with("voucher-etl reproduce") && reproduce.contains(run_id), "{place}");
        let without = door.ask(&Question::post("/voucher", &request)).json();
        assert!(without["explain"].is_null(), "{without:#}");
    }
}

#[test]
fn whether_it_is_ready() {
    let stack = Stack::new();
    let listener = stack.api().always_fresh().impatient().listen();
    let version = listener.ask(&Question::get("/healthz")).json();
    assert_eq!(version["status"], "ok");
    assert!(version["version"].is_string());
    let answer = listener.ask(&Question::get("/readyz"));
    assert_eq!(answer.status, 503, "nothing is published: {answer:?}");
    assert!(answer.headers.contains_key("retry-after"), "{answer:?}");
    let report = stack.publish(&[("Peru", 1, 2640.0), ("Chile", 1, 50.0)]);
    let answer = listener.ask(&Question::get("/readyz"));
    assert_eq!(answer.status, 200, "{answer:?}");
    let ready = answer.json();
    assert_eq!((&ready["status"], &ready["table"]), (&json!("ready"), &json!(stack.table.name)));
    let countries = ready["countries"].as_array().expect("a list");
    let mut names: Vec<_> = countries.iter().filter_map(|country| country["country"].as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["Chile", "Peru"]);
    for country in countries {
        assert_eq!(country["run_id"], report["run_id"], "{country:#}");
        assert!(is_rfc3339(&country["published_at"]), "{country:#}");
        assert!(country["age_seconds"].as_u64().is_some_and(|age| age < 600), "{country:#}");
    }
    let elsewhere = stack.api().impatient().with("TABLE_NAME", Some("no-such-table")).listen();
    assert_eq!(elsewhere.ask(&Question::get("/readyz")).status, 503);
    assert_eq!(elsewhere.ask(&Question::get("/healthz")).status, 200);
}

#[test]
fn what_can_be_asked() {
    let stack = Stack::new();
    let document = stack.api().listen().ask(&Question::get("/openapi.json"));
    assert_eq!(document.status, 200);
    let document = document.json();
    assert!(document["openapi"].as_str().is_some_and(|version| version.starts_with("3.")), "{document:#}");
    for (path, method) in [
        ("/voucher", "post"),
        ("/vouchers", "post"),
        ("/segments/{country}", "get"),
        ("/countries", "get"),
        ("/healthz", "get"),
        ("/readyz", "get"),
    ] {
        let is_there = [path.to_owned(), format!("/v1{path}")]
            .iter()
            .any(|path| document["paths"][path][method].is_object());
        assert!(is_there, "{method} {path} is not described");
    }
}

fn percent(text: &str) -> String {
    text.replace(' ', "%20").replace('ü', "%C3%BC")
}
