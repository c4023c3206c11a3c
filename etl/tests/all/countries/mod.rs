//! What a profile should say about countries with several spellings and about those one letter
//! apart, found by comparing each with each.

use crate::reference::{Column, Read, Row, Rules, Value, country};
use serde_json::{Value as Json, json};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Events of a country by their text in the file.
type Texts = BTreeMap<String, u64>;

/// A text with all invisible characters written out.
fn written_out(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let mut out = String::new();
    for (at, letter) in letters.iter().enumerate() {
        let is_end = at == 0 || at + 1 == letters.len() || letters[at - 1] == ' ';
        match letter {
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            '\n' => out.push_str("\\n"),
            '\\' => out.push_str("\\\\"),
            ' ' if is_end => out.push_str("\\u{20}"),
            '"' | '\'' => out.push(*letter),
            // Korean vowels and finals, which join the letter before them.
            '\u{115f}'..='\u{11ff}' => out.extend(letter.escape_unicode()),
            letter if letter.escape_debug().count() == 1 => out.push(*letter),
            letter => out.extend(letter.escape_unicode()),
        }
    }
    out
}

/// Whether names differ by one letter: without their common beginning and end, each has at most one
/// letter left, or both have the same two letters exchanged.
fn are_near(one: &str, other: &str) -> bool {
    let [mut one, mut other]: [Vec<char>; 2] = [one, other].map(|name| name.chars().collect());
    if one.len().max(other.len()) < 4 {
        return false;
    }
    while !one.is_empty() && one.last() == other.last() {
        one.pop();
        other.pop();
    }
    one.reverse();
    other.reverse();
    while !one.is_empty() && one.last() == other.last() {
        one.pop();
        other.pop();
    }
    let is_exchanged = one.len() == 2 && other.len() == 2 && one[0] == other[1] && one[1] == other[0];
    one.len().max(other.len()) == 1 || is_exchanged
}

/// The most frequent texts first; ties are sorted by text.
fn ranked(texts: &Texts) -> Vec<(&String, u64)> {
    let mut ranked: Vec<_> = texts.iter().map(|(text, events)| (text, *events)).collect();
    ranked.sort_by_key(|(text, events)| (Reverse(*events), *text));
    ranked
}

#[track_caller]
pub(crate) fn check(report: &Json, rows: &[Row], rules: &Rules) {
    let mut countries: BTreeMap<String, Texts> = BTreeMap::new();
    for value in rows.iter().map(|row| &row[Column::Country as usize]) {
        if let (Read::Good(country), Value::Text(text)) = (country(value, rules), value) {
            // For a long text, the beginning of the spelling that a run would show.
            let mut shown = if text.len() > 256 { country.spelling } else { text.clone() };
            while shown.len() > 256 {
                shown.pop();
            }
            *countries.entry(country.key).or_default().entry(shown).or_default() += 1;
        }
    }
    assert_eq!(report["countries"].as_array().map(Vec::len), Some(countries.len()));
    let mut countries: Vec<_> = countries.iter().collect();
    let events = |texts: &Texts| texts.values().sum::<u64>();
    countries.sort_by_key(|(key, texts)| (Reverse(events(texts)), *key));

    let spelled = countries.iter().filter(|(_, texts)| texts.len() > 1);
    let spelled = spelled.map(|(_, texts)| {
        let listed = ranked(texts).into_iter().take(20);
        let listed = listed.map(|(text, events)| json!({"spelling": written_out(text), "events": events}));
        json!([events(texts), texts.len(), listed.collect::<Vec<_>>()])
    });
    let spelled: Vec<_> = spelled.collect();
    let found = &report["several_spellings"];
    assert_eq!((&found["number"], &found["is_exact"]), (&json!(spelled.len()), &json!(true)));
    let found = found["countries"].as_array().expect("a list").iter();
    let found = found.map(|found| json!([found["events"], found["spellings_number"], found["spellings"]]));
    assert_eq!(found.collect::<Vec<_>>(), spelled);

    let mut near = Vec::new();
    let mut rarer_ones = BTreeMap::new();
    for (at, (rarer, rarer_texts)) in countries.iter().enumerate() {
        for (frequent, texts) in countries[..at].iter().filter(|(other, _)| are_near(other, rarer)) {
            near.push(json!([written_out(frequent), events(texts), written_out(rarer), events(rarer_texts)]));
            rarer_ones.insert(*rarer, events(rarer_texts));
        }
    }
    let found = &report["near_countries"];
    assert_eq!(found["number"], json!(near.len()));
    let found = found["pairs"].as_array().expect("a list").iter();
    let found = found.map(|found| {
        let [frequent, rarer] = [&found["frequent"], &found["rarer"]];
        json!([frequent["key"], frequent["events"], rarer["key"], rarer["events"]])
    });
    assert_eq!(found.collect::<Vec<_>>(), near);
    let oddities = report["oddities"].as_array().expect("oddities").iter();
    let odd: Vec<_> = oddities.filter(|odd| odd["oddity"] == "near_countries").collect();
    let expected = rarer_ones.values().sum::<u64>();
    assert_eq!(odd.iter().map(|odd| odd["events"].as_u64().expect("a number")).sum::<u64>(), expected);
}
