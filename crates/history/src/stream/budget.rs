//! Bounds the bytes that are fetched and not yet folded.

use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Notify;

/// A budget of bytes, shared by the fetcher and the folding threads.
///
/// A fetch waits until its bytes fit, unless waiting could never end: when no window is being
/// folded and no fetch is under way, an unfinished window holds all bytes, and only more bytes can
/// finish it.
#[derive(Debug, Clone)]
pub(super) struct Budget {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    max: u64,
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct State {
    /// Bytes fetched or under way, not yet folded.
    held: u64,
    /// Fetches that were granted and have not yet arrived.
    under_way: u64,
    /// Windows handed over and not yet folded.
    windows: u64,
}

/// Bytes that a window returns to the budget when it is dropped.
#[derive(Debug)]
pub(super) struct Permit {
    budget: Budget,
    bytes: u64,
}

impl Budget {
    pub(super) fn new(max: u64) -> Self {
        Self { shared: Arc::new(Shared { max, state: Mutex::default(), changed: Notify::new() }) }
    }

    /// Waits until `bytes` more may be fetched. The single fetcher makes one such call at a time.
    pub(super) async fn grant(&self, bytes: u64) {
        loop {
            let changed = self.shared.changed.notified();
            if self.try_grant(bytes) {
                return;
            }
            changed.await;
        }
    }

    fn try_grant(&self, bytes: u64) -> bool {
        self.with(|state| {
            let fits = state.held.saturating_add(bytes) <= self.shared.max;
            let is_granted = fits || (state.windows == 0 && state.under_way == 0);
            if is_granted {
                state.held += bytes;
                state.under_way += 1;
            }
            is_granted
        })
    }

    /// Notes that a granted fetch has arrived.
    pub(super) fn arrived(&self) {
        self.with_news(|state| state.under_way -= 1);
    }

    /// Hands `bytes` of the arrived bytes to a window.
    pub(super) fn hand_over(&self, bytes: u64) -> Permit {
        self.with(|state| state.windows += 1);
        Permit { budget: self.clone(), bytes }
    }

    /// Takes back `bytes` of the arrived bytes that are not needed.
    pub(super) fn give_back(&self, bytes: u64) {
        self.with_news(|state| state.held -= bytes);
    }

    fn with<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let mut state = self.shared.state.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut state)
    }

    /// Like [`Self::with`], for a change that may let a waiting fetch go on.
    fn with_news(&self, change: impl FnOnce(&mut State)) {
        self.with(change);
        self.shared.changed.notify_one();
    }
}

impl Permit {
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.budget.with_news(|state| {
            state.windows -= 1;
            state.held -= self.bytes;
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt;

    fn is_granted(budget: &Budget, bytes: u64) -> bool {
        budget.grant(bytes).now_or_never().is_some()
    }

    #[test]
    fn a_fetch_waits_until_its_bytes_fit() {
        let budget = Budget::new(100);
        assert!(is_granted(&budget, 100), "up to the budget");
        assert!(!is_granted(&budget, 1), "beyond it");
        budget.arrived();
        let first = budget.hand_over(60);
        let second = budget.hand_over(40);
        assert!(!is_granted(&budget, 1), "handed over is not folded");
        drop(first);
        assert!(!is_granted(&budget, 61));
        assert!(is_granted(&budget, 60));
        drop(second);
        assert!(is_granted(&budget, 40));
    }

    #[test]
    fn nobody_waits_for_what_only_more_bytes_can_finish() {
        let budget = Budget::new(100);
        assert!(is_granted(&budget, 90));
        assert!(!is_granted(&budget, 90), "one is under way");
        budget.arrived();
        assert!(is_granted(&budget, 90), "no window came of it");
        budget.arrived();
        let window = budget.hand_over(180);
        assert!(!is_granted(&budget, 101));
        drop(window);
        assert!(is_granted(&budget, 101), "larger than the whole budget, but alone");
    }

    #[tokio::test]
    async fn who_waits_is_woken() {
        let budget = Budget::new(10);
        budget.grant(10).await;
        budget.arrived();
        let window = budget.hand_over(10);
        let waiting = tokio::spawn({
            let budget = budget.clone();
            async move { budget.grant(10).await }
        });
        tokio::task::yield_now().await;
        drop(window);
        waiting.await.expect("granted");
    }
}
