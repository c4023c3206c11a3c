//! The `[countries]` of the rules: further names of countries.

use crate::value::{Country, CountryKey, Field, MissingTexts};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::BTreeMap;

/// Further names, as keys, and the countries they mean.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Countries(BTreeMap<CountryKey, Country>);

impl Countries {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn get(&self, key: &CountryKey) -> Option<&Country> {
        self.0.get(key)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&CountryKey, &Country)> {
        self.0.iter()
    }

    fn checked(written: &BTreeMap<String, String>) -> Result<Self, String> {
        let mut countries = BTreeMap::new();
        for (name, meant) in written {
            let read = |text: &str| match Country::read_by(text, &MissingTexts::NONE) {
                Field::Value(country) => Ok(country),
                Field::Missing | Field::Bad => Err(format!("{text:?} is not a country's name")),
            };
            let (name, meant) = (read(name)?, read(meant)?);
            if countries.insert(name.key.clone(), meant).is_some() {
                return Err(format!(
                    "{:?} is named twice: its key is {:?}",
                    name.spelling,
                    name.key.as_str()
                ));
            }
        }
        // A country that is itself a further name of another one would have two meanings.
        for (key, meant) in &countries {
            if let Some(other) = countries.get(&meant.key).filter(|other| other.key != meant.key) {
                return Err(format!(
                    "{:?} means {:?}, which means {:?}: name the last one",
                    key.as_str(),
                    meant.spelling,
                    other.spelling
                ));
            }
            let is_spelled_otherwise =
                |other: &&Country| other.key == meant.key && other.spelling != meant.spelling;
            if let Some(other) = countries.values().find(is_spelled_otherwise) {
                return Err(format!(
                    "{:?} and {:?} are one country: spell it one way",
                    other.spelling, meant.spelling
                ));
            }
        }
        Ok(Self(countries))
    }
}

/// As keys and spellings, sorted by key.
impl Serialize for Countries {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, country)| (key, &country.spelling)))
    }
}

impl<'de> Deserialize<'de> for Countries {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::checked(&BTreeMap::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(toml: &str, canonical: Option<&str>) {
        let read = toml::from_str::<Countries>(toml);
        let json = read.as_ref().ok().map(|countries| serde_json::to_string(countries).expect("JSON"));
        assert_eq!(json.as_deref(), canonical, "{toml}: {read:?}");
        if let Some(canonical) = canonical {
            let again: Countries = serde_json::from_str(canonical).expect("a canonical form");
            assert_eq!(Some(again), read.ok(), "{toml}");
        }
    }

    #[test]
    fn further_names() {
        check("", Some("{}"));
        check("turkey = \"Türkiye\"", Some(r#"{"turkey":"Türkiye"}"#));
        check("\" TURKEY\" = \"Tu\u{308}rkiye \"", Some(r#"{"turkey":"Türkiye"}"#));
        check(
            "turkey = \"Türkiye\"\n\"the republic of turkey\" = \"Türkiye\"",
            Some(r#"{"the republic of turkey":"Türkiye","turkey":"Türkiye"}"#),
        );
        // A further name for itself sets how the country is shown.
        check(
            "turkiye = \"Türkiye\"\nturkey = \"Türkiye\"",
            Some(r#"{"turkey":"Türkiye","turkiye":"Türkiye"}"#),
        );
        check("null = \"Peru\"", Some(r#"{"null":"Peru"}"#));
    }

    #[test]
    fn what_names_no_country() {
        check("turkey = \"\"", None);
        check("\"\" = \"Peru\"", None);
        check("\"a#b\" = \"Peru\"", None);
        check("turkey = \"a#b\"", None);
        check("turkey = 7", None);
        check("turkey = \"Türkiye\"\nTURKEY = \"Türkiye\"", None);
        check("turkey = \"Türkiye\"\nturkiye = \"Turquía\"", None);
        check("turkey = \"Türkiye\"\nturquia = \"TÜRKİYE\"", None);
        check("a = \"b\"\nb = \"a\"", None);
    }
}
