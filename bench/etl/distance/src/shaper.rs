//! The distance: a delay for each answer, and one token bucket, a token per byte, for the bodies of
//! all answers.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::time::{Instant, sleep, sleep_until};

/// Bytes that wait for tokens at a time. A connection then queues behind the others for its next
/// bytes, so all get the same rate.
pub(crate) const CHUNK_BYTES: usize = 64 << 10;
/// Capacity of the bucket, as a time. Timers are a millisecond late; the capacity makes up for that.
const BURST: Duration = Duration::from_millis(5);

/// Makes answers wait.
#[derive(Debug)]
pub(crate) struct Shaper {
    delay: Duration,
    bytes_per_second: u32,
    /// When all bytes requested so far have their tokens.
    paid_at: Mutex<Instant>,
}

impl Shaper {
    /// Returns a shaper with an empty bucket.
    pub(crate) fn new(delay: Duration, bytes_per_second: u32) -> Self {
        Self { delay, bytes_per_second, paid_at: Mutex::new(Instant::now()) }
    }

    /// Waits for the delay of an answer's first byte.
    pub(crate) async fn first_byte(&self) {
        sleep(self.delay).await;
    }

    /// Waits for tokens for so many bytes, and takes them.
    pub(crate) async fn pass(&self, bytes: usize) {
        let paid_at = self.take(bytes, Instant::now());
        if paid_at > Instant::now() {
            sleep_until(paid_at).await;
        }
    }

    fn take(&self, bytes: usize, now: Instant) -> Instant {
        let full = now.checked_sub(BURST).unwrap_or(now);
        let mut paid_at = self.paid_at.lock().unwrap_or_else(PoisonError::into_inner);
        let nanos = bytes as u64 * 1_000_000_000 / u64::from(self.bytes_per_second);
        *paid_at = full.max(*paid_at) + Duration::from_nanos(nanos);
        *paid_at
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    const RATE: u32 = 200_000_000;
    /// Tolerance for late timers.
    const TICK: Duration = Duration::from_millis(2);

    fn shaper() -> Arc<Shaper> {
        Arc::new(Shaper::new(Duration::from_millis(30), RATE))
    }

    /// Sends so many chunks; returns the time at which the last one got its tokens.
    async fn send(shaper: Arc<Shaper>, chunks: u32) -> Instant {
        for _ in 0..chunks {
            shaper.pass(CHUNK_BYTES).await;
        }
        Instant::now()
    }

    fn time_of(chunks: u32) -> Duration {
        Duration::from_nanos(u64::from(chunks) * CHUNK_BYTES as u64 * 1_000_000_000 / u64::from(RATE))
    }

    #[track_caller]
    fn check(elapsed: Duration, expected: Duration) {
        assert!(expected <= elapsed && elapsed <= expected + TICK, "{elapsed:?}, expected {expected:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn many_connections_have_the_rate_of_one() {
        for connections in [1, 2, 8, 64] {
            let (shaper, start) = (shaper(), Instant::now());
            let sends = (0..connections).map(|_| send(Arc::clone(&shaper), 6_400 / connections));
            let ends = futures::future::join_all(sends).await;
            check(ends.into_iter().max().unwrap() - start, time_of(6_400));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_short_answer_does_not_wait_for_a_long_one() {
        let (shaper, start) = (shaper(), Instant::now());
        let (long, short) = tokio::join!(send(Arc::clone(&shaper), 4_000), send(shaper, 500));
        // They take turns, so the short one has half of the rate.
        check(short - start, time_of(1_000));
        check(long - start, time_of(4_500));
    }

    #[tokio::test(start_paused = true)]
    async fn idleness_saves_a_burst_and_no_more() {
        let shaper = shaper();
        send(Arc::clone(&shaper), 100).await;
        sleep(Duration::from_mins(1)).await;
        let start = Instant::now();
        let end = send(shaper, 1_000).await;
        check(end - start, time_of(1_000).saturating_sub(BURST));
    }

    #[tokio::test(start_paused = true)]
    async fn the_first_byte_is_delayed() {
        let start = Instant::now();
        shaper().first_byte().await;
        check(start.elapsed(), Duration::from_millis(30));
    }
}
