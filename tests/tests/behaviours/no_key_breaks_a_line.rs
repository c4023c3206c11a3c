//! Keys of any characters are found and read; where one stands in a message or a plan, it is one
//! line of text and moves no cursor.

use stack::Stack;

/// Keys that S3 takes.
fn keys() -> Vec<String> {
    let mut keys: Vec<String> = [
        "a b/c d.parquet",
        "plus+and%2Bpercent%/100%.parquet",
        "hash#and?question&amp=.parquet",
        "newline\nerror: all is well.parquet",
        "return\r\u{1b}[2K\u{1b}[1Agone.parquet",
        "tab\tand\u{7f}delete.parquet",
        "\u{fc}\u{4e16}\u{754c}\u{1f600}.parquet",
        "right\u{202e}to-left.parquet",
        "quotes'\"<&>`$(x).parquet",
        "[brackets]{a,b}*.parquet",
    ]
    .map(ToOwned::to_owned)
    .into();
    // The longest key that S3 takes.
    keys.push(format!("long/{}.parquet", "k".repeat(1_024 - 13)));
    keys
}

#[test]
fn every_key_is_read_by_its_name_and_below_its_prefix() {
    let stack = Stack::new();
    let sample = stack.sample(500, 61);
    let expected = stack.etl().run(&["--dry-run", "--s3path", &sample.display().to_string()]).exits(0).json();
    for (number, key) in keys().into_iter().enumerate() {
        let folder = format!("{number}/");
        let location =
            stack.bucket.upload(&sample, &format!("{folder}{key}").chars().take(1_024).collect::<String>());
        for location in [location, stack.bucket.location(&folder)] {
            let outcome = stack.etl().run(&["--dry-run", "--explain", "--s3path", &location]).exits(0);
            assert_eq!(outcome.json()["result_hash"], expected["result_hash"], "{location:?}");
            assert_eq!(outcome.json()["inputs"]["number"], 1, "{location:?}");
        }
    }
}

#[test]
fn a_key_in_a_message_is_one_line() {
    let stack = Stack::new();
    for (number, key) in keys().into_iter().enumerate() {
        let key: String = format!("{number}/{key}").chars().take(1_024).collect();
        let location = stack.bucket.put(&key, b"no parquet, but long enough".to_vec());
        let outcome = stack.etl().run(&["--dry-run", "--s3path", &location]).exits(3);
        let error = outcome.error();
        assert!(!error.chars().any(char::is_control), "{error:?}");
        assert!(error.contains("is not a parquet file"), "{error:?}");
        // So does a key that is not there.
        let outcome = stack.etl().run(&["--dry-run", "--s3path", &format!("{location}x")]).exits(3);
        assert!(!outcome.error().chars().any(char::is_control), "{:?}", outcome.error());
    }
}

#[test]
fn a_key_in_a_plan_is_one_line() {
    let stack = Stack::new();
    let sample = stack.sample(500, 61);
    let location = stack.bucket.upload(&sample, "newline\nIn all: nothing\u{1b}[2J.parquet");
    let line = ["run", "--dry-run", "--explain", "--s3path", &location];
    let plan = stack.etl().execute(&line).exits(0).stdout;
    assert!(plan.contains("newline\\nIn all: nothing\\u{1b}[2J.parquet: 500 rows"), "{plan}");
    assert!(!plan.contains('\u{1b}'), "{plan}");
}

#[test]
fn an_object_of_no_bytes_is_an_error_unless_it_is_a_marker() {
    let stack = Stack::new();
    let sample = stack.sample(500, 61);
    stack.bucket.upload(&sample, "history/part-0.parquet");
    for marker in ["history/_SUCCESS", "history/.part-0.parquet.crc", "history/", "history/_started_1"] {
        stack.bucket.put(marker, Vec::new());
    }
    let location = stack.bucket.location("history/");
    let report = stack.etl().run(&["--dry-run", "--s3path", &location]).exits(0).json();
    assert_eq!(report["inputs"]["number"], 1);
    let empty = stack.bucket.put("history/part-1.parquet", Vec::new());
    stack.etl().run(&["--dry-run", "--s3path", &location]).fails(3, &[&empty, "0 bytes"]);
}
