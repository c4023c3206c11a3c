//! The destination of rejects, for a thread that may block.

use super::path::RejectsPath;
use anyhow::{Context, Result, bail};
use std::future::Future;
use storage::{Aws, Location, Upload, WholeFile};
use tokio::runtime::Handle;
use tokio::sync::watch;

/// A file or an object that does not appear until it is finished.
pub(super) enum Target {
    Local(WholeFile),
    S3(Box<Upload>, Waiting),
}

/// Waits for S3 as long as the rejects are needed.
pub(super) struct Waiting {
    runtime: Handle,
    abandoned: watch::Receiver<bool>,
}

impl Target {
    /// Opens the destination now, so that one that cannot be written to is known at once.
    pub(super) async fn begin(
        path: &RejectsPath,
        aws: Option<&Aws>,
        abandoned: watch::Receiver<bool>,
    ) -> Result<Self> {
        Ok(match &path.location {
            Location::Local { path } => Self::Local(WholeFile::create("rejects", path)?),
            Location::S3 { bucket, key } => {
                let aws = aws.context("rejects on S3 need an AWS client")?;
                let upload = Upload::begin(aws, "rejects", bucket, key).await?;
                Self::S3(Box::new(upload), Waiting { runtime: Handle::current(), abandoned })
            }
        })
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<()> {
        match self {
            Self::Local(file) => file.write(bytes),
            Self::S3(upload, waiting) => waiting.wait(upload.write(bytes)),
        }
    }

    /// Makes the written bytes appear. If this fails, nothing appears.
    pub(super) fn finish(self) -> Result<()> {
        match self {
            Self::Local(file) => file.finish(),
            Self::S3(mut upload, mut waiting) => {
                let finished = waiting.wait(upload.finish());
                if finished.is_err() {
                    abort(&upload, &waiting);
                }
                finished
            }
        }
    }

    /// Discards the written bytes.
    pub(super) fn abandon(self) {
        if let Self::S3(upload, waiting) = self {
            abort(&upload, &waiting);
        }
    }
}

fn abort(upload: &Upload, waiting: &Waiting) {
    if let Err(error) = waiting.runtime.block_on(upload.abort()) {
        tracing::warn!("an unfinished upload of rejects remains, invisible to readers: {error}");
    }
}

impl Waiting {
    fn wait<E: Into<anyhow::Error>>(&mut self, operation: impl Future<Output = Result<(), E>>) -> Result<()> {
        let abandoned = &mut self.abandoned;
        self.runtime.block_on(async {
            tokio::select! {
                result = operation => result.map_err(Into::into),
                _ = abandoned.wait_for(|abandoned| *abandoned) => bail!("rejects are no longer needed"),
            }
        })
    }
}
