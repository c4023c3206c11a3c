//! Columns that stand in a path: `country_code=Peru/part-0.parquet`.

use percent_encoding::percent_decode_str;
use segments::value::{Country, CountryKey, Field};
use std::collections::BTreeSet;

/// How Hive and Spark write a null in a path.
const NULL_PARTITION: &str = "__HIVE_DEFAULT_PARTITION__";
/// The column by which whole files can be left out.
pub(super) const COUNTRY_COLUMN: &str = "country_code";

/// Returns the columns in the folders of `path`, outermost first; what follows the last `/` is a
/// file's name and not looked at.
pub(super) fn partitions(path: &str) -> Vec<(String, Option<String>)> {
    let Some((folders, _)) = path.rsplit_once('/') else {
        return Vec::new();
    };
    let partition = |folder: &str| {
        let (name, value) = folder.split_once('=')?;
        let value = percent_decode_str(value).decode_utf8_lossy();
        Some((name.to_owned(), (value != NULL_PARTITION).then(|| value.into_owned())))
    };
    folders.split('/').filter_map(partition).collect()
}

/// Returns the country that all rows under these partitions have, if they are of one.
pub(super) fn country(partitions: &[(String, Option<String>)]) -> Option<Field<Country>> {
    let (_, value) = partitions.iter().rev().find(|(name, _)| name == COUNTRY_COLUMN)?;
    Some(value.as_deref().map_or(Field::Missing, Country::read))
}

/// Returns whether rows of `country` can be among the selected ones.
pub(super) fn is_selected(
    country: Option<&Field<Country>>,
    selection: Option<&BTreeSet<CountryKey>>,
) -> bool {
    match (country, selection) {
        (None, _) | (_, None) => true,
        (Some(Field::Value(country)), Some(selection)) => selection.contains(&country.key),
        (Some(Field::Missing | Field::Bad), Some(_)) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, expected: &[(&str, Option<&str>)]) {
        let expected: Vec<_> =
            expected.iter().map(|(name, value)| ((*name).to_owned(), value.map(ToOwned::to_owned))).collect();
        assert_eq!(partitions(path), expected, "{path:?}");
    }

    #[test]
    fn folders_are_columns_and_files_are_not() {
        check("a/country_code=Peru/x.parquet", &[("country_code", Some("Peru"))]);
        check(
            "year=2018/country_code=Costa%20Rica/x",
            &[("year", Some("2018")), ("country_code", Some("Costa Rica"))],
        );
        check("country_code=__HIVE_DEFAULT_PARTITION__/x", &[("country_code", None)]);
        check("country_code=/x", &[("country_code", Some(""))]);
        check("a=b=c/x", &[("a", Some("b=c"))]);
        check("country_code=Peru", &[]);
        check("a/country_code=Peru", &[]);
    }

    #[test]
    fn pruning_is_by_key() {
        let selection = BTreeSet::from(["peru".parse().expect("a country")]);
        for (path, kept) in [
            ("country_code=Peru/x", true),
            ("country_code=PERU /x", true),
            ("country_code=Chile/x", false),
            ("country_code=__HIVE_DEFAULT_PARTITION__/x", false),
            ("year=2018/x", true),
        ] {
            let country = country(&partitions(path));
            assert_eq!(is_selected(country.as_ref(), Some(&selection)), kept, "{path}");
            assert!(is_selected(country.as_ref(), None), "{path}");
        }
    }
}
