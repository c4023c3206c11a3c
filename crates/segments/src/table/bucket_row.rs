//! One row of the table, for one bucket of a segment in a country, and the hash of rows.

use super::{ItemError, ItemKey, item_of};
use crate::mode::Mode;
use crate::value::{Amount, CountryKey, Field};
use serde::{Deserialize, Serialize};
use serde_dynamo::{AttributeValue, Item};

/// The answer for one bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BucketRow {
    /// The segment's name, or [`COUNTRY_WIDE`](crate::rules::COUNTRY_WIDE).
    pub segment: String,
    /// The bucket's label.
    pub bucket: String,
    /// The answer.
    pub mode: Mode,
}

/// The numbers of an item except amounts. Amounts are exact decimals, for which serde has no type,
/// so they are written and read as DynamoDB's numbers.
#[derive(Serialize, Deserialize)]
struct Numbers {
    support: u64,
    total: u64,
    runner_up_support: Option<u64>,
}

const VOUCHER_AMOUNT: &str = "voucher_amount";
const RUNNER_UP_AMOUNT: &str = "runner_up_amount";

impl BucketRow {
    /// Returns the item of this row in a run.
    #[must_use]
    pub fn to_item(&self, country: &CountryKey, run_id: &str) -> Item {
        let key = ItemKey::bucket(country, run_id, &self.segment, &self.bucket);
        let numbers = Numbers {
            support: self.mode.support,
            total: self.mode.total,
            runner_up_support: self.mode.runner_up.map(|(_, events)| events),
        };
        let mut item = item_of(&key, &numbers);
        item.insert(VOUCHER_AMOUNT.to_owned(), number(self.mode.voucher_amount));
        item.insert(RUNNER_UP_AMOUNT.to_owned(), number(self.mode.runner_up.map(|(amount, _)| amount)));
        item
    }

    /// Reads the item of a bucket.
    ///
    /// # Errors
    ///
    /// If an attribute is missing or has the wrong type, or an amount is invalid.
    pub fn from_item(segment: &str, bucket: &str, item: Item) -> Result<Self, ItemError> {
        let voucher_amount = amount(&item, VOUCHER_AMOUNT)?;
        let runner_up_amount = amount(&item, RUNNER_UP_AMOUNT)?;
        let numbers: Numbers = serde_dynamo::from_item(item)?;
        let mode = Mode {
            voucher_amount,
            support: numbers.support,
            total: numbers.total,
            runner_up: runner_up_amount.zip(numbers.runner_up_support),
        };
        Ok(Self { segment: segment.to_owned(), bucket: bucket.to_owned(), mode })
    }
}

/// Returns the SHA-256 of rows in canonical form. A row is one line: the JSON array
/// `[country, segment, bucket, amount, support, total, runner_up_amount, runner_up_support]`
/// without blanks, amounts as text, absent values as null. Countries are sorted by key, segments by
/// name, buckets by value; the country-wide mode is last.
///
/// A country's hash covers its own rows only, so it does not depend on the other countries of the run.
#[must_use]
pub fn result_hash<'a>(tables: impl IntoIterator<Item = (&'a CountryKey, &'a [BucketRow])>) -> String {
    let text = |amount: Amount| amount.to_string();
    let mut lines = String::new();
    for (country, rows) in tables {
        for row in rows {
            let mode = &row.mode;
            let line = serde_json::json!([
                country.as_str(),
                row.segment,
                row.bucket,
                mode.voucher_amount.map(text),
                mode.support,
                mode.total,
                mode.runner_up.map(|(amount, _)| text(amount)),
                mode.runner_up.map(|(_, events)| events),
            ]);
            lines.push_str(&line.to_string());
            lines.push('\n');
        }
    }
    crate::sha256_hex(lines.as_bytes())
}

fn number(amount: Option<Amount>) -> AttributeValue {
    amount.map_or(AttributeValue::Null(true), |amount| AttributeValue::N(amount.to_string()))
}

