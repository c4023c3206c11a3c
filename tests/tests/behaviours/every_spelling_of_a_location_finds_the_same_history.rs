//! An object, a prefix, a glob, `s3a://`, a key of any characters and a local path are one input.

use stack::Stack;

#[test]
fn the_result_is_the_same() {
    let stack = Stack::new();
    let sample = stack.sample(3_000, 5);
    let expected = stack.etl().publish(&sample)["result_hash"].clone();
    let bucket = &stack.bucket;
    for key in
        ["plain/part-0.parquet", "a b/ü+%/100%25 [x]{y}&z=?#.parquet", "plain/_SUCCESS", "other/part.txt"]
    {
        if key.ends_with(".parquet") {
            bucket.upload(&sample, key);
        } else {
            bucket.put(key, b"no history".to_vec());
        }
    }
    for location in [
        bucket.location("plain/part-0.parquet"),
        format!("s3a://{}/plain/part-0.parquet", bucket.name),
        bucket.location("plain/"),
        bucket.location("plain"),
        bucket.location("pl*/*.parquet"),
        bucket.location("**/part-{0,1}.parquet"),
        bucket.location("a b/ü+%/100%25 [x]{y}&z=?#.parquet"),
        bucket.location("a b/ü+%/"),
        bucket.location("a b/ü+%/*.parquet"),
        stack.folder().join("sample-*.parquet").display().to_string(),
        format!("file://{}", sample.display()),
    ] {
        let report = stack.etl().run(&["--dry-run", "--s3path", &location]).exits(0).json();
        assert_eq!(report["result_hash"], expected, "{location}");
        assert_eq!(report["inputs"]["number"], 1, "{location}");
    }
}

#[test]
fn two_locations_are_one_input() {
    let stack = Stack::new();
    let [first, second] = [(1_000, 6), (2_000, 7)].map(|(rows, seed)| stack.sample(rows, seed));
    let on_s3 = stack.bucket.upload(&first, "first.parquet");
    let second = second.display().to_string();
    // Named twice, and once more by a pattern: read once.
    let all = stack.bucket.location("*");
    let line = ["--dry-run", "--s3path", &on_s3, "--s3path", &second, "--s3path", &all, "--s3path", &on_s3];
    let report = stack.etl().run(&line).exits(0).json();
    assert_eq!(report["rows"]["footer"], 3_000);
    assert_eq!(report["inputs"]["number"], 2);
    let swapped = stack.etl().run(&["--dry-run", "--s3path", &second, "--s3path", &on_s3]).exits(0).json();
    assert_eq!(swapped["result_hash"], report["result_hash"]);
    assert_eq!(swapped["inputs"], report["inputs"]);
}
