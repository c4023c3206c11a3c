use super::*;
use publication::published::{ComparedWith, Diff, PublishedReport, RunBrief, RunState};
use segments::mode::Mode;
use segments::reason::RejectReason;
use segments::table::{BucketRow, InputObject, Inputs, Manifest, SegmentCounts};
use segments::value::Amount;
use std::collections::BTreeMap;

fn amount(text: &str) -> Amount {
    Amount::read(text).value().unwrap_or(Amount::ZERO)
}

/// Segment, bucket, and its events by amount.
type Counted<'a> = (&'a str, &'a str, &'a [(&'a str, u64)]);

fn rows(buckets: &[Counted], min_support: Option<u64>) -> Vec<BucketRow> {
    let row = |(segment, bucket, counts): &Counted| BucketRow {
        segment: (*segment).to_owned(),
        bucket: (*bucket).to_owned(),
        mode: Mode::of(counts.iter().map(|(text, events)| (amount(text), *events))).held_to(min_support),
    };
    buckets.iter().map(row).collect()
}

fn manifest(run_id: &str) -> Manifest {
    let counts = |counted, unclassified, rejected: &[(RejectReason, u64)]| SegmentCounts {
        counted,
        unclassified,
        rejected: rejected.iter().copied().collect(),
    };
    let input = InputObject { url: "history.parquet".to_owned(), version: "1".to_owned(), bytes: 2_048 };
    Manifest {
        run_id: run_id.to_owned(),
        rows: 1_600,
        segments: BTreeMap::from([
            ("frequent_segment".to_owned(), counts(1_201, 397, &[(RejectReason::BadVoucherAmount, 2)])),
            ("recency_segment".to_owned(), counts(9, 1_589, &[(RejectReason::BadVoucherAmount, 2)])),
        ]),
        result_hash: "ab".to_owned(),
        rules_hash: "cd".to_owned(),
        item_count: 5,
        inputs: Inputs::of(vec![input]),
        country: Some("Peru".to_owned()),
        rules: None,
        run: None,
        published_at: Some("2026-11-25T10:05:24.123Z".to_owned()),
        superseded_at: None,
        rolled_back_at: None,
        collecting_at: None,
    }
}

fn run(min_support: Option<u64>) -> PublishedRun {
    let before = rows(&[("frequent_segment", "0-4", &[("12.5", 40)])], None);
    let rows = rows(
        &[
            ("frequent_segment", "0-4", &[("2640", 600), ("12.5", 300), ("5", 200), ("6", 100)]),
            ("frequent_segment", "5-13", &[("7", 1)]),
            ("frequent_segment", "14-37", &[]),
            ("recency_segment", "30-60", &[("5", 4), ("6", 4)]),
            ("recency_segment", "180+", &[("0", 1)]),
        ],
        min_support,
    );
    let brief = |run_id: &str| RunBrief {
        run_id: run_id.to_owned(),
        rules_hash: "cd".to_owned(),
        result_hash: "ab".to_owned(),
    };
    PublishedRun {
        country: "Peru".to_owned(),
        state: RunState::Current,
        started_at: Some("2026-11-25T10:05:23.456Z".to_owned()),
        published_at: Some("2026-11-25T10:05:24.123Z".to_owned()),
        manifest: manifest("0193"),
        changes: Ok(Diff::of((brief("0192"), before), (brief("0193"), &rows))),
        rows,
        min_support,
        compared_with: ComparedWith::Previous,
    }
}

#[test]
fn the_whole_text() {
    let expected = "\
Peru · run 0193 · current
1,600 events of 1 file, 2.00 KiB; began 2026-11-25 10:05:23, current from 2026-11-25 10:05:24

What became of the events
┌─────────────────────────────────────────────────────────────────────────┐
│ events                               frequent_segment   recency_segment │
╞═════════════════════════════════════════════════════════════════════════╡
│ counted                                1,201 (75.1 %)         9 (0.6 %) │
│ unclassified: outside every bucket       397 (24.8 %)    1,589 (99.3 %) │
│ rejected: bad_voucher_amount                2 (0.1 %)         2 (0.1 %) │
│ all                                             1,600             1,600 │
└─────────────────────────────────────────────────────────────────────────┘

What customers are sent
Of a bucket only the mode, the runner-up and the sum of all others are published

frequent_segment
  0-4 · 2640 is ahead of 12.5 by 300 of 1,200 events (25.0 %)
          2640  600   50.0 %  ████████████████████
          12.5  300   25.0 %  ██████████
    all others  300   25.0 %  ██████████
  5-13 · 7 alone, by 1 event
             7    1  100.0 %  ████████████████████████████████████████
  14-37 · no events, so nothing to serve

recency_segment
  30-60 · 5 and 6 are even, by 4 each of 8 events: the smaller one is served
             5    4   50.0 %  ████████████████████
             6    4   50.0 %  ████████████████████
  180+ · 1 event, none with an amount that could be served
    all others    1  100.0 %  ████████████████████████████████████████

What changed against the run before
Peru · run 0192 -> 0193
┌──────────────────────────────────────────────────────────────────────────────────────────┐
│ segment            bucket   change             amount     support         total   weight │
╞══════════════════════════════════════════════════════════════════════════════════════════╡
│ frequent_segment   0-4      amount       12.5 -> 2640   40 -> 600   40 -> 1,200    1,200 │
│ recency_segment    30-60    new bucket         – -> 5      – -> 4        – -> 8        8 │
│ frequent_segment   5-13     new bucket         – -> 7      – -> 1        – -> 1        1 │
│ recency_segment    180+     new bucket      – -> none      – -> 0        – -> 1        1 │
│ frequent_segment   14-37    new bucket      – -> none      – -> 0        – -> 0        0 │
└──────────────────────────────────────────────────────────────────────────────────────────┘
5 buckets answer differently, of 1,210 events; 0 unchanged

result_hash ab
rules_hash cd
";
    assert_eq!(published_text(&run(None), Paint::Plain), expected);
}

#[test]
fn what_is_withheld_is_said() {
    let text = published_text(&run(Some(5)), Paint::Plain);
    for part in [
        "  5-13 · 1 event, below the 5 that the rules ask for: nothing is served\n",
        "  withheld    1  100.0 %  ████████████████████████████████████████\n",
        "  30-60 · 5 and 6 are even, by 4 each of 8 events: the smaller one is served\n",
    ] {
        assert!(text.contains(part), "{part:?} is not in\n{text}");
    }
}

#[test]
fn why_there_is_nothing_to_compare_with() {
    let why = "run 0192 is not kept any more".to_owned();
    let run = PublishedRun { changes: Err(why), compared_with: ComparedWith::Current, ..run(None) };
    let text = published_text(&run, Paint::Plain);
    let expected = "What it would change against the run that is live\nThere is nothing to compare with: run 0192 is not kept any more\n";
    assert!(text.contains(expected), "{text}");
    let json = serde_json::to_value(PublishedReport::from(&run)).expect("JSON");
    assert_eq!((&json["changes"], &json["compared_with"]), (&serde_json::Value::Null, &"current".into()));
    assert_eq!(json["not_compared"], "run 0192 is not kept any more");
}

#[test]
fn colours_where_they_are_asked_for_and_nothing_else_of_the_kind() {
    let text = published_text(&run(None), Paint::Colours);
    for code in ["\u{1b}[1mPeru", "\u{1b}[36m█", "\u{1b}[33m█", "\u{1b}[2m█"] {
        assert!(text.contains(code), "{code:?} is not in {text:?}");
    }
    let mut plain = text.clone();
    for code in ["\u{1b}[1m", "\u{1b}[36m", "\u{1b}[33m", "\u{1b}[2m", "\u{1b}[0m"] {
        plain = plain.replace(code, "");
    }
    assert_eq!(plain, published_text(&run(None), Paint::Plain));
}
