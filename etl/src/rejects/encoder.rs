//! Rejected events to the bytes of a file, of either form.

use super::events::RejectedEvents;
use super::jsonl::JsonLines;
use super::parquet::Parquet;
use super::path::Format;
use anyhow::Result;

/// Turns events to bytes, which are taken from it as they come.
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

    /// Encodes events and returns the bytes that are ready, if there are any.
    pub(super) fn encode(&mut self, events: &RejectedEvents) -> Result<Vec<u8>> {
        match self {
            Self::Parquet(parquet) => parquet.encode(events),
            Self::JsonLines(lines) => lines.encode(events),
        }
    }

    /// Returns the bytes that are left.
    pub(super) fn finish(self) -> Result<Vec<u8>> {
        match self {
            Self::Parquet(parquet) => parquet.finish(),
            Self::JsonLines(lines) => Ok(lines.finish()),
        }
    }
}
