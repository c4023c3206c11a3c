//! The log: one line of JSON a request, which is a metric too, and nothing of the customer in it.

use serde_json::{Value, json};
use stack::Stack;
use stack::api::{Door, Listener, Question};
use stack::customer::{by_orders, with};
use stack::http::{Answer, Method};

const ID: &str = "a-request.of_this-test.1";

fn published() -> Stack {
    let stack = Stack::new();
    stack.publish(&[("Peru", 1, 2640.0)]);
    stack
}

/// Returns the id that an answer carries, which is also the problem's if it is one.
#[track_caller]
fn id_of(answer: &Answer) -> &str {
    let id = answer.headers["x-request-id"].to_str().expect("text");
    let is_sound = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    assert!((1..=128).contains(&id.len()) && id.bytes().all(is_sound), "{id:?}");
    if answer.status.is_client_error() && !answer.body.is_empty() {
        assert_eq!(answer.json()["request_id"], id);
    }
    id
}

/// Checks that a line is in the embedded metric format of `CloudWatch`, each metric and dimension
/// there: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html>.
#[track_caller]
fn check_metric(line: &Value) {
    let metadata = &line["_aws"];
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("it is later");
    let age = metadata["Timestamp"].as_u64().map(|millis| now.as_millis().abs_diff(u128::from(millis)));
    assert!(age.is_some_and(|age| age < 120_000), "milliseconds since 1970: {line:#}");
    let directives = metadata["CloudWatchMetrics"].as_array().expect("directives");
    assert!(!directives.is_empty(), "{line:#}");
    for directive in directives {
        assert!(directive["Namespace"].as_str().is_some_and(|name| !name.is_empty()), "{line:#}");
        let sets = directive["Dimensions"].as_array().expect("sets of dimensions");
        let dimensions = sets.iter().flat_map(|set| set.as_array().expect("a set"));
        for dimension in dimensions {
            let value = &line[dimension.as_str().expect("a name")];
            assert!(value.is_string(), "{dimension} is {value}: {line:#}");
        }
        let metrics = directive["Metrics"].as_array().expect("metrics");
        assert!(!metrics.is_empty() && metrics.len() <= 100, "{line:#}");
        for metric in metrics {
            let value = &line[metric["Name"].as_str().expect("a name")];
            let are_numbers = |list: &Vec<Value>| list.len() <= 100 && list.iter().all(Value::is_number);
            assert!(value.is_number() || value.as_array().is_some_and(are_numbers), "{metric}: {line:#}");
        }
    }
}

/// Checks that the line of an answer has these fields, and those that all have.
#[track_caller]
fn check(listener: &Listener, question: &Question, fields: &Value) {
    let answer = listener.ask(question);
    let line = listener.log_of(id_of(&answer));
    check_metric(&line);
    for (name, value) in fields.as_object().expect("fields") {
        assert_eq!(&line[name], value, "{name}: {line:#}");
    }
    assert_eq!(line["method"], question.method.as_str(), "{line:#}");
    assert_eq!(line["status"], answer.status.as_u16(), "{line:#}");
    assert!(line["route"].is_string(), "{line:#}");
    assert!(
        line["duration_ms"].as_f64().is_some_and(|duration| (0.0..60_000.0).contains(&duration)),
        "{line:#}"
    );
    assert!(line["cold_start"].is_boolean(), "{line:#}");
}

#[test]
fn with_what_was_asked_and_answered() {
    let stack = published();
    let listener = stack.api().with("POINTER_REFRESH_SECONDS", Some("3600")).listen();
    let post = |request: &Value| Question::post("/voucher", request);
    let bucket = |cache: &str| json!({ "segment": "frequent_segment", "bucket": "0-4", "cache": cache });
    check(&listener, &post(&by_orders("Peru", 1)), &bucket("miss"));
    check(&listener, &post(&by_orders("Peru", 1)), &bucket("hit"));
    check(&listener, &post(&by_orders("Peru", 7)), &json!({ "bucket": "5-13", "reason": "no_data" }));
    check(&listener, &post(&by_orders("Peru", 38)), &json!({ "reason": "no_bucket" }));
    check(
        &listener,
        &post(&by_orders("Atlantis", 1)),
        &json!({ "status": 404, "problem": "country-not-published" }),
    );
    check(&listener, &post(&json!({})), &json!({ "status": 400, "problem": "invalid-request" }));
    check(&listener, &Question::get("/voucher"), &json!({ "status": 405, "problem": "method-not-allowed" }));
    check(&listener, &Question::get("/nowhere"), &json!({ "status": 404, "problem": "not-found" }));
    check(&listener, &Question::get("/segments/Peru"), &json!({ "status": 200 }));
    check(&listener, &Question::get("/healthz"), &json!({ "status": 200 }));
    check(&listener, &Question::get("/readyz"), &json!({ "status": 200 }));
    let lines = listener.log();
    assert_eq!(lines.len(), 11, "{lines:#?}");
    for line in &lines {
        let line: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        assert!(line["_aws"].is_object(), "{line}");
    }
}

