//! Lists a bucket: all that a location means, the first of some names, one object by its name.

use super::S3;
use crate::aws::problem;
use crate::bucket::{bucket_url, url};
use crate::error::{AwsError, ObjectError};
use crate::listing::{Entry, Listed, Listing};
use crate::object::{Object, Place};
use anyhow::Result;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::operation::list_objects_v2::{ListObjectsV2Error, ListObjectsV2Output};
use aws_sdk_s3::types::{EncodingType, Object as ListedObject};
use percent_encoding::percent_decode_str;
use std::borrow::Cow;

impl S3 {
    /// Adds to a listing all objects of `bucket` that begin with what it looks for.
    pub(crate) async fn list(&self, bucket: &str, mut listing: Listing<'_>) -> Result<Listed> {
        let prefix = listing.pattern().prefix();
        let location = url(bucket, prefix);
        let list = self.client(bucket).list_objects_v2().bucket(bucket).prefix(prefix);
        let list = list.set_request_payer(self.payer.clone()).encoding_type(EncodingType::Url);
        let mut pages = list.into_paginator().send();
        let bucket_bytes = bucket_url(bucket).len();
        while let Some(page) = pages.next().await {
            listing.requested();
            let page = page.map_err(|error| match error.code() {
                Some("NoSuchBucket") => {
                    let hint = format!("there is no bucket {bucket:?}");
                    ObjectError::Nothing { location: location.clone(), hint }.into()
                }
                _ => anyhow::Error::new(self.error("list", &location, problem(&error))),
            })?;
            let is_encoded = page.encoding_type() == Some(&EncodingType::Url);
            for entry in page.contents.unwrap_or_default() {
                let object = self.object(bucket, entry, is_encoded, &location)?;
                if listing.see(&object.url[bucket_bytes..]) {
                    listing.add(Entry { object, file: None });
                }
            }
        }
        Ok(listing.finish())
    }

    /// Returns the first names that begin with `prefix`, `max` at most, in one request; none if
    /// they may not be listed.
    pub(crate) async fn names(&self, bucket: &str, prefix: &str, max: u16) -> Vec<String> {
        let page = match self.first_page(bucket, prefix, max).await {
            Ok(page) => page,
            Err(error) => {
                let (location, problem) = (url(bucket, prefix), problem(&error));
                // Permission to read a prefix does not allow a look above it.
                if error.code() == Some("AccessDenied") {
                    tracing::debug!("not looked at: {location}: {problem}");
                } else {
                    tracing::warn!("not looked at: {location}: {problem}");
                }
                return Vec::new();
            }
        };
        let is_encoded = page.encoding_type() == Some(&EncodingType::Url);
        let keys = page.contents.unwrap_or_default().into_iter().filter_map(|entry| entry.key);
        let keys = keys.filter_map(|key| if is_encoded { decoded(&key) } else { Some(key) });
        keys.filter(|key| key.starts_with(prefix)).collect()
    }

    async fn first_page(
        &self,
        bucket: &str,
        prefix: &str,
        max: u16,
    ) -> Result<ListObjectsV2Output, SdkError<ListObjectsV2Error>> {
        let list = self.client(bucket).list_objects_v2().bucket(bucket).prefix(prefix).max_keys(max.into());
        list.set_request_payer(self.payer.clone()).encoding_type(EncodingType::Url).send().await
    }

    /// Returns the object with exactly this key, if there is one.
    pub(crate) async fn find(&self, bucket: &str, key: &str) -> Result<Option<Object>> {
        let location = url(bucket, key);
        // Keys are listed in order, so this one comes before all others that begin with it.
        let page = match self.first_page(bucket, key, 1).await {
            Ok(page) => page,
            Err(error) if error.code() == Some("NoSuchBucket") => return Ok(None),
            Err(error) => return Err(self.error("list", &location, problem(&error)).into()),
        };
        let is_encoded = page.encoding_type() == Some(&EncodingType::Url);
        let entry = page.contents.unwrap_or_default().into_iter().next();
        let object = entry.map(|entry| self.object(bucket, entry, is_encoded, &location)).transpose()?;
        Ok(object.filter(|object| object.url == location))
    }

    fn object(
        &self,
        bucket: &str,
        entry: ListedObject,
        is_encoded: bool,
        location: &str,
    ) -> Result<Object, AwsError> {
        let bytes = entry.size.and_then(|size| u64::try_from(size).ok());
        let (Some(key), Some(etag), Some(bytes)) = (entry.key, entry.e_tag, bytes) else {
            let problem = "an entry lacks its key, ETag or size".to_owned();
            return Err(self.error("list", location, problem));
        };
        let key = if is_encoded {
            decoded(&key).ok_or_else(|| {
                self.error("list", location, "an entry's key is not percent-encoded UTF-8".to_owned())
            })?
        } else {
            key
        };
        Ok(Object::new(url(bucket, &key), bytes, etag, &key, Place::S3))
    }
}

/// Decodes a key of a percent-encoded listing: XML cannot carry control characters otherwise. A
/// plus sign is a blank.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html#API_ListObjectsV2_RequestSyntax>
fn decoded(key: &str) -> Option<String> {
    let key = key.replace('+', " ");
    percent_decode_str(&key).decode_utf8().ok().map(Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_a_listing_are_decoded() {
        for (encoded, key) in [
            ("a/b.parquet", Some("a/b.parquet")),
            ("a+b%2Bc%25d%20e", Some("a b+c%d e")),
            ("%0A%01%3D%C3%BC%3F%23", Some("\n\u{1}=ü?#")),
            ("%", Some("%")),
            ("%ff", None),
        ] {
            assert_eq!(decoded(encoded).as_deref(), key, "{encoded}");
        }
    }
}
