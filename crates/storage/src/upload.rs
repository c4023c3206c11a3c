//! An object that is uploaded in parts as it is made; it does not exist until the upload is
//! completed. The caller says what is in it, for messages.

use crate::aws::{Aws, problem};
use crate::error::AwsError;
use aws_sdk_s3::Client;
use aws_sdk_s3::config::Builder;
use aws_sdk_s3::config::timeout::TimeoutConfig;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{ChecksumAlgorithm, CompletedMultipartUpload, CompletedPart};
use std::fmt::Debug;
use std::time::Duration;

/// Bytes of a part. S3 wants at least 5 MiB for each except the last.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html>
const PART_BYTES: usize = 8 << 20;
/// Maximum parts of an upload: the service's limit, likewise.
const PARTS_MAX: i32 = 10_000;
/// Timeout from the beginning of a part to the response, on the slowest of lines.
const PART_TIMEOUT: Duration = Duration::from_mins(5);

/// An object that does not exist until it is finished.
#[derive(Debug)]
pub struct Upload {
    client: Client,
    /// What the object holds: `rejects`.
    what: &'static str,
    bucket: String,
    key: String,
    id: String,
    place: String,
    /// Bytes of the part that is not yet full.
    bytes: Vec<u8>,
    parts: Vec<CompletedPart>,
}

impl Upload {
    /// Begins an upload. This calls S3, so that what must fail fails before anything is read.
    ///
    /// # Errors
    ///
    /// If S3 refuses.
    pub async fn begin(aws: &Aws, what: &'static str, bucket: &str, key: &str) -> Result<Self, AwsError> {
        let client = aws.s3(bucket);
        let place = aws.place("S3");
        let begun = client
            .create_multipart_upload()
            .bucket(bucket)
            .key(key)
            .checksum_algorithm(ChecksumAlgorithm::Crc32)
            .send()
            .await;
        let begun = begun.map_err(|error| failed(what, bucket, key, &place, problem(&error)))?;
        let Some(id) = begun.upload_id else {
            return Err(failed(what, bucket, key, &place, "the upload has no id".to_owned()));
        };
        Ok(Self {
            client,
            what,
            bucket: bucket.to_owned(),
            key: key.to_owned(),
            id,
            place,
            bytes: Vec::new(),
            parts: Vec::new(),
        })
    }

    /// Adds bytes, and uploads the parts that are full.
    ///
    /// # Errors
    ///
    /// If S3 refuses, or the object has too many parts.
    pub async fn write(&mut self, mut bytes: &[u8]) -> Result<(), AwsError> {
        while !bytes.is_empty() {
            // Reserve the whole part at once; growing would copy it.
            self.bytes.reserve_exact(PART_BYTES - self.bytes.len());
            let (here, behind) = bytes.split_at(bytes.len().min(PART_BYTES - self.bytes.len()));
            self.bytes.extend_from_slice(here);
            bytes = behind;
            if self.bytes.len() == PART_BYTES {
                self.upload_part().await?;
            }
        }
        Ok(())
    }

    /// Makes the object of all parts; it replaces any object with that key.
    ///
    /// # Errors
    ///
    /// If S3 refuses, or the object has too many parts.
    pub async fn finish(&mut self) -> Result<(), AwsError> {
        // An empty object has one empty part.
        if !self.bytes.is_empty() || self.parts.is_empty() {
            self.upload_part().await?;
        }
        let parts = CompletedMultipartUpload::builder().set_parts(Some(self.parts.clone())).build();
        let completed = self
            .client
            .complete_multipart_upload()
            .bucket(&self.bucket)
            .key(&self.key)
            .upload_id(&self.id)
            .multipart_upload(parts)
            .customize()
            .config_override(patient())
            .send()
            .await;
        completed.map(drop).map_err(|error| self.failed(&error))
    }

    /// Aborts the upload, so that nobody pays for its parts.
    ///
    /// # Errors
    ///
    /// If S3 refuses.
    pub async fn abort(&self) -> Result<(), AwsError> {
        let aborted = self
            .client
            .abort_multipart_upload()
            .bucket(&self.bucket)
            .key(&self.key)
            .upload_id(&self.id)
            .send()
            .await;
        aborted.map(drop).map_err(|error| self.failed(&error))
    }

    async fn upload_part(&mut self) -> Result<(), AwsError> {
        let number = i32::try_from(self.parts.len() + 1).unwrap_or(i32::MAX);
        if number > PARTS_MAX {
            let problem = format!("it needs more than {PARTS_MAX} parts of {} MiB", PART_BYTES >> 20);
            return Err(failed(self.what, &self.bucket, &self.key, &self.place, problem));
        }
        let uploaded = self
            .client
            .upload_part()
            .bucket(&self.bucket)
            .key(&self.key)
            .upload_id(&self.id)
            .part_number(number)
            .checksum_algorithm(ChecksumAlgorithm::Crc32)
            .body(ByteStream::from(std::mem::take(&mut self.bytes)))
            .customize()
            .config_override(patient())
            .send()
            .await
            .map_err(|error| self.failed(&error))?;
        let part = CompletedPart::builder()
            .part_number(number)
            .set_e_tag(uploaded.e_tag)
            .set_checksum_crc32(uploaded.checksum_crc32)
            .build();
        self.parts.push(part);
        Ok(())
    }

    fn failed<E, R>(&self, error: &SdkError<E, R>) -> AwsError
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
        R: Debug + 'static,
    {
        failed(self.what, &self.bucket, &self.key, &self.place, problem(error))
    }
}

fn patient() -> Builder {
    Builder::new().timeout_config(TimeoutConfig::builder().read_timeout(PART_TIMEOUT).build())
}

fn failed(what: &str, bucket: &str, key: &str, place: &str, problem: String) -> AwsError {
    AwsError { operation: format!("write {what} to s3://{bucket}/{key} in {place}"), problem }
}
