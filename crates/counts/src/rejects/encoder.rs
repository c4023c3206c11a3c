//! Encodes rejected events as the bytes of a file, in either format.

use super::events::{Ready, RejectedEvents};
use super::jsonl::JsonLines;
use super::parquet::Parquet;
use super::path::Format;
use anyhow::Result;

/// Encodes events as bytes and passes them on as they come.
pub(super) enum Encoder {
    Parquet(Box<Parquet>),
    JsonLines(JsonLines),
}

impl Encoder {
    pub(super) fn new(format: Format) -> Result<Self> {
        Ok(match format {
            Format::Parquet => Self::Parquet(Box::new(Parquet::new()?)),
            Format::JsonLines => Self::JsonLines(JsonLines::default()),
        })
    }

    /// Encodes events, and passes on the bytes that are ready.
    pub(super) fn encode(&mut self, events: &RejectedEvents, ready: Ready<'_>) -> Result<()> {
        match self {
            Self::Parquet(parquet) => parquet.encode(events, ready),
            Self::JsonLines(lines) => lines.encode(events, ready),
        }
    }

    /// Passes on the remaining bytes.
    pub(super) fn finish(self, ready: Ready<'_>) -> Result<()> {
        match self {
            Self::Parquet(parquet) => parquet.finish(ready),
            Self::JsonLines(lines) => lines.finish(ready),
        }
    }
}
