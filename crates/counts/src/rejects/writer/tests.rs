//! Checks when a file appears, and when it does not.

use super::*;
use arrow_array::StringArray;
use segments::reason::RejectReason;
use std::fs;
use std::path::Path;

/// This many events of two segments.
fn events(count: usize) -> RejectedEvents {
    RejectedEvents {
        file: "history.parquet".into(),
        row_group: 3,
        column: "total_orders",
        segments: ["one".to_owned(), "two".to_owned()].into(),
        rows: (0..count as u64).collect(),
        reasons: vec![RejectReason::BadTotalOrders; count],
        values: (0..count).map(|_| Some("many")).collect::<StringArray>(),
        order_values: StringArray::new_null(count),
    }
}

async fn start(path: &Path) -> RejectsWriter {
    let path = path.display().to_string().parse().expect("a place for rejects");
    RejectsWriter::start(&path, None).await.expect("started")
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("listed").map(|entry| entry.expect("listed").file_name());
    entries.map(|name| name.into_string().expect("Unicode")).collect()
}

#[tokio::test]
async fn nothing_appears_before_all_is_there() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("rejects.jsonl");
    let writer = start(&path).await;
    // Far more than the channel holds.
    for _ in 0..50 {
        writer.sink().send(events(100)).expect("the writer takes them");
    }
    assert!(!path.exists());
    let report = writer.finish(10_000..=10_000).await.expect("finished");
    assert_eq!(report, RejectsReport { path: path.display().to_string(), events: 10_000 });
    assert_eq!(names(folder.path()), ["rejects.jsonl"]);
    let text = fs::read_to_string(&path).expect("UTF-8");
    assert_eq!(text.lines().count(), 10_000);
    let first = r#"{"file":"history.parquet","row_group":3,"row":0,"segment":"one","reason":"bad_total_orders","column":"total_orders","value":"many","order_value":null}"#;
    assert_eq!(text.lines().next(), Some(first));
}

#[tokio::test]
async fn no_rejects_are_a_file_too() {
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["rejects.jsonl", "rejects.parquet"] {
        let path = folder.path().join(name);
        let report = start(&path).await.finish(0..=0).await.expect("finished");
        assert_eq!(report.events, 0);
        assert!(path.exists());
    }
}

#[tokio::test]
async fn a_run_that_fails_leaves_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["rejects.jsonl", "rejects.parquet"] {
        let writer = start(&folder.path().join(name)).await;
        let sink = writer.sink();
        sink.send(events(100)).expect("the writer takes them");
        drop(writer);
        assert_eq!(names(folder.path()), [""; 0]);
        // A thread that folds learns it at the latest when the channel is full.
        let error = (0..10).find_map(|_| sink.send(events(1)).err());
        assert!(error.is_some(), "nobody waits for a writer that has ended");
    }
}

#[tokio::test]
async fn more_or_fewer_than_were_counted_are_not_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    for counted in [0, 199, 201] {
        let writer = start(&folder.path().join("rejects.parquet")).await;
        writer.sink().send(events(100)).expect("the writer takes them");
        let error = writer.finish(counted..=counted).await.expect_err("200 were sent");
        assert!(error.to_string().starts_with("200 rejects are kept"), "{error:#}");
        assert_eq!(names(folder.path()), [""; 0]);
    }
}

#[tokio::test]
async fn the_reason_behind_a_failed_fold_is_the_writers() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("rejects.jsonl");
    let writer = start(&path).await;
    // A folder now has the name of the file, which the writer notices at the end.
    fs::create_dir(&path).expect("a folder");
    fs::write(path.join("file"), "").expect("written");
    let sink = writer.sink();
    sink.0.send(Message::Finish { lines: 0..=0 }).expect("the writer takes it");
    while sink.send(events(1)).is_ok() {}
    let error = writer.reason_behind(anyhow::Error::new(WriterGone)).await;
    assert!(error.to_string().contains(&path.display().to_string()), "{error:#}");
    let writer = start(&folder.path().join("other.jsonl")).await;
    let other = writer.reason_behind(anyhow::anyhow!("something else")).await;
    assert_eq!(other.to_string(), "something else");
}
