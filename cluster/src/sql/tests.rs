use super::*;
use history::plan::ColumnKind;
use segments::rules::{RULES_DEFAULT, Rules};
use segments::selection::Selection;

fn portable(rules: &str) -> String {
    let rules = Rules::from_toml(rules, "test.toml").expect("valid rules");
    Question { rules: &rules, selection: &Selection::ALL }.portable()
}

#[test]
fn only_what_the_rules_need_is_read() {
    let statement = portable(RULES_DEFAULT);
    for name in ["country_code", "voucher_amount", "total_orders", "timestamp", "last_order_ts"] {
        assert!(statement.contains(&format!("e.{name}")), "{name} in {statement}");
    }
    assert!(!statement.contains("first_order_ts"), "{statement}");
}

#[test]
fn every_number_of_the_answer_has_its_meaning() {
    let statement = portable(&format!("{RULES_DEFAULT}\n[fallback]\norder = [\"country\"]"));
    for line in [
        "-- country: as it is spelled; which spellings are one country is not decided here.",
        "-- voucher_amount: in ten-thousandths; null is missing, -1 is bad.",
        "-- outcome_0: frequent_segment is 0 \"0-4\", 1 \"5-13\", 2 \"14-37\", -1 outside every bucket, \
         -2 missing_total_orders, -3 bad_total_orders",
        "-- outcome_1: recency_segment is 0 \"30-60\", 1 \"60-90\", 2 \"90-120\", 3 \"120-180\", 4 \"180+\", \
         -1 outside every bucket, -4 missing_timestamp, -5 bad_timestamp, -6 missing_last_order_ts, \
         -7 bad_last_order_ts, -8 event_before_last_order",
        "-- outcome_2: country is 0 \"all\"",
    ] {
        assert!(statement.contains(&format!("{line}\n")), "{line} in {statement}");
    }
}

#[test]
fn codes_and_outcomes_are_one_to_one() {
    for (code, buckets, expected) in [
        (0, 3, Some("Bucket(0)")),
        (2, 3, Some("Bucket(2)")),
        (3, 3, None),
        (-1, 0, Some("Unclassified")),
        (-2, 0, Some("Rejected(MissingTotalOrders)")),
        (-11, 0, Some("Rejected(EventBeforeFirstOrder)")),
        (-12, 0, None),
        (i64::MIN, 0, None),
        (i64::MAX, 3, None),
    ] {
        let outcome = Code(code).outcome(buckets).map(|outcome| format!("{outcome:?}"));
        assert_eq!(outcome.as_deref(), expected, "{code} of {buckets}");
    }
}

#[track_caller]
fn selects(names: &[&str], further: &str, expected: &str) {
    let selection = names.iter().map(|name| name.parse().expect("a country")).collect();
    let rules = Rules::from_toml(&format!("{RULES_DEFAULT}\n{further}"), "test.toml").expect("valid rules");
    let statement = Question { rules: &rules, selection: &selection }.portable();
    let condition =
        statement.lines().find(|line| line.trim_end().ends_with("AS is_wanted,")).expect("a flag");
    assert!(condition.contains(expected), "{expected} in {condition}");
    assert!(condition.contains("bit_length(e.country) <> 8 * length(e.country)"), "{condition}");
}

#[test]
fn countries_are_selected_by_what_is_known_of_their_keys() {
    selects(&["Côte d'Ivoire"], "", ", '')) IN ('coted''ivoire') OR ");
    selects(&["PERU", "Costa  Rica"], "", ", '')) IN ('costarica', 'peru') OR ");
    let further = "[countries]\nturkey = \"Türkiye\"\nholland = \"Nederland\"";
    selects(&["Türkiye"], further, ", '')) IN ('turkey', 'turkiye') OR ");
    // A key beyond ASCII has no known ASCII spelling.
    selects(&["秘鲁"], "", "    bit_length(");
}

#[test]
fn texts_are_written_so_that_engines_and_files_keep_them() {
    for (text, expected) in [
        ("", "''"),
        ("Peru", "'Peru'"),
        ("d'Ivoire", "'d''Ivoire'"),
        ("\\N", "(chr(92) || 'N')"),
        ("\\", "chr(92)"),
        ("a\r\nb", "('a' || chr(13) || chr(10) || 'b')"),
        ("a\t", "('a' || chr(9))"),
        ("\u{85}\u{a0}", "'\u{85}\u{a0}'"),
    ] {
        assert_eq!(literal::literal(text), expected, "{text:?}");
    }
}

