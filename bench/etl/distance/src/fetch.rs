//! A client that only reads: large ranges, several in flight.

use crate::forward::Client;
use anyhow::{Context, Result, bail};
use clap::Args;
use futures::{StreamExt, TryStreamExt, stream};
use http_body_util::{BodyExt, Empty};
use hyper::{Request, StatusCode, header};
use serde_json::json;
use std::ops::Range;
use std::time::Instant;

/// Reads an object and discards it.
#[derive(Debug, Args)]
pub(crate) struct Fetch {
    /// The object, such as <http://127.0.0.1:4566/bucket/key>
    url: String,
    /// Bytes to read, from the beginning of the object
    #[arg(long)]
    bytes: u64,
    /// Bytes of one request
    #[arg(long, default_value_t = 8 << 20)]
    range_bytes: u64,
    /// Requests in flight at once
    #[arg(long, default_value_t = 8)]
    under_way: usize,
}

impl Fetch {
    /// Reads the object; returns one line of JSON with bytes and seconds.
    pub(crate) async fn run(&self) -> Result<String> {
        let client = crate::forward::client();
        let start = Instant::now();
        let bytes: u64 = stream::iter(ranges(self.bytes, self.range_bytes))
            .map(|range| self.read(&client, range))
            .buffer_unordered(self.under_way)
            .try_fold(0, async |sum, bytes| Ok(sum + bytes))
            .await?;
        Ok(json!({ "bytes": bytes, "seconds": start.elapsed().as_secs_f64() }).to_string())
    }

    async fn read(&self, client: &Client<Empty<bytes::Bytes>>, range: Range<u64>) -> Result<u64> {
        let asked = format!("bytes={}-{}", range.start, range.end - 1);
        let request = Request::get(&self.url).header(header::RANGE, &asked).body(Empty::new())?;
        let answer = client.request(request).await.with_context(|| format!("read {asked}"))?;
        if answer.status() != StatusCode::PARTIAL_CONTENT {
            bail!("read {asked}: the answer is {}", answer.status());
        }
        let mut body = answer.into_body();
        let mut received = 0;
        while let Some(frame) = body.frame().await {
            received += frame?.data_ref().map_or(0, |data| data.len() as u64);
        }
        if received != range.end - range.start {
            bail!("read {asked}: received {received} bytes");
        }
        Ok(received)
    }
}

/// Returns the ranges in which to read `bytes`.
fn ranges(bytes: u64, range_bytes: u64) -> Vec<Range<u64>> {
    let starts = (0..bytes).step_by(usize::try_from(range_bytes).unwrap_or(usize::MAX));
    starts.map(|start| start..(start + range_bytes).min(bytes)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_all_bytes_once() {
        assert_eq!(ranges(10, 4), [0..4, 4..8, 8..10]);
        assert_eq!(ranges(8, 4), [0..4, 4..8]);
        assert_eq!(ranges(3, 4), [0..3; 1]);
        assert!(ranges(0, 4).is_empty());
    }
}
