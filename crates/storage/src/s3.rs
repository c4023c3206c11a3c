//! Objects on S3: range reads pinned to the ETag from the listing.

mod list;

use crate::aws::{Aws, problem};
use crate::bucket::{ARN, url};
use crate::error::{AwsError, ObjectError};
use crate::object::Object;
use anyhow::{Context, Result};
use aws_sdk_s3::Client;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::operation::get_object::{GetObjectError, GetObjectOutput};
use aws_sdk_s3::types::{RequestPayer, StorageClass};
use bytes::Bytes;
use std::ops::Range;
use std::time::Duration;
use tokio::time::{sleep, timeout};

/// Reads of one range. A body that breaks off is resumed where it broke, which the SDK does not do.
const READS_MAX: u32 = 5;
/// Backoff before the second read; it doubles with each read.
const READ_BACKOFF_FIRST: Duration = Duration::from_millis(200);
/// A body without a byte for so long counts as broken off.
const BODY_STALL_MAX: Duration = Duration::from_secs(20);

/// A client that reads from S3.
#[derive(Debug, Clone)]
pub struct S3 {
    /// For buckets.
    by_name: Client,
    /// For access points.
    by_arn: Client,
    /// Who pays, if it is not the bucket's owner.
    payer: Option<RequestPayer>,
    place: String,
}

impl S3 {
    /// Returns the S3 of an account. It sends no request yet.
    #[must_use]
    pub fn new(aws: &Aws) -> Self {
        Self { by_name: aws.s3(""), by_arn: aws.s3(ARN), payer: None, place: aws.place("S3") }
    }

    /// Returns the same S3, with the requester paying for listings and reads.
    /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/ObjectsinRequesterPaysBuckets.html>
    #[must_use]
    pub fn at_requesters_expense(self) -> Self {
        Self { payer: Some(RequestPayer::Requester), ..self }
    }

    fn client(&self, bucket: &str) -> &Client {
        if bucket.starts_with(ARN) { &self.by_arn } else { &self.by_name }
    }

    /// Reads a range of the object; the range must not be empty. A read that breaks off is resumed
    /// where it broke. Returns the buffers as they arrived, in order.
    pub(super) async fn read(&self, object: &Object, range: Range<u64>) -> Result<Vec<Bytes>> {
        let (bucket, key) = object.bucket_and_key().context("an object on S3 has a bucket")?;
        let length = usize::try_from(range.end - range.start)?;
        let mut parts: Vec<Bytes> = Vec::new();
        let mut received = 0;
        let mut broken = String::new();
        for attempt in 0..READS_MAX {
            if attempt > 0 {
                tracing::warn!(
                    url = object.url,
                    attempt,
                    received_bytes = received,
                    "a read broke off: {broken}"
                );
                sleep(READ_BACKOFF_FIRST * 2_u32.pow(attempt - 1)).await;
            }
            let from = range.start + received as u64;
            let request = self
                .client(bucket)
                .get_object()
                .bucket(bucket)
                .key(key)
                .range(format!("bytes={from}-{}", range.end - 1))
                .if_match(&object.version)
                .set_request_payer(self.payer.clone());
            let mut answer = match request.send().await {
                Ok(answer) => answer,
                Err(error) => return Err(self.read_error(object, &error)),
            };
            check_version(object, &answer)?;
            self.check_range(object, &answer, from, range.end)?;
            broken = loop {
                match timeout(BODY_STALL_MAX, answer.body.next()).await {
                    Ok(Some(Ok(bytes))) => {
                        received += bytes.len();
                        parts.push(bytes);
                    }
                    Ok(Some(Err(error))) => break error.to_string(),
                    Ok(None) => break "the body ended early".to_owned(),
                    Err(_) => break format!("no byte for {} s", BODY_STALL_MAX.as_secs()),
                }
                if received >= length {
                    return Ok(parts);
                }
            };
        }
        let problem = format!("broke off {READS_MAX} times, last: {broken}");
        Err(self.error("read", &object.url, problem).into())
    }

