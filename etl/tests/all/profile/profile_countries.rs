//! Tests what a profile says about countries with several spellings, and about those one letter apart.

use crate::files::Shape;
use crate::{files, harness, reference};
use arrow::array::{ArrayRef, StringArray};
use history::Bounds;
use report::Paint;
use report::profile::{ProfileReport, profile_html, profile_text};
use std::path::Path;
use std::sync::Arc;

fn write(file: &Path, countries: &[&str]) {
    let countries: ArrayRef = Arc::new(StringArray::from(countries.to_vec()));
    files::shape::write_clean_but(file, "country_code", &countries, &Shape::default());
}

fn profiled(folder: &Path, further: &str) -> ProfileReport {
    let rules = reference::Rules::described().to_toml() + further;
    harness::profile(folder, &rules, 2, Bounds::default())
}

/// Profiles a history in which each country occurs this many times.
fn of(countries: &[(&str, usize)]) -> ProfileReport {
    by("", countries)
}

/// Profiles such a history by rules with further lines.
fn by(further: &str, countries: &[(&str, usize)]) -> ProfileReport {
    let folder = tempfile::tempdir().expect("a folder");
    let rows: Vec<_> = countries.iter().flat_map(|(country, events)| vec![*country; *events]).collect();
    write(&folder.path().join("a.parquet"), &rows);
    profiled(folder.path(), further)
}

/// The number of spellings of a country, and the listed ones with their events.
type Spelled = (u64, Vec<(String, u64)>);

fn spelled(report: &ProfileReport) -> Vec<(&str, Spelled)> {
    let listed = report.several_spellings.countries.iter().map(|country| {
        let spellings = country.spellings.iter().map(|spelling| (spelling.spelling.clone(), spelling.events));
        assert!(country.events >= country.spellings.iter().map(|spelling| spelling.events).sum());
        (country.country.as_str(), (country.spellings_number, spellings.collect()))
    });
    listed.collect()
}

#[track_caller]
fn check_spelled(countries: &[(&str, usize)], expected: &[(&str, &[(&str, u64)])]) {
    let report = of(countries);
    assert!(report.several_spellings.is_exact);
    assert_eq!(report.several_spellings.number, expected.len() as u64);
    let expected: Vec<_> = expected
        .iter()
        .map(|(country, spellings)| {
            let listed = spellings.iter().map(|(spelling, events)| ((*spelling).to_owned(), *events));
            (*country, (spellings.len() as u64, listed.collect()))
        })
        .collect();
    assert_eq!(spelled(&report), expected, "{countries:?}");
}

#[test]
fn spellings_as_they_stand() {
    check_spelled(&[("Peru", 3), ("Chile", 2)], &[]);
    check_spelled(&[("Peru ", 3), ("Chile\t", 2)], &[]);
    check_spelled(
        // The displayed one is the most frequent without blanks: six times `Peru`.
        &[("Peru", 3), ("PERU", 4), ("Peru ", 2), ("\tPeru", 1), ("Chile", 2), ("chile", 2), ("Latvia", 99)],
        &[
            ("Peru", &[("PERU", 4), ("Peru", 3), ("Peru\\u{20}", 2), ("\\tPeru", 1)]),
            ("Chile", &[("Chile", 2), ("chile", 2)]),
        ],
    );
    check_spelled(
        &[
            ("Peru", 9),
            ("Peru\u{a0}", 8),
            ("Per\u{fa}", 7),
            ("Peru\u{301}", 6),
            ("\u{feff}Ｐｅｒｕ", 5),
            ("Peru\n", 4),
        ],
        &[(
            "Peru",
            &[
                ("Peru", 9),
                ("Peru\\u{a0}", 8),
                ("Perú", 7),
                ("Peru\\u{301}", 6),
                ("\\u{feff}Ｐｅｒｕ", 5),
                ("Peru\\n", 4),
            ],
        )],
    );
    // Missing and bad texts are not spellings.
    check_spelled(&[("Peru", 3), ("", 4), (" ", 4), ("a#b", 2), ("A#B", 2)], &[]);
    // Longer than texts that are told apart.
    let blanks = " ".repeat(252);
    let [exact, long, longer] = ["", " ", "  "].map(|more| format!("{blanks}Peru{more}"));
    check_spelled(&[(&long, 3), (&longer, 2)], &[]);
    let shown = format!("{}Peru", "\\u{20}".repeat(252));
    check_spelled(&[(&exact, 1), (&long, 3), (&longer, 2)], &[("Peru", &[("Peru", 5), (&shown, 1)])]);
}

