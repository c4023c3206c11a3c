//! What all rounds share: two histories on S3, and their results without faults.

use crate::Stack;
use crate::etl::Etl;
use crate::history::country_key;
use arrow::array::{ArrayRef, BinaryArray, RecordBatch};
use fastrand::Rng;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::file::properties::WriterProperties;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

/// The countries of a sample, as they are published.
pub(super) const COUNTRIES: [&str; 6] = ["Australia", "China", "Costa Rica", "Latvia", "Peru", "Türkiye"];
/// Objects of a history, and rows of each: few rows, many requests.
pub(super) const OBJECTS: u32 = 3;
const ROWS: u32 = 1_200;
/// Bytes of the padding column in each row group. It keeps other columns out of the footer's request,
/// and out of one range with those of the next row group.
const PADDING_BYTES: usize = 1_200_000;

/// One of the two histories.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Which {
    A,
    B,
}

/// The countries of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Selection {
    All,
    Two,
    Three,
}

/// The answer of a bucket.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row {
    pub(super) amount: Option<f64>,
    pub(super) support: u64,
    pub(super) total: u64,
    pub(super) runner_up: Option<(f64, u64)>,
}

/// The answers of a country, by segment and bucket.
pub(super) type Rows = BTreeMap<(String, String), Row>;

/// What a run publishes for a country.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct CountryTable {
    pub(super) result_hash: String,
    pub(super) rows: Rows,
}

/// A history and its results.
#[derive(Debug)]
pub(super) struct History {
    pub(super) location: String,
    countries: BTreeMap<String, CountryTable>,
    result_hashes: BTreeMap<Selection, String>,
}

/// The two histories.
#[derive(Debug)]
pub(super) struct World {
    a: History,
    b: History,
    /// Owns their bucket.
    _stack: Stack,
}

impl Which {
    pub(super) fn other(self) -> Self {
        match self {
            Self::A => Self::B,
            Self::B => Self::A,
        }
    }
}

impl Selection {
    /// Returns the names of its countries.
    pub(super) fn countries(self) -> &'static [&'static str] {
        match self {
            Self::All => &COUNTRIES,
            Self::Two => &["Latvia", "Peru"],
            Self::Three => &["China", "Costa Rica", "Türkiye"],
        }
    }

    /// Returns the flags for these countries.
    fn flags(self) -> Vec<&'static str> {
        if self == Self::All {
            return Vec::new();
        }
        self.countries().iter().flat_map(|name| ["--country", name]).collect()
    }

    /// Returns the arguments of a run of it.
    pub(super) fn arguments<'a>(self, location: &'a str, extra: &'a [String]) -> Vec<&'a str> {
        let mut arguments = vec!["--keep", "0", "--threads", "1", "--s3path", location];
        arguments.extend(self.flags());
        arguments.extend(extra.iter().map(String::as_str));
        arguments
    }
}

impl World {
    /// Makes the histories, and their results without faults.
    pub(super) fn make() -> Self {
        let stack = Stack::new();
        let [a, b] = [('a', 100), ('b', 200)].map(|(name, seed)| History::make(&stack, name, seed));
        for country in COUNTRIES {
            assert_ne!(a.country(country), b.country(country), "{country}: old and new must differ");
        }
        Self { a, b, _stack: stack }
    }

    /// Returns a history.
    pub(super) fn history(&self, which: Which) -> &History {
        match which {
            Which::A => &self.a,
            Which::B => &self.b,
        }
    }

    /// Returns the history at this location.
    pub(super) fn which(&self, url: &str) -> Option<Which> {
        [Which::A, Which::B].into_iter().find(|which| url.starts_with(&self.history(*which).location))
    }
}

