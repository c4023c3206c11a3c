//! A client's call: one request or a batch of them, all answered from one publication per country.

use crate::publication::Current;
use crate::table::ReadError;
use segments::value::CountryKey;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::OnceCell;
use tokio::time::Instant;

type Outcome = Result<Option<Current>, ReadError>;

/// A call.
#[derive(Debug)]
pub struct Call {
    /// When it arrived.
    pub(super) arrived: Instant,
    /// What is current for each country, once it was asked.
    currents: Mutex<HashMap<CountryKey, Arc<OnceCell<Outcome>>>>,
}

impl Call {
    /// Returns a call that arrives now.
    #[must_use]
    pub fn arriving() -> Self {
        Self { arrived: Instant::now(), currents: Mutex::default() }
    }

    /// Returns what is current for `country`, which `read` returns to the first who asks.
    pub(super) async fn current<F: Future<Output = Outcome>>(
        &self,
        country: &CountryKey,
        read: impl FnOnce() -> F,
    ) -> Outcome {
        let cell = {
            let mut currents = self.currents.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(currents.entry(country.clone()).or_default())
        };
        cell.get_or_init(read).await.clone()
    }
}