#[test]
fn no_more_spellings_are_listed_than_one_can_read() {
    for (spellings, listed, more) in
        [(2, 2, None), (10, 10, None), (11, 11, Some(1)), (20, 20, Some(10)), (21, 20, Some(11))]
    {
        let texts: Vec<_> = (0..spellings).map(|blanks| format!("Peru{}", " ".repeat(blanks))).collect();
        let report = of(&texts.iter().map(|text| (text.as_str(), 1)).collect::<Vec<_>>());
        let [(_, (number, spelled))] = &spelled(&report)[..] else { panic!("one country") };
        assert_eq!((*number, spelled.len()), (spellings as u64, listed));
        let text = profile_text(&report, Paint::Plain);
        let says = text.lines().find_map(|line| line.split_once("and ")?.1.split_once(" more"));
        assert_eq!(says.map(|(number, _)| number.parse().expect("a number")), more, "{text}");
    }
}

#[test]
fn more_spellings_than_are_told_apart() {
    for (spellings, is_exact) in [(20_000, true), (20_001, false)] {
        let blanks = (0..spellings).map(|at| {
            let blanks: String = (0..16).map(|bit| if at >> bit & 1 == 1 { '\t' } else { ' ' }).collect();
            format!("Peru{blanks}")
        });
        let mut texts: Vec<_> = blanks.collect();
        texts[0] = "PERU".to_owned();
        let folder = tempfile::tempdir().expect("a folder");
        // With any cuts.
        for (at, texts) in texts.chunks(9_000).enumerate() {
            let texts: Vec<_> = texts.iter().map(String::as_str).collect();
            write(&folder.path().join(format!("{at}.parquet")), &texts);
        }
        let report = profiled(folder.path(), "");
        assert_eq!(report.several_spellings.is_exact, is_exact);
        let [(_, (number, spelled))] = &spelled(&report)[..] else { panic!("one country") };
        if is_exact {
            assert_eq!((*number, spelled.len()), (20_000, 20));
        } else {
            assert_eq!(spelled, &[("Peru".to_owned(), 20_000), ("PERU".to_owned(), 1)]);
        }
    }
}

#[test]
fn countries_one_letter_apart() {
    let report = of(&[
        ("Peru", 9),
        ("PERU", 2),
        ("Perru", 3),
        ("Epru", 1),
        ("Pe\u{200b}ru", 4),
        ("Chile", 8),
        ("pe", 2),
        ("pl", 2),
    ]);
    let pairs = report.near_countries.pairs.iter();
    let pairs: Vec<_> = pairs
        .map(|pair| {
            let (frequent, rarer) = (&pair.frequent, &pair.rarer);
            (&*frequent.key, frequent.events, &*rarer.country, &*rarer.key, rarer.events, &*pair.rule)
        })
        .collect();
    let expected = [
        ("peru", 11, "Pe\\u{200b}ru", "pe\\u{200b}ru", 4, "\"pe\\u200bru\" = \"Peru\""),
        ("pe\\u{200b}ru", 4, "Perru", "perru", 3, "\"perru\" = \"Pe\\u200bru\""),
    ];
    // A different letter also counts as one letter apart.
    assert_eq!((pairs[0], pairs[2]), (expected[0], expected[1]));
    assert_eq!(pairs[1], ("peru", 11, "Perru", "perru", 3, "\"perru\" = \"Peru\""));
    assert_eq!(pairs[3], ("peru", 11, "Epru", "epru", 1, "\"epru\" = \"Peru\""));
    assert_eq!((pairs.len(), report.near_countries.number), (4, 4));

    let odd =
        report.oddities.iter().filter(|odd| odd.of == "country_code" && odd.says.contains("one letter"));
    let odd: Vec<_> = odd.map(|odd| (odd.events, odd.says.as_str(), odd.value.as_deref())).collect();
    let says = "8 events of countries one letter from a more frequent one: \
                Pe\\u{200b}ru (Peru), Perru (Peru), Epru (Peru)";
    assert_eq!(odd, [(8, says, None)]);

    let text = profile_text(&report, Paint::Plain);
    let (_, rules) = text.split_once("\n[countries]\n").expect("the rules");
    let rules: Vec<_> = rules.lines().take_while(|line| !line.is_empty()).collect();
    assert_eq!(
        rules,
        ["\"pe\\u200bru\" = \"Peru\"", "\"perru\" = \"Peru\"", "\"epru\" = \"Peru\""],
        "a key stands once: {text}"
    );
}

