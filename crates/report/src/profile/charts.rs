//! The histograms of a profile as charts.

use super::bins::{Bin, Bins, Step, TimeBins};
use super::columns::TopValue;
use super::report::ProfileReport;
use crate::format::count;
use crate::html::{Bar, BarChart};
use segments::value::Amount;

/// Maximum number of distinct amounts that are shown individually; more are shown by range.
const AMOUNTS_MAX: u64 = 20;

/// Returns the histograms as charts.
pub(super) fn charts(report: &ProfileReport) -> Vec<BarChart> {
    let histograms = &report.histograms;
    vec![
        times(&histograms.events_over_time),
        BarChart {
            id: "chart-orders",
            title: "Orders".to_owned(),
            description: described(
                "events by the number of orders of their customer",
                &histograms.total_orders,
            ),
            axis: "orders".to_owned(),
            unit: "events",
            bars: bars(&histograms.total_orders, count_signed),
        },
        BarChart {
            id: "chart-days",
            title: "Days since the last order".to_owned(),
            description: described(
                "events by whole days from the last order to the event; those before it stand out",
                &histograms.days_since_last_order,
            ),
            axis: "days".to_owned(),
            unit: "events",
            bars: bars(&histograms.days_since_last_order, count_signed),
        },
        amounts(report),
    ]
}

fn times(TimeBins { step, bins, others }: &TimeBins) -> BarChart {
    let step_name = step.name();
    let left_out =
        if *others > 0 { format!("; {} earlier events are left out", count(*others)) } else { String::new() };
    BarChart {
        id: "chart-time",
        title: "Events over time".to_owned(),
        description: format!(
            "events by their own {step_name} (UTC); at a break {step_name}s are empty{left_out}"
        ),
        axis: if *step == Step::Day { "day, UTC".to_owned() } else { format!("{step_name}, UTC") },
        unit: "events",
        bars: bins
            .iter()
            .map(|bin| Bar {
                label: bin.label(*step).to_owned(),
                value: bin.events,
                is_odd: false,
                is_after_gap: bin.is_after_gap,
            })
            .collect(),
    }
}

/// Returns amounts individually if they are few, else by range.
fn amounts(report: &ProfileReport) -> BarChart {
    let column = report.columns.iter().find(|column| column.column == "voucher_amount");
    let few = column.filter(|column| column.distinct.values <= AMOUNTS_MAX).map(|column| {
        let mut top: Vec<&TopValue> = column.top.iter().collect();
        top.sort_by_key(|value| Amount::read(&value.value).value());
        top.into_iter().map(|top| bar(top.value.clone(), top.events)).collect()
    });
    let histogram = &report.histograms.voucher_amount;
    BarChart {
        id: "chart-amounts",
        title: "Amounts".to_owned(),
        description: described("events by voucher amount, of all countries together", histogram),
        axis: "amount, in the country's currency".to_owned(),
        unit: "events",
        bars: few.unwrap_or_else(|| {
            histogram.bins.iter().map(|bin| bar(amounts_label(bin), bin.events)).collect()
        }),
    }
}

fn described(what: &str, bins: &Bins) -> String {
    match bins.others {
        0 => what.to_owned(),
        others => {
            format!("{what}; {} events have too many different values to be shown", count(others))
        }
    }
}

fn bars(bins: &Bins, edge: impl Fn(i64) -> String) -> Vec<Bar> {
    bins.bins
        .iter()
        .map(|bin| Bar { is_odd: bin.from.is_none(), ..bar(label(bin, &edge), bin.events) })
        .collect()
}

fn bar(label: String, value: u64) -> Bar {
    Bar { label, value, is_odd: false, is_after_gap: false }
}

/// Returns the label of a range of whole numbers: `5`, `5–9`, `<0`, `50+`.
fn label(bin: &Bin, edge: impl Fn(i64) -> String) -> String {
    match (bin.from, bin.below) {
        (None, Some(below)) => format!("<{}", edge(below)),
        (Some(from), Some(below)) if below - from == 1 => edge(from),
        (Some(from), Some(below)) => format!("{}–{}", edge(from), edge(below - 1)),
        (Some(from), None) => format!("{}+", edge(from)),
        (None, None) => String::new(),
    }
}

/// Returns the label of a range of amounts: `5–<10`, `50+`.
fn amounts_label(bin: &Bin) -> String {
    match (bin.from.map(amount), bin.below.map(amount)) {
        (Some(from), Some(below)) => format!("{from}–<{below}"),
        (from, _) => format!("{}+", from.unwrap_or_default()),
    }
}

fn count_signed(number: i64) -> String {
    let sign = if number < 0 { "-" } else { "" };
    format!("{sign}{}", count(number.unsigned_abs()))
}

/// Returns ten-thousandths as an amount.
fn amount(ten_thousandths: i64) -> String {
    let (whole, rest) = (ten_thousandths / 10_000, ten_thousandths % 10_000);
    if rest == 0 { whole.to_string() } else { format!("{whole}.{rest:04}").trim_end_matches('0').to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels() {
        for (from, below, expected) in [
            (None, Some(0), "<0"),
            (Some(5), Some(6), "5"),
            (Some(1_000), Some(1_050), "1,000–1,049"),
            (Some(50), None, "50+"),
        ] {
            assert_eq!(label(&Bin { from, below, events: 1 }, count_signed), expected);
        }
        for (ten_thousandths, expected) in [(0, "0"), (125_000, "12.5"), (26_400_000, "2640"), (1, "0.0001")]
        {
            assert_eq!(amount(ten_thousandths), expected);
        }
    }
}
