use super::*;
use crate::run::report::{LimitsReport, SkippedFiles, Timings};
use counts::thresholds::Exceeded;
use publication::published::{Diff, RunBrief};
use segments::mode::Mode;
use segments::table::Count;
use segments::table::{BucketRow, Inputs, RowCounts, SegmentCounts};
use segments::value::Amount;
use std::collections::BTreeMap;
use storage::{Copies, LeftOut};

const HOSTILE: &str = "\"><script>alert(1)</script>{{ 7 * 7 }}&\u{202e}";

fn amount(text: &str) -> Amount {
    Amount::read(text).value().expect("an amount")
}

/// One bucket: `events` events chose 5, and one chose 6.
fn country(name: &str, events: u64) -> CountryTable {
    let counts = [(amount("5"), events), (amount("6"), 1)];
    let count = |(amount, events)| Count { segment: "s".to_owned(), bucket: "0+".to_owned(), amount, events };
    let fate = SegmentCounts { counted: events + 1, ..SegmentCounts::default() };
    CountryTable {
        key: "peru".parse().expect("a country"),
        shown: name.to_owned(),
        events: events + 1,
        segments: BTreeMap::from([("s".to_owned(), fate)]),
        rows: vec![BucketRow { segment: "s".to_owned(), bucket: "0+".to_owned(), mode: Mode::of(counts) }],
        counts: counts.map(count).to_vec(),
        result_hash: "ab".to_owned(),
    }
}

fn page_of(
    countries: Vec<CountryTable>,
    publication: Publication,
    change: impl Fn(&mut RunReport),
) -> String {
    let table = EvaluatedTable {
        segments: BTreeMap::from([("s".to_owned(), SegmentCounts::default())]),
        rows: RowCounts::default(),
        result_hash: "ab".to_owned(),
        countries,
        min_support: None,
    };
    let number = table.countries.len();
    let mut report = RunReport {
        run_id: "01a21024-d798-7e6e-8df2-1f47ef6acab7".to_owned(),
        version: "0",
        rules_hash: "cd".to_owned(),
        result_hash: "ab".to_owned(),
        engine: None,
        inputs: Inputs::of(Vec::new()),
        pruned_files: 0,
        state: None,
        left_out: LeftOut::default(),
        copies: Copies::default(),
        skipped_files: SkippedFiles::default(),
        plan: None,
        rows: RowCounts { footer: 1_234, selected: 1_234, ..RowCounts::default() },
        segments: table.segments.clone(),
        rejects: None,
        min_support: None,
        limits: LimitsReport { exceeded: Vec::new() },
        countries: CountryReport::all(&table, &vec![publication; number], vec![None; number]),
        kept_countries: Vec::new(),
        timings_ms: Timings { total: 1_500, fold: 1_400, ..Timings::default() },
        peak_rss_bytes: Some(1 << 20),
    };
    change(&mut report);
    RunPage::of(&report, &table).render().expect("a page")
}

#[track_caller]
fn check(page: &str, parts: &[&str]) {
    for part in parts {
        assert!(page.contains(part), "{part:?} is not in {page}");
    }
}

#[test]
fn what_a_run_is_and_what_it_counted() {
    let page = page_of(vec![country("Peru", 3)], Publication::Published, |_| {});
    check(
        &page,
        &[
            "1,234 rows: 1,234 selected",
            "<dt>began</dt><dd>2026-11-25 00:39:39 UTC</dd>",
            "1,500 ms: resolve 0, fold 1,400, evaluate 0, publish 0",
            "4 events; published.",
            "5 is ahead of 6 by 2 of 4 events (50.0 %)",
            "There was nothing live to compare with",
        ],
    );
    assert!(!page.contains("<h2>Countries</h2>"), "there is but one");
}

#[test]
fn what_changes_has_its_weight() {
    let brief = |run_id: &str| RunBrief {
        run_id: run_id.to_owned(),
        rules_hash: String::new(),
        result_hash: String::new(),
    };
    let before = country("Peru", 9);
    let mut after = country("Peru", 3);
    after.rows[0].mode = Mode::of([(amount("6"), 3), (amount("5"), 1)]);
    let diff = Diff::of((brief("0192"), before.rows), (brief("0193"), &after.rows));
    let page = page_of(vec![after, country("Chile", 1)], Publication::DryRun, |report| {
        report.countries[0].changes = Some(diff.clone());
    });
    check(
        &page,
        &[
            "What it would change against the run that is live",
            "From run 0192 to run 0193: 1 bucket answers differently, of 10 events; 0 unchanged.",
            "<td class=\"number\">5 -&#62; 6</td>",
            "<td class=\"number\">1</td>\n<td class=\"number\">10</td>",
        ],
    );
}

#[test]
fn what_somebody_has_to_know_comes_first() {
    let page = page_of(vec![country("Peru", 3)], Publication::Stopped, |report| {
        report.limits.exceeded = vec![Exceeded::MinRows { min: 8, found: 7 }];
        report.kept_countries = vec![HOSTILE.to_owned()];
    });
    let warning = page.find("Limit exceeded: ").expect("it is there");
    assert!(warning < page.find("<dl").expect("facts"), "{page}");
    check(
        &page,
        &[
            "not published: a limit is exceeded",
            "Not in the input, unchanged in the table: &#34;&#62;&#60;script",
        ],
    );
}

#[test]
fn of_very_many_countries_those_of_the_most_events_have_charts() {
    let countries: Vec<_> =
        (0..150).map(|number| country(&format!("country {number}"), number + 1)).collect();
    let page = page_of(countries, Publication::DryRun, |_| {});
    assert_eq!(page.matches("<section").count(), COUNTRIES_IN_FULL_MAX);
    check(
        &page,
        &[
            "100 countries, those of the most events, are shown with charts; of the other 50 only this table speaks.",
            "<a href=\"#country-50\">country 50</a>",
            "<h2 id=\"country-50\">country 50</h2>",
            "<th scope=\"row\">country 49</th>",
        ],
    );
}

#[test]
fn names_are_text_wherever_they_stand() {
    let mut hostile = country(HOSTILE, 3);
    HOSTILE.clone_into(&mut hostile.rows[0].segment);
    for count in &mut hostile.counts {
        HOSTILE.clone_into(&mut count.segment);
    }
    let page = page_of(vec![hostile, country("Peru", 1)], Publication::DryRun, |_| {});
    assert!(!page.contains("<script"), "{page}");
    assert!(!page.contains('\u{202e}'), "what turns the writing is written out");
    check(&page, &["&#34;&#62;&#60;script&#62;alert(1)&#60;/script&#62;{{ 7 * 7 }}&#38;\\u{202e}"]);
}