/// Returns a source of one table with columns of these forms and names.
fn source_of(rules: &Rules, form: impl Fn(ColumnKind) -> (Form, &'static str)) -> Source {
    let column = |kind: ColumnKind| {
        let (form, name) = form(kind);
        SourceColumn { kind, name: name.to_owned(), form }
    };
    let columns = ColumnKind::needed(rules).into_iter().map(column).collect();
    let table = Table { name: "files_0".to_owned(), paths: PathTexts::new(), is_sampled: false };
    Source { name: "source_0".to_owned(), columns, tables: vec![table] }
}

#[test]
fn columns_are_found_by_their_own_names() {
    let rules = Rules::default();
    let question = Question { rules: &rules, selection: &Selection::ALL };
    let source = source_of(&rules, |kind| match kind {
        ColumnKind::CountryCode => (Form::Text, "COUNTRY \"CODE\""),
        other => (Form::Text, other.name()),
    });
    let statement = question.statement(&[source]);
    assert!(statement.contains("e.\"COUNTRY \"\"CODE\"\"\" AS country, e.voucher_amount AS"), "{statement}");
}

#[test]
fn values_of_types_that_are_not_read_are_told() {
    let rules = Rules::default();
    let question = Question { rules: &rules, selection: &Selection::ALL };
    let usual = source_of(&rules, |kind| (Form::Text, kind.name()));
    assert!(!question.statement(&[usual]).contains("refused"));
    let source = source_of(&rules, |kind| match kind {
        ColumnKind::TotalOrders => (Form::Nulls, "Orders"),
        other => (Form::Text, other.name()),
    });
    let statement = question.statement(&[source]);
    for part in [
        "CAST(NULL AS VARCHAR) AS total_orders",
        "CASE WHEN e.\"Orders\" IS NOT NULL THEN 'total_orders' END AS refused",
        "CASE WHEN e.refused IS NOT NULL THEN '#' || e.refused ELSE e.country END AS country",
    ] {
        assert!(statement.contains(part), "{part} in {statement}");
    }
    for (spelling, expected) in
        [("#total_orders", Some("total_orders")), ("#", None), ("Peru", None), ("", None)]
    {
        assert_eq!(refused(spelling), expected, "{spelling}");
    }
}

#[test]
fn folders_are_scans_that_share_what_reads_them() {
    let rules = Rules::default();
    let columns = ColumnKind::needed(&rules).into_iter().map(|kind| {
        let form = if kind == ColumnKind::CountryCode { Form::Path } else { Form::Text };
        SourceColumn { kind, name: kind.name().to_owned(), form }
    });
    let columns: Vec<_> = columns.collect();
    let statement = |folders: usize| {
        let tables = (0..folders).map(|at| Table {
            name: format!("files_{at}"),
            paths: PathTexts::from([(ColumnKind::CountryCode, (at > 0).then(|| format!("d'{at}")))]),
            is_sampled: at == 1,
        });
        let source =
            Source { name: "source_0".to_owned(), columns: columns.clone(), tables: tables.collect() };
        Question { rules: &rules, selection: &Selection::ALL }.statement(&[source])
    };
    let (one, hundred) = (statement(1), statement(100));
    let count = |statement: &str, what: &str| statement.matches(what).count();
    assert_eq!(count(&hundred, "regexp_replace"), count(&one, "regexp_replace"));
    assert_eq!(count(&hundred, "UNION ALL"), 99);
    assert_eq!(count(&hundred, "SELECT true AS is_sampled"), 1);
    assert!(hundred.contains("FROM files_99 AS e"), "{hundred}");
    // Null as it is, every other text as a literal.
    assert!(one.contains("CAST(NULL AS VARCHAR)"), "{one}");
    assert!(hundred.contains("'d''99'"), "{hundred}");
}

#[test]
fn the_file_for_other_engines_is_what_is_printed() {
    let rules = Rules::default();
    let printed = Question { rules: &rules, selection: &Selection::ALL }.portable();
    let file = include_str!("../../count.sql");
    assert_eq!(file.trim_end(), printed, "write it anew: make count-sql");
}
