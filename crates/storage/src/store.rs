//! Reads of objects, local and on S3, at the version that was listed.

use crate::buffers::Buffers;
use crate::object::{Object, Place};
use crate::{S3, local};
use anyhow::{Result, ensure};
use bytes::Bytes;
use std::ops::Range;
use std::sync::{Arc, Mutex};

/// Maximum buffers to keep for reuse: for ranges under way, and for those not yet folded.
const BUFFERS_KEPT_MAX: usize = 24;
/// The largest range that gets such a buffer.
const BUFFER_BYTES_MAX: usize = 8 << 20;

/// Reads objects. It has a client for S3 only if a location needs one.
#[derive(Debug, Clone)]
pub struct Store {
    s3: Option<S3>,
    buffers: Arc<Mutex<Buffers>>,
}

impl Store {
    /// Returns a store that reads local files and, given a client, S3.
    #[must_use]
    pub fn new(s3: Option<S3>) -> Self {
        Self { s3, buffers: Arc::new(Mutex::new(Buffers::new(BUFFERS_KEPT_MAX, BUFFER_BYTES_MAX))) }
    }

    /// Reads a range of an object.
    ///
    /// # Errors
    ///
    /// [`ObjectError::Changed`](crate::ObjectError::Changed) if the object has another version now; any other if it cannot be read.
    pub async fn read(&self, object: &Object, range: Range<u64>) -> Result<Bytes> {
        Ok(joined(self.read_buffers(object, range).await?))
    }

    /// Reads a range of an object like [`Self::read`], but returns the buffers as they arrived:
    /// each can be dropped as soon as its bytes are used.
    ///
    /// # Errors
    ///
    /// As [`Self::read`].
    pub async fn read_buffers(&self, object: &Object, range: Range<u64>) -> Result<Vec<Bytes>> {
        let length = range.end - range.start;
        if length == 0 {
            return Ok(Vec::new());
        }
        let buffers = match &object.place {
            Place::Local => vec![local::read(object, range, Arc::clone(&self.buffers)).await?],
            Place::S3 => self.s3()?.read(object, range).await?,
        };
        let arrived: u64 = buffers.iter().map(|buffer| buffer.len() as u64).sum();
        ensure!(arrived == length, "read {arrived} bytes of {} instead of {length}", object.url);
        Ok(buffers)
    }

    pub(crate) fn s3(&self) -> Result<&S3> {
        self.s3.as_ref().ok_or_else(|| anyhow::anyhow!("a store without a client was asked for S3"))
    }
}

/// Returns the bytes of all buffers in one.
fn joined(mut buffers: Vec<Bytes>) -> Bytes {
    if buffers.len() == 1 {
        return buffers.remove(0);
    }
    buffers.concat().into()
}
