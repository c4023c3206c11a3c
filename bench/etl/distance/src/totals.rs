//! Totals of requests and bytes, and the log of requests.

use hyper::header::RANGE;
use hyper::http::request::Parts;
use serde_json::json;
use std::io::{Write, stderr};
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::time::Instant;

/// Counts of requests and of bytes in answers' bodies.
#[derive(Debug, Default)]
pub(crate) struct Totals {
    requests: AtomicU64,
    bytes: AtomicU64,
}

impl Totals {
    /// Counts a request.
    pub(crate) fn request(&self) {
        self.requests.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts bytes of an answer.
    pub(crate) fn bytes(&self, bytes: usize) {
        self.bytes.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    /// Returns them as one line of JSON.
    pub(crate) fn to_json(&self) -> String {
        let (requests, bytes) = (self.requests.load(Ordering::Relaxed), self.bytes.load(Ordering::Relaxed));
        json!({ "requests": requests, "bytes": bytes }).to_string()
    }
}

/// One request, logged when its answer has been sent.
#[derive(Debug)]
pub(crate) struct Trace {
    asked: String,
    asked_at: Instant,
}

impl Trace {
    /// Returns the entry of a request that arrives now.
    pub(crate) fn of(head: &Parts) -> Self {
        let range = head.headers.get(RANGE).and_then(|range| range.to_str().ok()).unwrap_or_default();
        Self { asked: format!("{} {} {range}", head.method, head.uri), asked_at: Instant::now() }
    }

    /// Logs the request to stderr with the times of request and answer, in milliseconds since `start`.
    pub(crate) fn write(&self, start: Instant) {
        let ms = |at: Instant| (at - start).as_secs_f64() * 1e3;
        let line =
            json!({ "asked_ms": ms(self.asked_at), "sent_ms": ms(Instant::now()), "asked": self.asked });
        // There is nowhere to report a failed write.
        let _ = writeln!(stderr(), "{line}");
    }
}
