//! Reuses buffers. For fresh ones the kernel would take about as long to clear their pages as it
//! takes to fill them.

use bytes::{Bytes, BytesMut};

/// Sizes of buffers are multiples of this, so that needs of about the same size share buffers.
const GRAIN_BYTES: usize = 64 << 10;

/// Buffers that may be in use. Those that are not are given out again.
#[derive(Debug)]
pub struct Buffers {
    kept: Vec<Bytes>,
    number_max: usize,
    bytes_max: usize,
}

impl Buffers {
    /// Returns an empty pool. It keeps at most `number_max` buffers, none larger than `bytes_max`.
    #[must_use]
    pub fn new(number_max: usize, bytes_max: usize) -> Self {
        Self { kept: Vec::new(), number_max, bytes_max }
    }

    /// Returns a buffer of at least `bytes`, with arbitrary contents: the smallest free one, or a
    /// new one.
    pub fn take(&mut self, bytes: usize) -> BytesMut {
        let free = self.kept.iter().enumerate().filter(|(_, kept)| kept.len() >= bytes && kept.is_unique());
        let at = free.min_by_key(|(_, kept)| kept.len()).map(|(at, _)| at);
        let buffer = at.and_then(|at| self.kept.swap_remove(at).try_into_mut().ok());
        buffer.unwrap_or_else(|| BytesMut::zeroed(bytes.next_multiple_of(GRAIN_BYTES)))
    }

    /// Takes back a whole buffer, to give it out again once its parts are dropped, and returns its
    /// first `bytes`.
    pub fn keep(&mut self, buffer: BytesMut, bytes: usize) -> Bytes {
        let buffer = buffer.freeze();
        let used = buffer.slice(..bytes);
        if buffer.len() <= self.bytes_max {
            if self.kept.len() >= self.number_max {
                // Drop a free one if there is one, and of these the smallest: it is the least useful.
                let least =
                    self.kept.iter().enumerate().min_by_key(|(_, kept)| (!kept.is_unique(), kept.len()));
                if let Some(at) = least.map(|(at, _)| at) {
                    self.kept.swap_remove(at);
                }
            }
            self.kept.push(buffer);
        }
        used
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buffer_is_given_out_again_once_nobody_holds_it() {
        let mut buffers = Buffers::new(2, 1 << 20);
        let mut buffer = buffers.take(10);
        buffer[..10].copy_from_slice(b"0123456789");
        let place = buffer.as_ptr();
        let held = buffers.keep(buffer, 10);
        assert_ne!(buffers.take(10).as_ptr(), place, "it is held");
        assert_eq!(held, "0123456789");
        let part = held.slice(3..5);
        drop(held);
        assert_ne!(buffers.take(10).as_ptr(), place, "a part of it is held");
        drop(part);
        let again = buffers.take(10);
        assert_eq!(again.as_ptr(), place);
        assert!(buffers.take(GRAIN_BYTES + 1).len() > GRAIN_BYTES, "a larger need has another");
    }

    #[test]
    fn what_is_kept_is_bounded() {
        let mut buffers = Buffers::new(2, GRAIN_BYTES);
        for bytes in [1, 2, 3, 2 * GRAIN_BYTES] {
            let buffer = buffers.take(bytes);
            assert_eq!(buffers.keep(buffer, bytes).len(), bytes);
        }
        let held: Vec<_> = (0..5).map(|_| buffers.take(1)).collect();
        for buffer in held {
            buffers.keep(buffer, 1);
        }
        assert!(buffers.kept.len() <= 2);
    }
}
