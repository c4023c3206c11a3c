//! Proxies before the server of a stack, by what they do to the requests that are meant.

use crate::Stack;
use crate::proxy::{Action, Gate, Proxy, Request};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

impl Stack {
    /// Returns a proxy that does `fault` to the requests that are meant, and forwards all others.
    pub fn failing(
        &self,
        is_meant: impl Fn(&Request) -> bool + Send + Sync + 'static,
        fault: impl Fn() -> Action + Send + Sync + 'static,
    ) -> Proxy {
        self.proxy(move |request| if is_meant(request) { fault() } else { Action::Pass })
    }

    /// Returns a proxy that holds the requests that are meant, and the gate at which it does.
    pub fn holding(&self, is_meant: impl Fn(&Request) -> bool + Send + Sync + 'static) -> (Proxy, Gate) {
        let gate = Gate::closed();
        let held = gate.clone();
        (self.failing(is_meant, move || Action::Hold(held.clone())), gate)
    }

    /// Returns a proxy that does `fault` to the requests that are meant while the switch is on.
    pub fn switched(
        &self,
        is_on: bool,
        is_meant: impl Fn(&Request) -> bool + Send + Sync + 'static,
        fault: impl Fn() -> Action + Send + Sync + 'static,
    ) -> (Proxy, Arc<AtomicBool>) {
        let switch = Arc::new(AtomicBool::new(is_on));
        let is_on = Arc::clone(&switch);
        let proxy = self.failing(move |request| is_on.load(Ordering::Relaxed) && is_meant(request), fault);
        (proxy, switch)
    }
}
