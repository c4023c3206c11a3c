//! A sample as an object on S3, uploaded as it is made.

use super::{Codec, batches, writer};
use anyhow::{Context, Result};
use storage::{Aws, Upload};

/// Uploads a history of `rows` events; the bytes are those that [`write`](super::write) writes.
///
/// An object of that key is replaced once all is there. A process that is interrupted leaves an
/// upload that only a listing of uploads shows.
///
/// # Errors
///
/// If the object cannot be written; then there is none, or that which was there before.
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
        tracing::warn!("an unfinished upload of a sample stays, which no reader sees: {error}");
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
        // Its room is used again.
        bytes.clear();
    }
    upload.write(&writer.finish().context(encode)?).await?;
    Ok(upload.finish().await?)
}
