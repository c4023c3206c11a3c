//! Draws distributions as charts: the buckets of a country by amount, and each bucket on its own.

use crate::distribution::{AmountEvents, Distribution, Rank, Rest, most_used};
use crate::format::{NOTHING, count, line, number_of, share};
use crate::html::{HeatCell, HeatMap, HeatRow, Ranked, RankedBar, Standing};
use segments::mode::Mode;
use segments::value::Amount;
use std::fmt::Write;

/// Maximum number of amounts with a column of their own.
const COLUMNS_MAX: usize = 12;
/// Maximum number of amounts of a bucket with a bar of their own.
const BARS_MAX: usize = 8;

/// Returns the heat map of a country: its buckets by amount.
pub(super) fn heat_map(id: String, country: &str, buckets: &[Distribution]) -> HeatMap {
    let (amounts, all) = most_used(buckets, COLUMNS_MAX);
    let rows: Vec<_> = buckets.iter().map(|bucket| heat_row(bucket, &amounts)).collect();
    let has_others = rows.iter().any(|row| row.cells.last().is_some_and(|cell| cell.events != Some(0)));
    let mut map = HeatMap {
        id,
        title: format!("Buckets of {} by amount", line(country)),
        description: described(buckets, amounts.len(), all),
        axis: "amount, in the country's currency".to_owned(),
        columns: amounts.iter().map(ToString::to_string).chain(["others".to_owned()]).collect(),
        rows,
    };
    if !has_others {
        map.columns.pop();
        for row in &mut map.rows {
            row.cells.pop();
        }
    }
    map
}

/// Returns one cell per amount, and a last one for all others.
fn heat_row(bucket: &Distribution, amounts: &[Amount]) -> HeatRow {
    let cell =
        |amount: &Amount| HeatCell { events: bucket.events_of(*amount), is_framed: bucket.is_mode(*amount) };
    let mut cells: Vec<_> = amounts.iter().map(cell).collect();
    let known: u64 = cells.iter().filter_map(|cell| cell.events).sum();
    let is_among = cells.iter().any(|cell| cell.is_framed);
    cells.push(HeatCell {
        events: Some(bucket.mode.total - known),
        is_framed: bucket.mode.voucher_amount.is_some() && !is_among,
    });
    HeatRow { group: bucket.segment.clone(), label: bucket.bucket.clone(), total: bucket.mode.total, cells }
}

fn described(buckets: &[Distribution], columns: usize, all: usize) -> String {
    let mut text =
        "each cell is the share of the bucket's events that chose the amount; the mode has a frame"
            .to_owned();
    if all > columns {
        let left_out = (all - columns) as u64;
        // Writing to a `String` cannot fail.
        let _ = write!(
            text,
            ". Of {} amounts {columns} have a column, the modes first and then the most used; the other {} are \
             added up under “others”",
            count(all as u64),
            count(left_out)
        );
    }
    if buckets.iter().any(|bucket| bucket.rest.amounts.is_none()) {
        text.push_str(
            ". Only mode and runner-up of a bucket are published: “?” stands where an amount may be one of the others",
        );
    }
    text
}

/// Returns one bucket, its amounts ranked.
pub(super) fn ranked(id: String, bucket: &Distribution, min_support: Option<u64>) -> Ranked {
    let short = bucket.shortened(BARS_MAX);
    let mut bars: Vec<_> = short.parts.iter().map(bar).collect();
    if short.rest.events > 0 {
        let label = rest_label(short.rest);
        bars.push(RankedBar { label, value: short.rest.events, standing: Standing::Rest, note: "" });
    }
    Ranked {
        id,
        title: format!("{} {}", bucket.segment, bucket.bucket),
        description: verdict(&bucket.mode, min_support),
        axis: "amount",
        unit: "events",
        total: bucket.mode.total,
        bars,
    }
}