fn amount(item: &Item, attribute: &'static str) -> Result<Option<Amount>, ItemError> {
    let wrong = |value: String| ItemError::Attribute { attribute, value };
    match item.get(attribute) {
        Some(AttributeValue::Null(true)) => Ok(None),
        Some(AttributeValue::N(text)) => match Amount::read(text) {
            Field::Value(amount) => Ok(Some(amount)),
            Field::Missing | Field::Bad => Err(wrong(text.clone())),
        },
        Some(other) => Err(wrong(format!("{other:?}"))),
        None => Err(wrong("nothing".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(mode: Mode) -> BucketRow {
        BucketRow { segment: "recency_segment".to_owned(), bucket: "180+".to_owned(), mode }
    }

    fn modes() -> [Mode; 3] {
        let amount = |text| Amount::read(text).value().expect("an amount");
        [
            Mode::default(),
            Mode::of([(amount("999999999999.9999"), 7)]),
            Mode::of([(amount("12.5"), 7), (amount("2640"), 3)]),
        ]
    }

    #[test]
    fn what_is_read_back_is_what_was_written() {
        let country: CountryKey = "Peru".parse().expect("a country");
        for mode in modes() {
            let item = row(mode).to_item(&country, "0193");
            let read = BucketRow::from_item("recency_segment", "180+", item).expect("an item");
            assert_eq!(read, row(mode));
        }
    }

    #[test]
    fn attributes_of_an_item() {
        let country: CountryKey = "Peru".parse().expect("a country");
        let [empty, _, clear] = modes();
        let item = row(empty).to_item(&country, "0193");
        assert_eq!(item.get(VOUCHER_AMOUNT), Some(&AttributeValue::Null(true)));
        assert_eq!(item.get(RUNNER_UP_AMOUNT), Some(&AttributeValue::Null(true)));
        let item = row(clear).to_item(&country, "0193");
        assert_eq!(item.get("item"), Some(&AttributeValue::S("0193#recency_segment#180+".to_owned())));
        assert_eq!(item.get(VOUCHER_AMOUNT), Some(&AttributeValue::N("12.5".to_owned())));
        assert_eq!(item.get("support"), Some(&AttributeValue::N("7".to_owned())));
        assert_eq!(item.get("runner_up_support"), Some(&AttributeValue::N("3".to_owned())));
    }

    #[test]
    fn damaged_items_are_refused() {
        let country: CountryKey = "Peru".parse().expect("a country");
        let whole = row(modes()[2]).to_item(&country, "0193");
        for (attribute, value) in [
            (VOUCHER_AMOUNT, AttributeValue::S("12.5".to_owned())),
            (VOUCHER_AMOUNT, AttributeValue::N("-1".to_owned())),
            ("support", AttributeValue::S("many".to_owned())),
        ] {
            let mut item = whole.clone();
            item.insert(attribute.to_owned(), value);
            assert!(BucketRow::from_item("s", "b", item).is_err(), "{attribute}");
        }
        let mut item = whole;
        item.remove(VOUCHER_AMOUNT);
        assert!(BucketRow::from_item("s", "b", item).is_err());
    }

    #[test]
    fn the_hash_covers_every_number_and_the_country() {
        let [peru, chile] = ["Peru", "Chile"].map(|name| name.parse::<CountryKey>().expect("a country"));
        let hashes: std::collections::BTreeSet<_> = modes()
            .map(|mode| result_hash([(&peru, &[row(mode)][..])]))
            .into_iter()
            .chain([result_hash([(&chile, &[row(modes()[0])][..])]), result_hash([])])
            .collect();
        assert_eq!(hashes.len(), 5);
    }

    #[test]
    fn the_canonical_form() {
        let peru: CountryKey = "Peru".parse().expect("a country");
        let line = "[\"peru\",\"recency_segment\",\"180+\",\"12.5\",7,10,\"2640\",3]\n";
        assert_eq!(result_hash([(&peru, &[row(modes()[2])][..])]), crate::sha256_hex(line.as_bytes()));
    }
}
