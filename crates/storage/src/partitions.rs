//! Columns in a path: `country_code=Peru/part-0.parquet`.

use percent_encoding::percent_decode_str;

/// Null in a path, as Hive and Spark write it, and as Athena does.
pub(crate) const NULL_PARTITIONS: [&str; 2] = ["__HIVE_DEFAULT_PARTITION__", "__DEFAULT_PARTITION__"];

/// Returns the columns in the folders of `path`, outermost first. It ignores the file's name, after
/// the last `/`.
pub(crate) fn partitions(path: &str) -> Vec<(String, Option<String>)> {
    let Some((folders, _)) = path.rsplit_once('/') else {
        return Vec::new();
    };
    let partition = |folder: &str| {
        let (name, value) = folder.split_once('=')?;
        let value = percent_decode_str(value).decode_utf8_lossy();
        let is_null = NULL_PARTITIONS.contains(&&*value);
        Some((name.to_owned(), (!is_null).then(|| value.into_owned())))
    };
    folders.split('/').filter_map(partition).collect()
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
        check("country_code=__DEFAULT_PARTITION__/x", &[("country_code", None)]);
        check("country_code=__default_partition__/x", &[("country_code", Some("__default_partition__"))]);
        check("country_code=/x", &[("country_code", Some(""))]);
        check("a=b=c/x", &[("a", Some("b=c"))]);
        check("/a=b//c=d/x", &[("a", Some("b")), ("c", Some("d"))]);
        check("country_code=Peru", &[]);
        check("a/country_code=Peru", &[]);
    }
}