fn bar(part: &AmountEvents) -> RankedBar {
    let (standing, note) = match part.rank {
        Rank::Mode => (Standing::First, "mode"),
        Rank::Withheld => (Standing::Rest, "withheld"),
        Rank::RunnerUp => (Standing::Second, "runner-up"),
        Rank::Other => (Standing::Rest, ""),
        Rank::NeverServed => (Standing::Rest, "never served"),
    };
    let label = part.amount.map_or("withheld".to_owned(), |amount| amount.to_string());
    RankedBar { label, value: part.events, standing, note }
}

/// Returns the label for amounts that are not told apart.
pub(crate) fn rest_label(rest: Rest) -> String {
    match rest.amounts {
        Some(1) => "1 other".to_owned(),
        Some(amounts) => format!("{} others", count(amounts)),
        None => "all others".to_owned(),
    }
}

/// Returns what a bucket serves and how clear that is, in a sentence.
pub(crate) fn verdict(mode: &Mode, min_support: Option<u64>) -> String {
    let total = number_of(mode.total, "events");
    let Some(amount) = mode.voucher_amount else {
        return match (mode.total, mode.support, min_support) {
            (0, ..) => "no events, so nothing to serve".to_owned(),
            (_, 0, _) => format!("{total}, none with an amount that could be served"),
            (_, _, Some(min)) => {
                format!("{total}, below the {} that the rules ask for: nothing is served", count(min))
            }
            _ => format!("{total}, too few to serve an amount"),
        };
    };
    let margin = mode.margin();
    match mode.runner_up {
        None if mode.support == mode.total => format!("{amount} alone, by {total}"),
        None => format!("{amount} alone, by {} of {total}", count(mode.support)),
        Some((runner_up, _)) if margin == 0 => format!(
            "{amount} and {runner_up} are even, by {} each of {total}: the smaller one is served",
            count(mode.support)
        ),
        Some((runner_up, _)) => {
            format!(
                "{amount} is ahead of {runner_up} by {} of {total} ({})",
                count(margin),
                share(margin, mode.total)
            )
        }
    }
}

/// Returns the lead of a mode, as events and as a share.
pub(crate) fn margin(mode: &Mode) -> String {
    if mode.support == 0 {
        return NOTHING.to_owned();
    }
    format!("{} ({})", count(mode.margin()), share(mode.margin(), mode.total))
}

#[cfg(test)]
mod tests {
    use super::*;
    use segments::table::BucketRow;
    use segments::table::Count;

    fn amount(text: &str) -> Amount {
        Amount::read(text).value().expect("an amount")
    }

    fn row(bucket: &str, counts: &[(Amount, u64)], min_support: Option<u64>) -> BucketRow {
        let mode = Mode::of(counts.iter().copied()).held_to(min_support);
        BucketRow { segment: "s".to_owned(), bucket: bucket.to_owned(), mode }
    }

    fn counted(bucket: &str, counts: &[(Amount, u64)]) -> Distribution {
        let count = |(amount, events): &(Amount, u64)| Count {
            segment: "s".to_owned(),
            bucket: bucket.to_owned(),
            amount: *amount,
            events: *events,
        };
        let all: Vec<_> = counts.iter().map(count).collect();
        Distribution::all_counted(&[row(bucket, counts, None)], &all).remove(0)
    }

    /// Two hundred amounts, starting with 1; smaller amounts are used more.
    fn many() -> Vec<(Amount, u64)> {
        (1..=200).map(|number| (amount(&number.to_string()), 1_000 - number)).collect()
    }

    #[test]
    fn few_amounts_have_a_column_each() {
        let buckets = [
            counted("a", &[(amount("10"), 3), (amount("9"), 1)]),
            counted("b", &[(amount("7"), 5)]),
            counted("c", &[]),
        ];
        let map = heat_map("heat-1".to_owned(), "Peru\u{202e}", &buckets);
        assert_eq!(map.columns, ["7", "9", "10"]);
        let cells = |row: usize| {
            map.rows[row].cells.iter().map(|cell| (cell.events, cell.is_framed)).collect::<Vec<_>>()
        };
        assert_eq!(cells(0), [(Some(0), false), (Some(1), false), (Some(3), true)]);
        assert_eq!(cells(1), [(Some(5), true), (Some(0), false), (Some(0), false)]);
        assert_eq!(cells(2), [(Some(0), false); 3]);
        assert_eq!(map.title, "Buckets of Peru\\u{202e} by amount");
        assert!(!map.description.contains("others") && !map.description.contains('?'), "{}", map.description);
    }