impl History {
    fn make(stack: &Stack, name: char, seed: u32) -> Self {
        for number in 0..OBJECTS {
            let sample = stack.sample(ROWS, seed + number);
            let padded = stack.folder().join(format!("{name}-{number}.parquet"));
            pad(&sample, &padded);
            stack.bucket.upload(&padded, &format!("{name}/{number}.parquet"));
        }
        let location = stack.bucket.location(&format!("{name}/"));
        let etl = stack.etl();
        etl.publish(&location);
        let countries = COUNTRIES.map(|country| (country.to_owned(), CountryTable::published(&etl, country)));
        let result_hashes = [Selection::All, Selection::Two, Selection::Three].map(|selection| {
            let report = etl.run(&selection.arguments(&location, &["--dry-run".to_owned()])).exits(0).json();
            (selection, text(&report["result_hash"]))
        });
        Self { location, countries: countries.into(), result_hashes: result_hashes.into() }
    }

    /// Returns what a run publishes for a country, in any spelling of its name.
    pub(super) fn country(&self, name: &str) -> &CountryTable {
        let is_meant = |(key, _): &(&String, _)| country_key(key) == country_key(name);
        let found = self.countries.iter().find(is_meant);
        found.unwrap_or_else(|| panic!("{name} is no country of the sample")).1
    }

    /// Returns the result hash of a run.
    pub(super) fn result_hash(&self, selection: Selection) -> &str {
        &self.result_hashes[&selection]
    }
}

impl CountryTable {
    fn published(etl: &Etl, country: &str) -> Self {
        let published = etl.lookup(country).exits(0).json();
        let buckets = published["buckets"].as_array().expect("a list");
        let rows = buckets
            .iter()
            .map(|bucket| ((text(&bucket["segment"]), text(&bucket["bucket"])), Row::of(bucket)));
        Self { result_hash: text(&published["result_hash"]), rows: rows.collect() }
    }
}

impl Row {
    /// Reads a bucket of a report or of the API.
    pub(super) fn of(bucket: &Value) -> Self {
        let runner_up = bucket["runner_up_amount"].as_f64();
        Self {
            amount: bucket["voucher_amount"].as_f64(),
            support: bucket["support"].as_u64().expect("a number"),
            total: bucket["total"].as_u64().expect("a number"),
            runner_up: runner_up.zip(bucket["runner_up_support"].as_u64()),
        }
    }
}

/// Returns a text of a document.
#[track_caller]
pub(super) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("not a text: {value}")).to_owned()
}

/// Copies a parquet file by row group, and adds a column of random bytes.
fn pad(from: &Path, to: &Path) {
    let open = || {
        let file = File::open(from).expect("the sample is there");
        ParquetRecordBatchReaderBuilder::try_new(file).expect("it is a parquet file")
    };
    let row_groups = open().metadata().num_row_groups();
    assert!(row_groups > 1, "a sample has several row groups");
    let mut rng = Rng::with_seed(1);
    let mut writer = None;
    let mut names = BTreeSet::new();
    for row_group in 0..row_groups {
        let reader = open().with_row_groups(vec![row_group]).with_batch_size(ROWS as usize).build();
        for batch in reader.expect("a reader") {
            let batch = padded(&batch.expect("rows"), &mut rng);
            names.extend(batch.schema().fields().iter().map(|field| field.name().clone()));
            let writer = writer.get_or_insert_with(|| {
                let properties = WriterProperties::builder().set_dictionary_enabled(true).build();
                let file = File::create(to).expect("the file can be made");
                ArrowWriter::try_new(file, batch.schema(), Some(properties)).expect("a writer")
            });
            writer.write(&batch).expect("written");
            writer.flush().expect("a row group");
        }
    }
    assert!(names.contains("padding"));
    writer.expect("it has rows").close().expect("closed");
}

fn padded(batch: &RecordBatch, rng: &mut Rng) -> RecordBatch {
    let bytes = PADDING_BYTES / batch.num_rows();
    let mut values = vec![0; bytes * batch.num_rows()];
    rng.fill(&mut values);
    let padding: ArrayRef = Arc::new(values.chunks(bytes).map(Some).collect::<BinaryArray>());
    let schema = batch.schema();
    let columns =
        schema.fields().iter().map(|field| field.name().as_str()).zip(batch.columns().iter().cloned());
    RecordBatch::try_from_iter(columns.chain([("padding", padding)])).expect("columns of one length")
}
