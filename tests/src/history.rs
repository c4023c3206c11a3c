//! Small histories with known answers, as parquet files.

use arrow::array::{ArrayRef, Float64Array, RecordBatch, StringArray};
use parquet::arrow::ArrowWriter;
use segments::rules::RULES_DEFAULT;
use segments::value::CountryKey;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

/// An event: country, orders so far, amount. Its last order is 45 days earlier.
pub type Event = (&'static str, u32, f64);

/// The columns of the history of `events`, by name.
pub fn columns(events: &[Event]) -> Vec<(&'static str, ArrayRef)> {
    let text = |value: &dyn Fn(&Event) -> String| -> ArrayRef {
        Arc::new(events.iter().map(|event| Some(value(event))).collect::<StringArray>())
    };
    vec![
        ("timestamp", text(&|_| "2018-07-21 18:59:21.102762".to_owned())),
        ("country_code", text(&|(country, _, _)| (*country).to_owned())),
        ("last_order_ts", text(&|_| "2018-06-06 00:00:00".to_owned())),
        ("first_order_ts", text(&|_| "2017-01-01 00:00:00".to_owned())),
        ("total_orders", text(&|(_, orders, _)| format!("{orders}.0"))),
        ("voucher_amount", Arc::new(events.iter().map(|(_, _, amount)| *amount).collect::<Float64Array>())),
    ]
}

/// Returns the key of a country's name.
pub fn country_key(name: &str) -> String {
    name.parse::<CountryKey>().expect("a country").as_str().to_owned()
}

/// Returns the default rules, in which `replace` is replaced.
pub fn rules_with(replace: &str, by: &str) -> String {
    assert!(RULES_DEFAULT.contains(replace), "{replace}");
    RULES_DEFAULT.replace(replace, by)
}

/// Writes columns to a file.
pub fn write(file: &Path, columns: Vec<(&'static str, ArrayRef)>) {
    write_row_groups(file, vec![columns]);
}

/// Writes a file with a row group for each set of columns.
pub fn write_row_groups(file: &Path, row_groups: Vec<Vec<(&'static str, ArrayRef)>>) {
    let batch = |columns| RecordBatch::try_from_iter(columns).expect("columns of one length");
    let batches: Vec<_> = row_groups.into_iter().map(batch).collect();
    let file = File::create(file).expect("the file can be made");
    let mut writer = ArrowWriter::try_new(file, batches[0].schema(), None).expect("a writer");
    for batch in &batches {
        writer.write(batch).expect("written");
        writer.flush().expect("a row group");
    }
    writer.close().expect("closed");
}