    #[test]
    fn of_many_amounts_the_most_used_have_a_column_and_the_rest_is_said_in_words() {
        let map = heat_map("heat-1".to_owned(), "Peru", &[counted("a", &many())]);
        assert_eq!(map.columns.len(), COLUMNS_MAX + 1);
        assert_eq!(map.columns.last().map(String::as_str), Some("others"));
        let row = &map.rows[0];
        assert_eq!(row.cells.iter().filter_map(|cell| cell.events).sum::<u64>(), row.total);
        assert!(map.description.contains("Of 200 amounts 12 have a column"), "{}", map.description);
        assert!(map.description.contains("the other 188 are added up"), "{}", map.description);
        let chart = ranked("b".to_owned(), &counted("a", &many()), None);
        assert_eq!(chart.bars.len(), BARS_MAX + 1);
        assert_eq!(chart.bars[BARS_MAX].label, "192 others");
        assert_eq!(chart.bars.iter().map(|bar| bar.value).sum::<u64>(), chart.total);
    }

    #[test]
    fn of_what_is_published_it_is_said_what_is_not_known() {
        let published =
            |bucket: &str, counts: &[(Amount, u64)]| Distribution::published(&row(bucket, counts, None));
        let [five, six, seven] = ["5", "6", "7"].map(amount);
        let buckets =
            [published("a", &[(five, 9), (six, 5), (seven, 4)]), published("b", &[(seven, 3), (six, 2)])];
        let map = heat_map("heat-1".to_owned(), "Peru", &buckets);
        assert_eq!(map.columns, ["5", "6", "7", "others"]);
        let events = |row: usize| map.rows[row].cells.iter().map(|cell| cell.events).collect::<Vec<_>>();
        assert_eq!(events(0), [Some(9), Some(5), None, Some(4)]);
        assert_eq!(events(1), [Some(0), Some(2), Some(3), Some(0)]);
        assert!(map.description.contains('?'), "{}", map.description);
        assert_eq!(ranked("b".to_owned(), &buckets[0], None).bars[2].label, "all others");
    }

    #[test]
    fn more_modes_than_columns_frame_the_rest() {
        let buckets: Vec<_> =
            (1..=14).map(|number| counted("a", &[(amount(&number.to_string()), 100 - number)])).collect();
        let map = heat_map("heat-1".to_owned(), "Peru", &buckets);
        assert!(map.rows.iter().all(|row| row.cells.iter().filter(|cell| cell.is_framed).count() == 1));
        assert!(map.rows[13].cells[COLUMNS_MAX].is_framed);
    }

    #[test]
    fn verdicts() {
        let [five, six] = ["5", "6"].map(amount);
        for (counts, min_support, expected) in [
            (&[][..], None, "no events, so nothing to serve"),
            (&[(Amount::ZERO, 2)][..], None, "2 events, none with an amount that could be served"),
            (&[(five, 1)][..], None, "5 alone, by 1 event"),
            (&[(five, 1), (Amount::ZERO, 1)][..], None, "5 alone, by 1 of 2 events"),
            (
                &[(five, 2), (six, 2)][..],
                None,
                "5 and 6 are even, by 2 each of 4 events: the smaller one is served",
            ),
            (&[(five, 3), (six, 2)][..], None, "5 is ahead of 6 by 1 of 5 events (20.0 %)"),
            (&[(five, 3), (six, 2)][..], Some(5), "5 is ahead of 6 by 1 of 5 events (20.0 %)"),
            (
                &[(five, 3), (six, 2)][..],
                Some(6),
                "5 events, below the 6 that the rules ask for: nothing is served",
            ),
        ] {
            let mode = row("a", counts, min_support).mode;
            assert_eq!(verdict(&mode, min_support), expected);
        }
    }
}
