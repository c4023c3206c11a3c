//! The key of an item.

use crate::value::CountryKey;
use serde_dynamo::{AttributeValue, Item};

/// The default name of the table.
pub const TABLE_DEFAULT: &str = "voucher-segments";
/// The partition key attribute: the country's key.
pub const ATTRIBUTE_COUNTRY: &str = "country_code";
/// The sort key attribute.
pub const ATTRIBUTE_ITEM: &str = "item";
/// The partition that lists the countries; `#` keeps it apart from every country's.
pub const COUNTRIES_PARTITION: &str = "#countries";
/// The sort key of a country's pointer.
pub const ITEM_CURRENT: &str = "current";
/// The sort key of an alias, which leads from a country's further name to the country.
pub const ITEM_ALIAS: &str = "alias";
/// The prefix of every manifest's sort key.
pub const ITEM_MANIFEST_PREFIX: &str = "run#";

/// The full key of an item.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ItemKey {
    /// The partition: a country's key, or `#countries`.
    pub country_code: String,
    /// The item within the partition.
    pub item: String,
}

impl ItemKey {
    /// Returns the key of a country's pointer.
    #[must_use]
    pub fn current(country: &CountryKey) -> Self {
        Self::new(country.as_str(), ITEM_CURRENT.to_owned())
    }

    /// Returns the key of the alias for a further name.
    #[must_use]
    pub fn alias(name: &CountryKey) -> Self {
        Self::new(name.as_str(), ITEM_ALIAS.to_owned())
    }

    /// Returns the key of a run's manifest.
    #[must_use]
    pub fn manifest(country: &CountryKey, run_id: &str) -> Self {
        Self::new(country.as_str(), format!("{ITEM_MANIFEST_PREFIX}{run_id}"))
    }

    /// Returns the key of a run's item for one bucket.
    #[must_use]
    pub fn bucket(country: &CountryKey, run_id: &str, segment: &str, bucket: &str) -> Self {
        Self::new(country.as_str(), format!("{run_id}#{segment}#{bucket}"))
    }

    /// Returns the prefix of the sort keys of a run's buckets.
    #[must_use]
    pub fn bucket_prefix(run_id: &str) -> String {
        format!("{run_id}#")
    }

    /// Returns the key of a country's item in the list of countries.
    #[must_use]
    pub fn listed_country(country: &CountryKey) -> Self {
        Self::new(COUNTRIES_PARTITION, country.as_str().to_owned())
    }

    /// Returns the two key attributes.
    #[must_use]
    pub fn to_item(&self) -> Item {
        let attributes = [(ATTRIBUTE_COUNTRY, &self.country_code), (ATTRIBUTE_ITEM, &self.item)];
        let attributes = attributes.map(|(name, value)| (name.to_owned(), AttributeValue::S(value.clone())));
        Item::from(std::collections::HashMap::from(attributes))
    }

    fn new(country_code: &str, item: String) -> Self {
        Self { country_code: country_code.to_owned(), item }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys() {
        let peru: CountryKey = "Peru".parse().expect("a country");
        for (key, partition, item) in [
            (ItemKey::current(&peru), "peru", "current"),
            (ItemKey::alias(&peru), "peru", "alias"),
            (ItemKey::manifest(&peru, "0193"), "peru", "run#0193"),
            (ItemKey::bucket(&peru, "0193", "recency_segment", "180+"), "peru", "0193#recency_segment#180+"),
            (ItemKey::listed_country(&peru), "#countries", "peru"),
        ] {
            assert_eq!((key.country_code.as_str(), key.item.as_str()), (partition, item));
        }
    }
}
