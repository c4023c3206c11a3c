//! The alias: the item under a country's further name that leads to the country.
//!
//! It belongs to no run. Each publication of the country writes it; it stays until another one or a
//! person changes it. Readers follow it only if the name has no pointer of its own, and only once.

use super::{ItemError, ItemKey};
use crate::value::CountryKey;
use serde_dynamo::{AttributeValue, Item};

/// The attribute that names the country.
const COUNTRY_KEY: &str = "country_key";

/// Returns the item that leads from `name` to `country`.
#[must_use]
pub fn alias_item(name: &CountryKey, country: &CountryKey) -> Item {
    let mut item = ItemKey::alias(name).to_item();
    item.insert(COUNTRY_KEY.to_owned(), AttributeValue::S(country.as_str().to_owned()));
    item
}

/// Returns the country that an alias leads to.
///
/// # Errors
///
/// If the item names none.
pub fn alias_target(item: &Item) -> Result<CountryKey, ItemError> {
    let unknown = |value: String| ItemError::Attribute { attribute: COUNTRY_KEY, value };
    match item.get(COUNTRY_KEY) {
        Some(AttributeValue::S(key)) => CountryKey::stored(key).map_err(|_| unknown(key.clone())),
        other => Err(unknown(format!("{other:?}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_back_is_what_was_written() {
        let [turkey, turkiye] = ["turkey", "turkiye"].map(|key| CountryKey::stored(key).expect("a key"));
        let item = alias_item(&turkey, &turkiye);
        assert_eq!(item.get("country_code"), Some(&AttributeValue::S("turkey".to_owned())));
        assert_eq!(item.get("item"), Some(&AttributeValue::S("alias".to_owned())));
        assert_eq!(alias_target(&item).expect("a country"), turkiye);
    }

    #[test]
    fn what_leads_nowhere() {
        let turkey = CountryKey::stored("turkey").expect("a key");
        for value in [None, Some(""), Some("a#b")] {
            let mut item = ItemKey::alias(&turkey).to_item();
            if let Some(value) = value {
                item.insert(COUNTRY_KEY.to_owned(), AttributeValue::S(value.to_owned()));
            }
            assert!(alias_target(&item).is_err(), "{value:?}");
        }
    }
}
