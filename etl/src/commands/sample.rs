//! `sample`: turns arguments into a file.

use crate::cli::SampleArgs;
use anyhow::Result;
use storage::{Aws, Exit, Location};

pub(crate) async fn sample(SampleArgs { rows, seed, codec, out }: SampleArgs) -> Result<Exit> {
    match &out {
        Location::Local { path } => crate::sample::write(path, rows, seed, codec)?,
        Location::S3 { bucket, key } => {
            crate::sample::upload(&Aws::from_env().await?, (bucket, key), rows, seed, codec).await?;
        }
    }
    tracing::info!(rows, file = %out, "wrote a sample");
    Ok(Exit::Done)
}
