//! Files of a Delta, Iceberg or Hudi table are not all live: wherever a location touches such a table,
//! the run ends, and says whose table it is and where.

use stack::Stack;
use stack::proxy::{Action, Request};

const LOGS: [(&str, &str); 3] = [
    ("_delta_log/00000000000000000000.json", "Delta Lake"),
    ("metadata/00001-0b2f.metadata.json", "Apache Iceberg"),
    (".hoodie/hoodie.properties", "Apache Hudi"),
];

#[test]
fn from_above_from_within_and_by_patterns() {
    let stack = Stack::new();
    let sample = stack.sample(300, 71);
    for (number, (log, format)) in LOGS.into_iter().enumerate() {
        let root = format!("{number}/lake/t/");
        for key in ["part-0.parquet", "data/country_code=Peru/year=2018/part-1.parquet"] {
            stack.bucket.upload(&sample, &format!("{root}{key}"));
        }
        stack.bucket.put(&format!("{root}{log}"), b"{}".to_vec());
        // What lies beside the log in an Iceberg table stands before its metadata.
        stack.bucket.put(&format!("{root}metadata/0000-m0.avro"), b"avro".to_vec());
        stack.bucket.upload(&sample, &format!("{number}/lake/other/part-0.parquet"));
        let table = stack.bucket.location(&root);
        for location in [
            format!("{number}/"),
            format!("{number}/lake/t"),
            format!("{number}/lake/t/"),
            format!("{number}/lake/t/part-0.parquet"),
            format!("{number}/lake/t/part-*"),
            format!("{number}/lake/t/data/country_code=Peru/year=2018/part-1.parquet"),
            format!("{number}/lake/t/data/country_code=*/**"),
            format!("{number}/lake/**/*.parquet"),
        ] {
            let location = stack.bucket.location(&location);
            let outcome = stack.etl().run(&["--dry-run", "--s3path", &location]);
            outcome.fails(3, &[format, &table, "plain parquet"]);
            stack.etl().execute(&["profile", "--s3path", &location]).exits(3);
        }
        let other = stack.bucket.location(&format!("{number}/lake/other/"));
        stack.etl().run(&["--dry-run", "--s3path", &other]).exits(0);
    }
}

#[test]
fn who_may_not_look_above_is_not_kept_from_reading() {
    let stack = Stack::new();
    let location = stack.bucket.upload(&stack.sample(300, 72), "a/b/part-0.parquet");
    for (status, code) in [(403, "AccessDenied"), (400, "InvalidRequest")] {
        let proxy = stack.failing(Request::is_look_for_tables, move || Action::s3_error(status, code));
        let line = ["--dry-run", "--explain", "--s3path", &location];
        let outcome = stack.etl_through(&proxy).run(&line).exits(0);
        assert_eq!(outcome.json()["plan"]["requests"]["list"], 1 + 3 * 3);
        assert_eq!(outcome.stderr.contains("not looked at"), code != "AccessDenied", "{}", outcome.stderr);
        assert_eq!(proxy.seen(Request::is_look_for_tables).len(), 3 * 3);
    }
}
