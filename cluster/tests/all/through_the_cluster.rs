//! End to end: a history on S3 is counted by a cluster, published to DynamoDB, and answered by the
//! API, each as if `voucher-etl` had done it.

use crate::real_cluster::Cluster;
use segments::rules::{Bucket, Rules};
use serde_json::{Value, json};
use stack::Stack;
use stack::api::{Door, Question};
use stack::customer;
use stack::etl::{Etl, country, publications};
use std::path::Path;

const COUNTRIES: [&str; 6] = ["Australia", "China", "Costa Rica", "Latvia", "Peru", "Türkiye"];

/// A stack, and a cluster that reads what is in its bucket.
struct Clustered {
    stack: Stack,
    cluster: Cluster,
}

impl Clustered {
    fn new() -> Self {
        let stack = Stack::new();
        let variables: Vec<_> =
            stack.etl().variables().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let variables: Vec<_> = variables.iter().map(|(name, value)| (&name[..], &value[..])).collect();
        Self { cluster: Cluster::start(2, &variables), stack }
    }

    /// Returns the program of the cluster, which publishes to the stack's table.
    fn etl(&self) -> Etl {
        self.stack.etl().by(Path::new(env!("CARGO_BIN_EXE_voucher-etl-cluster")))
    }

    #[track_caller]
    fn run(&self, arguments: &[&str]) -> Value {
        let url = self.cluster.url();
        let outcome = self.etl().run(&[&["--scheduler", &url], arguments].concat());
        assert_eq!(outcome.code, Some(0), "{} {}", outcome.stderr, self.cluster.logs());
        outcome.json()
    }
}

/// What a report says of the counts, whoever counted.
fn counted(report: &Value) -> Value {
    let countries = report["countries"].as_array().expect("a list").iter();
    let countries = countries.map(|country| {
        json!({"country": country["country"], "hash": country["result_hash"], "buckets": country["buckets"]})
    });
    json!({
        "result_hash": report["result_hash"],
        "rules_hash": report["rules_hash"],
        "segments": report["segments"],
        "inputs": report["inputs"],
        "selected": report["rows"]["selected"],
        "countries": countries.collect::<Vec<_>>(),
    })
}

#[test]
fn every_bucket_is_answered_as_voucher_etl_counts_it() {
    let clustered = Clustered::new();
    let stack = &clustered.stack;
    for (number, rows) in [(1, 9_000), (2, 6_000), (3, 5_000)] {
        stack.bucket.upload(&stack.sample(rows, number), &format!("history/a b+%/part-{number}.parquet"));
    }
    let location = stack.bucket.location("history/");
    let expected = stack.etl().run(&["--s3path", &location, "--dry-run"]).exits(0).json();
    let report = clustered.run(&["--s3path", &location]);
    assert_eq!(counted(&report), counted(&expected));
    assert_eq!(publications(&report), COUNTRIES.map(|name| (name, "published")));
    assert_eq!(report["engine"]["name"], "ballista");
    assert_eq!(report["engine"]["verified_files"], 2);

    let listener = stack.api().listen();
    let rules = Rules::default();
    let mut answered = 0;
    for name in COUNTRIES {
        for segment in rules.segments() {
            for bucket in segment.buckets() {
                let request = customer::by(segment.name(), name, bucket.from());
                let answer = listener.ask(&Question::post("/voucher", &request)).json();
                let buckets = country(&report, name)["buckets"].as_array().expect("a list");
                let row = buckets
                    .iter()
                    .find(|row| row["segment"] == segment.name() && row["bucket"] == bucket.label());
                let row = row.unwrap_or_else(|| panic!("{} is not reported", Bucket::label(bucket)));
                assert_eq!(answer["voucher_amount"], row["voucher_amount"], "{name} {answer}");
                assert_eq!(answer["run_id"], report["run_id"], "{name}");
                answered += 1;
            }
        }
    }
    assert_eq!(answered, 6 * 8);

    // What stands in the table is whole, and voucher-etl counts it again from its input.
    stack.etl().execute(&["verify", "--table", &stack.table.name]).exits(0);
    let again = ["reproduce", "--format", "json", "--table", &stack.table.name, "--country", "Peru"];
    assert_eq!(stack.etl().execute(&again).exits(0).json()["reproduced"], true);
}

#[test]
fn a_country_of_hive_folders_is_published_alone() {
    let clustered = Clustered::new();
    let stack = &clustered.stack;
    let sample = stack.sample(4_000, 5);
    for folder in ["country_code=Peru", "country_code=Costa%20Rica", "country_code=Latvia"] {
        stack.bucket.upload(&sample, &format!("hive/{folder}/part.parquet"));
    }
    let location = stack.bucket.location("hive/");
    let arguments = ["--s3path", &location, "--country", "costa rica"];
    let expected = stack.etl().run(&[&arguments[..], &["--dry-run"]].concat()).exits(0).json();
    let report = clustered.run(&arguments);
    assert_eq!(counted(&report), counted(&expected));
    assert_eq!(report["pruned_files"], 2);
    assert_eq!(publications(&report), [("Costa Rica", "published")]);
    assert_eq!(stack.etl().lookup("Costa Rica").exits(0).json()["run_id"], report["run_id"]);
    assert_eq!(stack.etl().lookup("Peru").code, Some(3), "nothing else is published");
}

#[test]
fn a_run_that_fails_publishes_nothing() {
    let clustered = Clustered::new();
    let stack = &clustered.stack;
    let location = stack.bucket.upload(&stack.sample(2_000, 6), "history.parquet");
    let etl = clustered.etl();
    let url = clustered.cluster.url();
    for (arguments, code, message) in [
        (&["--s3path", &location, "--scheduler", "df://127.0.0.1:9"][..], 1, "cannot be reached"),
        (&["--s3path", &location, "--scheduler", &url, "--min-rows", "2001"], 5, "min_rows"),
        (
            &["--s3path", &location, "--scheduler", &url, "--country", "Atlantis"],
            3,
            "\"atlantis\" is not in the input",
        ),
        (&["--s3path", &stack.bucket.location("nothing/"), "--scheduler", &url], 3, "nothing to read"),
    ] {
        let outcome = etl.run(arguments);
        assert_eq!(outcome.code, Some(code), "{arguments:?}: {}", outcome.stderr);
        assert!(outcome.stderr.contains(message), "{arguments:?}: {}", outcome.stderr);
    }
    assert_eq!(stack.etl().lookup("Peru").code, Some(3), "nothing is published");
}
