//! Writes rejected events as JSON, one object per line. No value can break its line: JSON escapes
//! control characters.

use super::events::{Ready, RejectedEvents};
use anyhow::{Context, Result};
use arrow_array::{Array, StringArray};
use serde::Serialize;

/// Bytes after which lines are passed on.
const READY_BYTES: usize = 256 << 10;

#[derive(Debug, Default)]
pub(super) struct JsonLines {
    lines: Vec<u8>,
}

/// The fields of a line, in order.
#[derive(Serialize)]
struct Line<'a> {
    file: &'a str,
    row_group: usize,
    row: u64,
    segment: &'a str,
    reason: &'a str,
    column: &'a str,
    value: Option<&'a str>,
    order_value: Option<&'a str>,
}

impl JsonLines {
    pub(super) fn encode(&mut self, events: &RejectedEvents, ready: Ready<'_>) -> Result<()> {
        for (at, (row, reason)) in events.rows.iter().zip(&events.reasons).enumerate() {
            for segment in events.segments.iter() {
                let line = Line {
                    file: &events.file,
                    row_group: events.row_group,
                    row: *row,
                    segment,
                    reason: reason.as_str(),
                    column: events.column,
                    value: text(&events.values, at),
                    order_value: text(&events.order_values, at),
                };
                serde_json::to_writer(&mut self.lines, &line).context("encode rejects as JSON")?;
                self.lines.push(b'\n');
                if self.lines.len() >= READY_BYTES {
                    ready(&self.lines)?;
                    self.lines.clear();
                }
            }
        }
        Ok(())
    }

    pub(super) fn finish(self, ready: Ready<'_>) -> Result<()> {
        ready(&self.lines)
    }
}

fn text(texts: &StringArray, at: usize) -> Option<&str> {
    texts.is_valid(at).then(|| texts.value(at))
}
