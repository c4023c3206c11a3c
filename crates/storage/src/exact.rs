//! Finds objects by their full names, as in a manifest. No character has a special meaning, and
//! nothing below or beside a name is found.

use super::bucket::S3_SCHEME;
use super::bucket::bucket_and_key;
use super::{Object, Store, local};
use anyhow::Result;
use futures::{StreamExt, TryStreamExt, stream};
use std::path::Path;

/// Lookups under way at a time.
const LOOKUPS_UNDER_WAY_MAX: usize = 16;

/// Returns the objects among `urls` that exist, in that order, as they are now.
///
/// # Errors
///
/// If it cannot be determined whether one exists.
pub async fn find(store: &Store, urls: &[String]) -> Result<Vec<Object>> {
    stream::iter(urls)
        .map(async |url| match url.strip_prefix(S3_SCHEME).and_then(bucket_and_key) {
            Some((bucket, key)) => store.s3()?.find(bucket, key).await,
            None => local::find(Path::new(url)),
        })
        .buffered(LOOKUPS_UNDER_WAY_MAX)
        .try_filter_map(async |found| Ok(found))
        .try_collect()
        .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::InFolder;
    use std::fs;

    #[tokio::test]
    async fn names_are_no_patterns() {
        let root = tempfile::tempdir().expect("a folder");
        let path = |name: &str| root.path().join(name).display().to_string();
        for file in ["a", "[ab]", "*", "country_code=Peru/a b#%2F{x}?"] {
            fs::create_dir_all(Path::new(&path(file)).parent().expect("a parent")).expect("a folder");
            fs::write(path(file), file).expect("written");
        }
        let asked =
            ["*", "b?", "[ab]", "country_code=Peru", "country_code=Peru/a b#%2F{x}?", "a/b"].map(path);
        let found = find(&Store::new(None), &asked).await.expect("found");
        let urls: Vec<_> = found.iter().map(|object| object.url.clone()).collect();
        assert_eq!(urls, ["*", "[ab]", "country_code=Peru/a b#%2F{x}?"].map(path));
        assert_eq!(found[2].partition("country_code").expect("one"), Some(InFolder::Text("Peru")));
    }
}