#[test]
fn the_rules_take_the_lines_that_are_shown() {
    let history = [
        ("Peru", 9),
        ("Perru", 3),
        ("Perrru", 2),
        ("Pe\u{200b}ru", 4),
        ("a\"b\\c", 2),
        ("a\"b\\", 1),
        ("Chile", 8),
    ];
    let report = of(&history);
    assert_eq!(report.near_countries.number, 5, "{:#?}", report.near_countries);
    let report = by(&format!("\n[countries]\n{}\n", report.near_countries.rules.join("\n")), &history);
    let countries: Vec<_> =
        report.countries.iter().map(|country| (country.country.as_str(), country.events)).collect();
    assert_eq!(countries, [("Peru", 18), ("Chile", 8), ("a\"b\\c", 3)]);
    assert_eq!(report.near_countries.number, 0);
    let spelled = spelled(&report);
    assert_eq!(spelled[0].1.1[1], ("Pe\\u{200b}ru".to_owned(), 4), "what is counted with another is shown");
}

#[test]
fn nothing_is_said_where_nothing_is_found() {
    let report = of(&[("Peru", 9), ("Chile", 3), ("pe", 2), ("pl", 2)]);
    assert_eq!(report.near_countries.number + report.several_spellings.number, 0);
    assert!(report.oddities.iter().all(|odd| odd.of != "country_code"));
    let shown = [profile_text(&report, Paint::Plain), profile_html(&report).expect("a page")];
    for shown in shown {
        assert!(!shown.contains("one letter apart") && !shown.contains("taken for one country"), "{shown}");
    }
}

#[test]
fn names_stay_text_and_tables_narrow() {
    let long = "Österreich".repeat(9);
    let report = of(&[
        ("<b onclick=alert(1)>", 3),
        ("<B onclick=alert(1)> ", 2),
        ("<b onclick=alert(2)>", 1),
        (&long, 3),
        (&long.to_uppercase(), 2),
        (&format!("{long}x"), 2),
        ("a\u{202e}b]]>\"'{{ 7 * 7 }}", 2),
        ("\ta\u{202e}B]]>\"'{{ 7 * 7 }}", 2),
    ]);
    let page = profile_html(&report).expect("a page");
    assert!(!page.contains("<b ") && !page.contains("<B "), "{page}");
    assert!(!page.contains('\u{202e}'), "{page}");
    for shown in [
        "<code>&#60;B onclick=alert(1)&#62;\\u{20}</code> (2)",
        "<code>&#34;&#60;b onclick=alert(2)&#62;&#34; = &#34;&#60;b onclick=alert(1)&#62;&#34;</code>",
        "<code>\\ta\\u{202e}B]]&#62;&#34;&#39;{{ 7 * 7 }}</code> (2)",
    ] {
        assert!(page.contains(shown), "{shown} is not in {page}");
    }
    let text = profile_text(&report, Paint::Plain);
    let (_, sections) = text.split_once("Spellings that were taken for one country").expect("a section");
    let (sections, _) = sections.split_once("What counts two as one").expect("rules");
    assert!(!sections.contains(['\u{202e}', '\t']), "{sections}");
    for line in sections.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
    assert!(sections.contains("<B onclick=alert(1)>\\…"), "{sections}");
}
