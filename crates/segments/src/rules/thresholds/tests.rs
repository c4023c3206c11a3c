use super::*;
use crate::rules::{RULES_DEFAULT, Rules, RulesFile};

fn with(limits: &str) -> String {
    format!("{RULES_DEFAULT}\n{limits}\n")
}

#[track_caller]
fn read(limits: &str) -> Thresholds {
    RulesFile::from_toml(&with(limits), "my.toml").expect(limits).thresholds
}

fn ratio(text: &str) -> Ratio {
    text.parse().expect("a ratio")
}

fn by_reason(text: &str) -> BTreeMap<RejectReason, Ratio> {
    BTreeMap::from([(RejectReason::BadVoucherAmount, ratio(text))])
}

#[test]
fn a_number_or_a_table() {
    for (limits, overall, reasons, min_rows) in [
        ("", None, BTreeMap::new(), None),
        ("[limits]", None, BTreeMap::new(), None),
        ("[limits]\nmax_reject_ratio = 0.05", Some("0.05"), BTreeMap::new(), None),
        ("[limits]\nmax_reject_ratio = 0", Some("0"), BTreeMap::new(), None),
        ("[limits]\nmax_reject_ratio = 1", Some("1"), BTreeMap::new(), None),
        ("[limits]\nmax_reject_ratio = 1e-9", Some("0.000000001"), BTreeMap::new(), None),
        ("[limits]\nmax_reject_ratio = {}", None, BTreeMap::new(), None),
        ("[limits]\nmax_reject_ratio = { overall = 1.0 }", Some("1"), BTreeMap::new(), None),
        ("[limits.max_reject_ratio]\nbad_voucher_amount = 0.01", None, by_reason("0.01"), None),
        (
            "[limits]\nmin_rows = 1_000\nmax_reject_ratio = { bad_voucher_amount = 0, overall = 0.5 }",
            Some("0.5"),
            by_reason("0"),
            Some(1_000),
        ),
        ("[limits]\nmin_rows = 0", None, BTreeMap::new(), Some(0)),
    ] {
        let overall = overall.map(ratio);
        let max_reject_ratio = MaxRejectRatio { overall, by_reason: reasons };
        let expected = Thresholds { max_reject_ratio, min_rows, copies: None };
        assert_eq!(read(limits), expected, "{limits}");
    }
}

#[test]
fn what_becomes_of_copies() {
    for (limits, expected) in [
        ("", None),
        ("[limits]\ncopies = \"warn\"", Some(OnCopies::Warn)),
        ("[limits]\ncopies = \"fail\"", Some(OnCopies::Fail)),
        ("[limits]\ncopies = \"read_once\"", Some(OnCopies::ReadOnce)),
    ] {
        assert_eq!(read(limits).copies, expected, "{limits}");
    }
    assert_eq!(OnCopies::default(), OnCopies::Warn);
}

#[test]
fn strict_toml() {
    for (limits, key) in [
        ("[limits]\nmax_rejects = 1 # here", "limits.max_rejects"),
        ("[limits]\nmin_rows = -1 # here", "limits.min_rows"),
        ("[limits]\nmin_rows = 1.5 # here", "limits.min_rows"),
        ("[limits]\ncopies = \"skip\" # here", "limits.copies"),
        ("[limits]\ncopies = true # here", "limits.copies"),
        ("[limits]\nmax_reject_ratio = 1.1 # here", "limits.max_reject_ratio"),
        ("[limits]\nmax_reject_ratio = 2 # here", "limits.max_reject_ratio"),
        ("[limits]\nmax_reject_ratio = -0.1 # here", "limits.max_reject_ratio"),
        ("[limits]\nmax_reject_ratio = nan # here", "limits.max_reject_ratio"),
        ("[limits]\nmax_reject_ratio = 0.1234567891 # here", "limits.max_reject_ratio"),
        ("[limits]\nmax_reject_ratio = \"5%\" # here", "limits.max_reject_ratio"),
        (
            "[limits.max_reject_ratio]\noverall = 0.1\nbad_amount = 0.1 # here",
            "limits.max_reject_ratio.bad_amount",
        ),
        (
            "[limits.max_reject_ratio]\noverall = 0.1\nbad_country = 1.1 # here",
            "limits.max_reject_ratio.bad_country",
        ),
        ("[limits]\nmax_reject_ratio = { overall = true } # here", "limits.max_reject_ratio.overall"),
    ] {
        let text = with(limits);
        let error = RulesFile::from_toml(&text, "my.toml").expect_err(limits);
        let line = 1 + text.lines().position(|line| line.contains("# here")).expect("the mark");
        assert_eq!((error.line, error.key.as_str()), (line, key), "{error}");
    }
}

