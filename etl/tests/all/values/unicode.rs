//! Checks the keys of countries against the test data that Unicode publishes, and against another
//! implementation of its rules, for every character.

use crate::reference::country::{key, spelling};
use icu_normalizer::DecomposingNormalizerBorrowed;
use segments::value::{Country, CountryKey};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;
use std::{env, fs};
use unicase::UniCase;

/// Reads a file of a crate that the tests are built with, in the version of the lock file.
fn published(package: &str, file: &str) -> String {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let run = |arguments: &[&str]| {
        let output = Command::new(&cargo).current_dir(env!("CARGO_MANIFEST_DIR")).args(arguments).output();
        let output = output.expect("cargo");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    let version = run(&["-vV"]);
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).expect("a host");
    let metadata = run(&["metadata", "--locked", "--format-version", "1", "--filter-platform", host]);
    let metadata: serde_json::Value = serde_json::from_str(&metadata).expect("JSON");
    let packages = metadata["packages"].as_array().expect("packages");
    let package = packages.iter().find(|found| found["name"] == package).expect("the package");
    let manifest = PathBuf::from(package["manifest_path"].as_str().expect("a path"));
    let path = manifest.with_file_name("").join(file);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn parsed(code_points: &str) -> String {
    let character = |code: &str| char::from_u32(u32::from_str_radix(code, 16).expect("hexadecimal"));
    code_points.split_whitespace().map(|code| character(code).expect("a character")).collect()
}

fn product_key(text: &str) -> Option<String> {
    text.parse::<CountryKey>().ok().map(|key| key.as_str().to_owned())
}

/// Foldings from Unicode's own file, in the version that the ETL uses: common and full ones.
fn foldings() -> BTreeMap<char, String> {
    let file = published("caseless", "CaseFolding.txt");
    let lines = file.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    let foldings = lines.filter_map(|line| {
        let mut fields = line.split("; ");
        let [from, status, to] = [(); 3].map(|()| fields.next().expect("a field"));
        let from = parsed(from).chars().next().expect("a character");
        ["C", "F"].contains(&status).then(|| (from, parsed(to)))
    });
    foldings.collect()
}

/// All forms on one line of the normalization test are the same country.
#[test]
fn forms_that_unicode_calls_equivalent_have_one_key() {
    let file = published("icu_normalizer", "tests/data/NormalizationTest.txt");
    let foldings = foldings();
    let mut lines = 0;
    for line in file.lines().filter(|line| !line.starts_with(['#', '@']) && !line.is_empty()) {
        let columns: Vec<String> = line.split(';').take(5).map(parsed).collect();
        let unmarked = columns[4].chars().filter(|character| !('\u{300}'..='\u{36f}').contains(character));
        let folded: String = unmarked
            .flat_map(|character| {
                let own = character.to_string();
                foldings.get(&character).unwrap_or(&own).chars().collect::<Vec<_>>()
            })
            .map(|character| if ['\u{2019}', '\u{2bc}'].contains(&character) { '\'' } else { character })
            .collect();
        let words: Vec<&str> = folded.split_whitespace().collect();
        let expected = format!("a{folded}b");
        let starts = if folded.starts_with(char::is_whitespace) { " " } else { "" };
        let ends = if folded.ends_with(char::is_whitespace) && !words.is_empty() { " " } else { "" };
        let expected = if folded.contains(char::is_whitespace) {
            format!("a{starts}{}{ends}b", words.join(" "))
        } else {
            expected
        };
        let expected = (!expected.contains('#') && expected.len() <= 128).then_some(expected);
        for column in &columns {
            assert_eq!(product_key(&format!("a{column}b")), expected, "{line}");
        }
        // Between letters that compose with nothing.
        let shown = Country::read(&format!("秘{}鲁", columns[0])).value().map(|country| country.spelling);
        let has_no_blank = !columns[1].contains(char::is_whitespace);
        if expected.is_some() && has_no_blank {
            assert_eq!(shown, Some(format!("秘{}鲁", columns[1])), "{line}");
        }
        lines += 1;
    }
    assert!(lines > 18_000, "{lines} lines");
}

/// The ETL has every folding that Unicode publishes, except for characters that are decomposed
/// first: that may remove marks, such as the iota below a letter.
#[test]
fn what_unicode_folds_has_one_key() {
    let nfkd = DecomposingNormalizerBorrowed::new_nfkd();
    let foldings = foldings()
        .into_iter()
        .filter(|(from, _)| *from != '\u{345}' && nfkd.is_normalized(from.encode_utf8(&mut [0; 4])));
    let mut count = 0;
    for (from, to) in foldings {
        let [folded, plain] = [from.to_string(), to].map(|text| product_key(&format!("a{text}b")));
        assert!(plain.is_some(), "{from:?}");
        assert_eq!(folded, plain, "{from:?}");
        count += 1;
    }
    assert!(count > 600, "{count} foldings");
}

/// Checks each character inside a text; characters that change are also checked at both ends and alone.
///
/// The ETL may use an older version of Unicode than the reference: characters that only a later
/// version folds stay unchanged.
#[test]
fn every_character_has_the_key_of_the_reference() {
    let foldings = foldings();
    let is_later = |character: char| {
        let folded = UniCase::unicode(character.to_string()).to_folded_case();
        folded != character.to_string() && !foldings.contains_key(&character)
    };
    let mut differences = Vec::new();
    for character in '\0'..=char::MAX {
        let inside = format!("a{character}b");
        let mut texts = vec![inside.clone()];
        if product_key(&inside).is_none_or(|key| key != inside) {
            texts.extend([format!("{character}ab{character}"), character.to_string()]);
        }
        for text in texts {
            let (found, expected) = (product_key(&text), key(&text));
            if found != expected && !(is_later(character) && found.as_ref() == Some(&text)) {
                differences.push(format!("{text:?} is {found:?}, for the reference {expected:?}"));
            }
            if let Some(key) = found {
                assert_eq!(product_key(&key), Some(key.clone()), "{text:?}: a key is its own key");
                let shown = Country::read(&text).value().map(|country| country.spelling);
                assert_eq!(shown, Some(spelling(&text)), "{text:?}");
                assert_eq!(product_key(&spelling(&text)), Some(key), "what is shown of {text:?}");
            }
        }
    }
    let shown = &differences[..differences.len().min(50)];
    assert!(differences.is_empty(), "{} differ:\n{}", differences.len(), shown.join("\n"));
}
