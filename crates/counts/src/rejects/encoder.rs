//! Rejected events to the bytes of a file, of either form.

use super::events::{Ready, RejectedEvents};
use super::jsonl::JsonLines;
use super::parquet::Parquet;
use super::path::Format;
use anyhow::Result;

/// Turns events to bytes, which are handed on as they come.
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

    /// Encodes events, and hands on the bytes that are ready.
    pub(super) fn encode(&mut self, events: &RejectedEvents, ready: Ready<'_>) -> Result<()> {
        match self {
            Self::Parquet(parquet) => parquet.encode(events, ready),
            Self::JsonLines(lines) => lines.encode(events, ready),
        }
    }

    /// Hands on the bytes that are left.
    pub(super) fn finish(self, ready: Ready<'_>) -> Result<()> {
        match self {
            Self::Parquet(parquet) => parquet.finish(ready),
            Self::JsonLines(lines) => lines.finish(ready),
        }
    }
}
