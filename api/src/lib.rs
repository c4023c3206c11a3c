//! Serves a customer's voucher amount from the table that `voucher-etl` publishes.
//!
//! [`routes`] is the HTTP API, [`bare`] the invocation without HTTP; both call [`voucher::find`].
//! [`lambda`] and [`listener`] run them.

pub mod settings;

pub mod aws;

pub mod routes;

pub mod bare;

pub mod request;

pub mod voucher;

pub mod publication;

pub mod table;

pub mod problem;

pub mod fault;

pub mod facts;

pub mod observe;

pub mod lambda;

#[cfg(feature = "local")]
mod console;

#[cfg(feature = "local")]
pub mod listener;

#[cfg(feature = "local")]
pub mod healthcheck;

use crate::facts::note;
use crate::observe::Observer;
use crate::publication::{Current, Pointers, Snapshots};
use crate::settings::Settings;
use crate::table::{ReadError, Table};
use ::segments::value::Moment;
use aws_sdk_dynamodb::Client;
use chrono::Utc;
use std::sync::Arc;
use tokio::time::{Instant, timeout_at};

/// State shared by all requests of a process.
#[derive(Debug)]
pub struct Api {
    /// The settings.
    pub settings: Settings,
    /// The published table.
    pub table: Arc<Table>,
    /// The current publication of each country, cached.
    pub pointers: Pointers,
    /// The log and the metrics.
    pub observer: Arc<Observer>,
}

impl Api {
    /// Returns the API; it reads nothing yet. What it reads is saved as `snapshots`, if there are any.
    #[must_use]
    pub fn new(
        client: Client,
        settings: Settings,
        observer: Arc<Observer>,
        snapshots: Option<Snapshots>,
    ) -> Self {
        let table = Arc::new(Table::new(client, &settings));
        let pointers = Pointers::new(Arc::clone(&table), &settings, Arc::clone(&observer), snapshots);
        Self { settings, table, pointers, observer }
    }

    /// Waits for `work` until the deadline of a call that `arrived`.
    async fn in_time<T, E: From<ReadError>>(
        &self,
        arrived: Instant,
        work: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        let deadline = self.settings.deadline;
        let done = timeout_at(arrived + deadline, work).await;
        done.unwrap_or_else(|_| Err(ReadError::TooSlow(deadline).into()))
    }

    /// Returns the current time.
    fn now() -> Moment {
        let now = Utc::now();
        let nanos = i128::from(now.timestamp()) * 1_000_000_000 + i128::from(now.timestamp_subsec_nanos());
        Moment::from_epoch_nanos(nanos).expect("the clock is between the years 0000 and 9999")
    }

    /// Notes how stale the served run is; of several, the stalest counts.
    fn note_stale(current: &Current) {
        note(|facts| facts.stale = facts.stale.max(current.stale));
    }
}