/// An alarm looks at these, so they must be there whenever the current runs are asked for.
#[test]
fn with_the_ages_of_the_current_runs() {
    let stack = published();
    let listener = stack.api().listen();
    let answer = listener.ask(&Question::get("/readyz"));
    let answered = answer.json()["countries"][0]["age_seconds"].as_u64().expect("an age");
    let line = listener.log_of(id_of(&answer));
    for age in ["newest_run_age_seconds", "oldest_run_age_seconds"] {
        assert!(line[age].as_u64().is_some_and(|logged| logged.abs_diff(answered) <= 1), "{age}: {line:#}");
        let metrics = line["_aws"]["CloudWatchMetrics"].as_array().expect("directives").iter();
        let of_the_table = metrics.filter(|directive| directive["Dimensions"] == json!([["table"]]));
        let mut names = of_the_table.flat_map(|directive| directive["Metrics"].as_array().expect("metrics"));
        assert!(names.any(|metric| metric["Name"] == age), "{age} is a metric of the table: {line:#}");
    }
}

#[test]
fn under_the_clients_id_or_one_of_its_own() {
    let stack = published();
    let listener = stack.api().listen();
    let peru = Question::post("/voucher", &by_orders("Peru", 1));
    let longest = "x".repeat(128);
    for id in [ID, "1", &longest] {
        let answer = listener.ask(&peru.clone().header("x-request-id", id));
        assert_eq!(id_of(&answer), id);
        assert_eq!(listener.log_of(id)["status"], 200);
        let wrong = Question::post("/voucher", &json!({})).header("x-request-id", id);
        assert_eq!(id_of(&listener.ask(&wrong)), id);
    }
    let mut own = Vec::new();
    let too_long = "x".repeat(129);
    for id in ["", "a b", "a\"b", "{}", "a,b", "a/b", "é", &too_long] {
        let answer = listener.ask(&peru.clone().header("x-request-id", id));
        assert_eq!(answer.status, 200);
        assert_ne!(id_of(&answer), id);
        own.push(id_of(&answer).to_owned());
    }
    own.push(id_of(&listener.ask(&peru)).to_owned());
    own.sort();
    own.dedup();
    assert_eq!(own.len(), 9, "each its own: {own:?}");
    assert!(!listener.said().contains(&too_long));
}

#[test]
fn through_the_other_doors_too() {
    let stack = published();
    let (function, emulator) = (stack.api().deploy(), stack.api().emulate());
    let peru = Question::post("/voucher", &by_orders("Peru", 1)).header("x-request-id", ID);
    for door in [&function as &dyn Door, &emulator] {
        assert_eq!(id_of(&door.ask(&peru)), ID, "{}", door.name());
        door.invoke(&by_orders("Peru", 1));
    }
    let lines = emulator.log();
    assert_eq!(lines.len(), 2, "{}", emulator.said());
    assert_eq!((&lines[0]["request_id"], &lines[0]["cold_start"]), (&json!(ID), &json!(true)), "{lines:#?}");
    assert_eq!(lines[1]["cold_start"], false, "{lines:#?}");
    lines.iter().for_each(check_metric);
    // The local AWS tells the end of what an invocation wrote.
    let (_, log) = function.invoke_with_log(&by_orders("Peru", 1));
    let lines: Vec<Value> = log.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    assert!(lines.iter().any(|line| line["cache"] == "hit" && line["cold_start"] == false), "{log}");
}

#[test]
fn and_nothing_of_the_customer() {
    let stack = published();
    let listener = stack.api().listen();
    let secrets = ["987654321", "2017-03-04", "05:06:07", "2016-11-12", "2018-08-09", "hush-hush", "77777"];
    let customer =
        with(with(by_orders("Peru", 1), "customer_id", 987_654_321), "last_order_ts", "2017-03-04 05:06:07");
    let customer = with(with(customer, "first_order_ts", "2016-11-12"), "as_of", "2018-08-09");
    let mut statuses = Vec::new();
    let mut ask = |question: Question| statuses.push(listener.ask(&question).status.as_u16());
    for explain in ["", "?explain=true"] {
        ask(Question::post(&format!("/voucher{explain}"), &customer));
        ask(Question::post(&format!("/vouchers{explain}"), &json!([customer, {}])));
    }
    ask(Question::post("/voucher", &with(customer.clone(), "total_orders", 77777)));
    for field in ["customer_id", "last_order_ts", "first_order_ts", "total_orders", "segment_name", "as_of"] {
        ask(Question::post("/voucher", &with(customer.clone(), field, "hush-hush")));
        ask(Question::post("/voucher", &with(customer.clone(), field, json!(["hush-hush"]))));
    }
    ask(Question::new(Method::POST, "/voucher").json(format!("{customer}hush-hush")));
    ask(Question::new(Method::POST, "/voucher").json("{\"customer_id\":987654321,\"hush-hush\"}"));
    ask(Question::post("/voucher", &customer).header("content-type", "text/hush-hush"));
    listener.invoke(&customer);
    listener.invoke(&with(customer.clone(), "last_order_ts", "hush-hush"));
    assert!(statuses.iter().all(|status| *status < 500) && statuses.contains(&400), "{statuses:?}");
    let last = listener.ask(&Question::get("/healthz"));
    listener.log_of(id_of(&last));
    let said = listener.said();
    for secret in secrets {
        assert!(!said.contains(secret), "{secret} is in {said}");
    }
}
