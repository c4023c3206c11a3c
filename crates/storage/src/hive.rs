//! Columns in a path: `country_code=Peru/part-0.parquet`.

use crate::error::ObjectError;
use crate::object::Object;
use crate::partitions::NULL_PARTITIONS;
use segments::rules::{Rules, column_key};
use segments::selection::Selection;
use segments::value::{Country, Field};

/// The column by which whole files can be left out.
const COUNTRY_COLUMN: &str = "country_code";

/// The value that a folder gives to a column, for all rows below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum InFolder<'a> {
    /// Null, as Hive writes it.
    Null,
    /// This text.
    Text(&'a str),
}

impl<'a> InFolder<'a> {
    fn of(value: Option<&'a str>) -> Self {
        value.map_or(Self::Null, Self::Text)
    }

    /// Returns the text, if it is not null.
    #[must_use]
    pub fn text(self) -> Option<&'a str> {
        match self {
            Self::Null => None,
            Self::Text(text) => Some(text),
        }
    }
}

impl Object {
    /// Returns the value that the folders of its path give to the column that the history calls
    /// `wanted`, if any. Folders of exactly that name win over those whose name means the same.
    ///
    /// # Errors
    ///
    /// If two folders disagree.
    pub fn partition(&self, wanted: &str) -> Result<Option<InFolder<'_>>, ObjectError> {
        let key = column_key(wanted);
        let has_exact = self.partitions.iter().any(|(name, _)| name == wanted);
        let is_named = |name: &str| if has_exact { name == wanted } else { column_key(name) == key };
        let mut fitting = self.partitions.iter().filter(|(name, _)| is_named(name));
        let Some(first) = fitting.next() else { return Ok(None) };
        match fitting.find(|(_, value)| *value != first.1) {
            None => Ok(Some(InFolder::of(first.1.as_deref()))),
            Some(other) => {
                let folder = |(name, value): &(String, Option<String>)| {
                    format!("{name}={}", value.as_deref().unwrap_or(NULL_PARTITIONS[0]))
                };
                let (first, other) = (folder(first), folder(other));
                Err(ObjectError::TwoFolders {
                    url: self.url.clone(),
                    column: wanted.to_owned(),
                    first,
                    other,
                })
            }
        }
    }
}

/// Returns the country that all rows of an object have, by its path; `None` if the path does not say.
pub(super) fn country(object: &Object, rules: &Rules) -> Result<Option<Field<Country>>, ObjectError> {
    let value = object.partition(rules.source_of(COUNTRY_COLUMN).0)?;
    Ok(value.map(|value| value.text().map_or(Field::Missing, |text| rules.read_country(text))))
}

/// Returns whether rows of `country` can be selected.
pub(super) fn is_selected(country: Option<&Field<Country>>, selection: &Selection) -> bool {
    match country {
        None => true,
        Some(Field::Value(country)) => selection.has(&country.key),
        Some(Field::Missing | Field::Bad) => selection.is_all(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::object::tests::object;

    #[test]
    fn a_folder_is_found_by_its_name_in_any_case() {
        let peru = Ok(Some(Some("Peru".to_owned())));
        let two = |first: &str, other: &str| Err((first.to_owned(), other.to_owned()));
        for (path, expected) in [
            ("country_code=Peru/x", peru.clone()),
            ("COUNTRY_CODE=Peru/x", peru.clone()),
            (" Country_Code =Peru/x", peru.clone()),
            ("country-code=Peru/x", Ok(None)),
            ("country=Peru/x", Ok(None)),
            ("country_code=Peru/COUNTRY_CODE=Peru/x", peru.clone()),
            ("COUNTRY_CODE=Chile/country_code=Peru/x", peru),
            ("Country_Code=Peru/COUNTRY_CODE=Chile/x", two("Country_Code=Peru", "COUNTRY_CODE=Chile")),
            ("country_code=Peru/country_code=peru/x", two("country_code=Peru", "country_code=peru")),
            (
                "country_code=Peru/country_code=__DEFAULT_PARTITION__/x",
                two("country_code=Peru", "country_code=__HIVE_DEFAULT_PARTITION__"),
            ),
            ("country_code=__DEFAULT_PARTITION__/country_code=__HIVE_DEFAULT_PARTITION__/x", Ok(Some(None))),
            ("country_code=/x", Ok(Some(Some(String::new())))),
        ] {
            let object = object(path, 1, "v");
            let found = object.partition(COUNTRY_COLUMN);
            let found = found.map(|value| value.map(|value| value.text().map(ToOwned::to_owned)));
            let found = found.map_err(|error| match error {
                ObjectError::TwoFolders { first, other, .. } => (first, other),
                error => panic!("{error}"),
            });
            assert_eq!(found, expected, "{path}");
        }
    }

    #[test]
    fn pruning_is_by_key() {
        let selection = Selection::from_iter(["peru".parse().expect("a country")]);
        for (path, kept) in [
            ("country_code=Peru/x", true),
            ("COUNTRY_CODE=Peru/x", true),
            ("country_code=PERU /x", true),
            ("country_code=Chile/x", false),
            ("Country_code=Chile/x", false),
            ("country_code=__HIVE_DEFAULT_PARTITION__/x", false),
            ("country_code=__DEFAULT_PARTITION__/x", false),
            ("country_code=/x", false),
            ("year=2018/x", true),
        ] {
            let country = country(&object(path, 1, "v"), &Rules::default()).expect("one country");
            assert_eq!(is_selected(country.as_ref(), &selection), kept, "{path}");
            assert!(is_selected(country.as_ref(), &Selection::ALL), "{path}");
        }
    }
}
