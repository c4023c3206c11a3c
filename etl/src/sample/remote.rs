//! Uploads a sample to S3 while it is made.

use super::{Codec, batches, writer};
use anyhow::{Context, Result};
use storage::{Aws, Upload};

/// Uploads a history of `rows` events; the bytes are the same as those of [`write`](super::write).
///
/// An existing object with that key is replaced once the upload is complete. An interrupted process
/// leaves an upload that only a listing of uploads shows.
///
/// # Errors
///
/// If the object cannot be written; then there is none, or still the previous one.
pub async fn upload(
    aws: &Aws,
    (bucket, key): (&str, &str),
    rows: u64,
    seed: u64,
    codec: Codec,
) -> Result<()> {
    let mut upload = Upload::begin(aws, "a sample", bucket, key).await?;
    let made = fill(&mut upload, rows, seed, codec).await;
    if made.is_err()
        && let Err(error) = upload.abort().await
    {
        tracing::warn!("an unfinished upload of a sample remains, invisible to readers: {error}");
    }
    made
}

async fn fill(upload: &mut Upload, rows: u64, seed: u64, codec: Codec) -> Result<()> {
    let encode = "encode a sample as parquet";
    let mut writer = writer(Vec::new(), rows, codec)?;
    for batch in batches(rows, seed) {
        writer.write(&batch?).context(encode)?;
        let bytes = writer.inner_mut();
        upload.write(bytes).await?;
        // Its memory is reused.
        bytes.clear();
    }
    upload.write(&writer.finish().context(encode)?).await?;
    Ok(upload.finish().await?)
}