#[test]
fn they_are_no_part_of_the_rules() {
    let limits = "[limits]\nmax_reject_ratio = { overall = 0.05, bad_country = 0 }\nmin_rows = 7";
    let file = RulesFile::from_toml(&with(limits), "my.toml").expect("valid");
    assert_ne!(file.thresholds, Thresholds::default());
    assert_eq!(file.rules, Rules::default());
    assert_eq!(file.rules.canonical(), Rules::default().canonical());
    assert_eq!(file.rules.hash(), Rules::default().hash());
    assert_eq!(RulesFile::default().thresholds, Thresholds::default());
}

#[test]
fn one_by_one_they_are_overridden() {
    let file = read(
        "[limits]\nmin_rows = 7\ncopies = \"read_once\"\n\
         max_reject_ratio = { overall = 0.5, bad_voucher_amount = 0.1, bad_country = 0.2 }",
    );
    assert_eq!(file.clone().overridden_by(Thresholds::default()), file);
    assert_eq!(Thresholds::default().overridden_by(file.clone()), file);
    let given = ["bad_voucher_amount=0.3", "missing_timestamp=0", "bad_voucher_amount=0.4"];
    let given = given.map(|text| MaxRejectRatio::parse(text).expect("valid")).into_iter().collect();
    let both = file.clone().overridden_by(Thresholds {
        max_reject_ratio: given,
        min_rows: Some(0),
        copies: Some(OnCopies::Fail),
    });
    assert_eq!((both.min_rows, both.copies), (Some(0), Some(OnCopies::Fail)));
    assert_eq!(both.max_reject_ratio.overall, Some(ratio("0.5")));
    let expected = BTreeMap::from([
        (RejectReason::BadCountry, ratio("0.2")),
        (RejectReason::BadVoucherAmount, ratio("0.4")),
        (RejectReason::MissingTimestamp, ratio("0")),
    ]);
    assert_eq!(both.max_reject_ratio.by_reason, expected);
    let overall = [MaxRejectRatio::parse("1").expect("valid")].into_iter().collect();
    let both = file.overridden_by(Thresholds { max_reject_ratio: overall, ..Thresholds::default() });
    assert_eq!((both.max_reject_ratio.overall, both.min_rows), (Some(ratio("1")), Some(7)));
    assert_eq!(both.copies, Some(OnCopies::ReadOnce));
    assert_eq!(both.max_reject_ratio.by_reason.len(), 2);
}

#[test]
fn spellings_of_a_flag() {
    for (text, expected) in [
        ("0.05", Some(None)),
        ("bad_voucher_amount=0.05", Some(Some(RejectReason::BadVoucherAmount))),
        ("event_before_first_order=1", Some(Some(RejectReason::EventBeforeFirstOrder))),
        ("overall=0.05", None),
        ("bad_amount=0.05", None),
        ("=0.05", None),
        ("bad_country", None),
        ("bad_country=", None),
        ("bad_country=0.05=0.05", None),
        ("bad_country = 0.05", None),
        ("1.01", None),
    ] {
        assert_eq!(MaxRejectRatio::parse(text).ok().map(|(reason, _)| reason), expected, "{text}");
    }
}