    /// Reads an object of at most `bytes_max` bytes, at any version; `None` if there is none. It
    /// stops reading a larger one.
    ///
    /// # Errors
    ///
    /// If S3 refuses, or the body breaks off too often.
    pub async fn read_whole(&self, bucket: &str, key: &str, bytes_max: u64) -> Result<Option<Bytes>> {
        let url = url(bucket, key);
        let mut broken = String::new();
        for attempt in 0..READS_MAX {
            if attempt > 0 {
                tracing::warn!(url, attempt, "a read broke off: {broken}");
                sleep(READ_BACKOFF_FIRST * 2_u32.pow(attempt - 1)).await;
            }
            let request = self.client(bucket).get_object().bucket(bucket).key(key);
            let mut answer = match request.set_request_payer(self.payer.clone()).send().await {
                Ok(answer) => answer,
                Err(error) if error.code() == Some("NoSuchKey") => return Ok(None),
                Err(error) if self.is_denied_for_absence(bucket, key, error.code()).await => return Ok(None),
                Err(error) => return Err(self.error("read", &url, problem(&error)).into()),
            };
            let length = answer.content_length().and_then(|length| usize::try_from(length).ok());
            let mut bytes = Vec::new();
            broken = loop {
                match timeout(BODY_STALL_MAX, answer.body.next()).await {
                    Ok(Some(Ok(more))) => bytes.extend_from_slice(&more),
                    Ok(Some(Err(error))) => break error.to_string(),
                    Ok(None) if length.is_none_or(|length| length == bytes.len()) => {
                        return Ok(Some(bytes.into()));
                    }
                    Ok(None) => break "the body ended early".to_owned(),
                    Err(_) => break format!("no byte for {} s", BODY_STALL_MAX.as_secs()),
                }
                if bytes.len() as u64 > bytes_max {
                    return Ok(Some(bytes.into()));
                }
            };
        }
        Err(self.error("read", &url, format!("broke off {READS_MAX} times, last: {broken}")).into())
    }

    /// Returns whether a read was denied because the object does not exist. S3 says so only to
    /// callers that may list the whole bucket. A run need not be one; it may list below a prefix of
    /// its own.
    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html>
    async fn is_denied_for_absence(&self, bucket: &str, key: &str, code: Option<&str>) -> bool {
        code == Some("AccessDenied") && matches!(self.find(bucket, key).await, Ok(None))
    }

    /// Writes an object.
    ///
    /// # Errors
    ///
    /// If S3 refuses.
    pub async fn write_whole(&self, bucket: &str, key: &str, bytes: Vec<u8>) -> Result<()> {
        let written =
            self.client(bucket).put_object().bucket(bucket).key(key).body(bytes.into()).send().await;
        written.map_err(|error| self.error("write", &url(bucket, key), problem(&error)))?;
        Ok(())
    }

    /// A server that ignores ranges would send other bytes than requested.
    fn check_range(
        &self,
        object: &Object,
        answer: &GetObjectOutput,
        from: u64,
        end: u64,
    ) -> Result<(), AwsError> {
        let expected = format!("bytes {from}-{}/{}", end - 1, object.bytes);
        match answer.content_range() {
            Some(range) if range == expected => Ok(()),
            range => {
                let problem = format!("asked for {expected}, the answer has {}", range.unwrap_or("no range"));
                Err(self.error("read", &object.url, problem))
            }
        }
    }

    fn read_error(&self, object: &Object, error: &SdkError<GetObjectError>) -> anyhow::Error {
        let status = error.raw_response().map(|response| response.status().as_u16());
        // It is gone, or has another version.
        if matches!(status, Some(404 | 412)) {
            return ObjectError::changed(object);
        }
        if let Some(GetObjectError::InvalidObjectState(refused)) = error.as_service_error() {
            let class = refused.storage_class().map_or("an archive", StorageClass::as_str);
            let problem = format!("it is in {class}: {}", problem(error));
            return self.error("read", &object.url, problem).into();
        }
        self.error("read", &object.url, problem(error)).into()
    }

    fn error(&self, verb: &str, url: &str, problem: String) -> AwsError {
        AwsError { operation: format!("{verb} {url} in {}", self.place), problem }
    }
}

/// A server that ignores `If-Match` would send another version than listed.
fn check_version(object: &Object, answer: &GetObjectOutput) -> Result<()> {
    match answer.e_tag() {
        // Not all servers are consistent about whether it has quotes.
        Some(etag) if etag.trim_matches('"') != object.version.trim_matches('"') => {
            Err(ObjectError::changed(object))
        }
        _ => Ok(()),
    }
}
