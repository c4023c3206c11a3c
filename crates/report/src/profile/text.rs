//! Shows a profile on a terminal: aligned tables and small bar charts.

use super::charts::charts;
use super::columns::distinct;
use super::countries_text::{ROWS_SHOWN, and_more, countries, near_countries, several_spellings};
use super::lines::chart_lines;
use super::report::ProfileReport;
use crate::format::{NOTHING, align, bytes, count, or_nothing, share, table};
use crate::inputs::files;
use crate::terminal::Paint;
use comfy_table::Table;
use std::fmt::Write;

/// Number of a column's values that are shown.
const TOP_SHOWN: usize = 3;

/// Returns a profile as text.
#[must_use]
pub fn profile_text(report: &ProfileReport, paint: Paint) -> String {
    let mut text = String::new();
    // Writing to a `String` cannot fail.
    let _ = writeln!(text, "{}", paint.heading(&format!("Profile · {}", summary(report))));
    let _ = writeln!(text, "\n{}", paint.heading("What is odd"));
    if report.oddities.is_empty() {
        let _ = writeln!(text, "Nothing was found");
    } else {
        let _ = writeln!(text, "{}", oddities(report));
    }
    let _ = writeln!(text, "\n{}\n{}", paint.heading("Columns"), columns(report));
    let _ = writeln!(text, "\n{}\n{}", paint.heading("Countries"), countries(report));
    text.push_str(&several_spellings(report, paint));
    text.push_str(&near_countries(report, paint));
    for chart in charts(report) {
        let _ = write!(text, "\n{}", chart_lines(&chart, paint));
    }
    let _ = writeln!(text, "\n{}\n{}", paint.heading("How close the modes are"), buckets(report));
    let memory = report.peak_rss_bytes.map(|peak| format!(", {} of memory", bytes(peak))).unwrap_or_default();
    let _ = writeln!(text, "\n{} ms{memory}", report.total_ms);
    text
}

/// Returns what was read, in one line.
pub(super) fn summary(report: &ProfileReport) -> String {
    let countries = match report.countries.len() {
        1 => "1 country".to_owned(),
        number => format!("{} countries", count(number as u64)),
    };
    format!("{} · {} rows, {countries}", files(&report.inputs), count(report.rows))
}

fn oddities(report: &ProfileReport) -> Table {
    let mut table = table(&["events", "share", "what", "the first of them"]);
    for oddity in &report.oddities {
        let first = oddity.examples.first().map_or(NOTHING.to_owned(), |example| {
            let or_dash = |text: &Option<String>| or_nothing(text.as_ref());
            let orders = example.total_orders.map_or(NOTHING.to_owned(), |orders| count(u64::from(orders)));
            format!(
                "{}, event {}, last order {}, first {}, orders {orders}: row {} of row group {}",
                or_dash(&example.country_code),
                or_dash(&example.timestamp),
                or_dash(&example.last_order_ts),
                or_dash(&example.first_order_ts),
                example.row,
                example.row_group,
            )
        });
        table.add_row([
            count(oddity.events),
            share(oddity.events, report.rows),
            wrapped(&oddity.says),
            wrapped(&first),
        ]);
    }
    align(&mut table, 0..2);
    table
}

/// Breaks a sentence into lines, so that the table stays narrow.
fn wrapped(text: &str) -> String {
    const LETTERS: usize = 48;
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let is_full = lines.last().is_some_and(|line| {
            !line.is_empty() && line.chars().count() + 1 + word.chars().count() > LETTERS
        });
        if is_full {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines.join("\n")
}

fn columns(report: &ProfileReport) -> Table {
    let mut table = table(&[
        "column",
        "values",
        "null",
        "blank",
        "bad",
        "distinct",
        "smallest",
        "largest",
        "most frequent",
    ]);
    for column in &report.columns {
        let or_dash = |text: &Option<String>| or_nothing(text.as_ref());
        let top = column.top.iter().take(TOP_SHOWN);
        let top: Vec<_> = top.map(|top| format!("{} ({})", top.value, count(top.events))).collect();
        table.add_row([
            column.column.to_owned(),
            count(column.values),
            count(column.null),
            count(column.blank),
            count(column.bad),
            distinct(column.distinct),
            or_dash(&column.smallest),
            or_dash(&column.largest),
            if top.is_empty() { NOTHING.to_owned() } else { top.join("\n") },
        ]);
    }
    align(&mut table, 1..6);
    table
}

fn buckets(report: &ProfileReport) -> Table {
    let mut table = table(&[
        "country",
        "segment",
        "bucket",
        "amount",
        "support",
        "runner-up",
        "its support",
        "ahead by",
        "of total",
    ]);
    for bucket in report.buckets.iter().take(ROWS_SHOWN) {
        let amount = |amount: Option<segments::value::Amount>| {
            amount.map_or(NOTHING.to_owned(), |amount| amount.to_string())
        };
        table.add_row([
            bucket.country.clone(),
            bucket.segment.clone(),
            bucket.bucket.clone(),
            amount(bucket.voucher_amount),
            count(bucket.support),
            amount(bucket.runner_up_amount),
            count(bucket.runner_up_support),
            count(bucket.margin),
            share(bucket.margin, bucket.total),
        ]);
    }
    and_more(&mut table, report.buckets.len());
    align(&mut table, 3..9);
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_are_broken_between_words() {
        assert_eq!(wrapped("a short one"), "a short one");
        let long = "days since the last order take only 17 values between -1156 and 92, in 285,570 events";
        assert!(wrapped(long).lines().all(|line| line.chars().count() <= 48));
        assert_eq!(wrapped(long).replace('\n', " "), long);
        assert_eq!(wrapped(&"x".repeat(60)), "x".repeat(60));
    }
}
