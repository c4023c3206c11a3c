//! Where a run reads from and writes to. AWS is not contacted unless it is needed.

use crate::options::RunOptions;
use anyhow::Result;
use chrono::Utc;
use counts::rejects::{RejectsPath, RejectsWriter};
use counts::state::{State, StatePlace};
use counts::thresholds::{Exceeded, ThresholdError};
use publication::publish::{self, Begun, Publication, PublishResult};
use publication::{RunId, Table};
use segments::rules::Rules;
use segments::selection::Selection;
use segments::table::CountryTable;
use std::collections::BTreeMap;
use std::sync::Arc;
use storage::{Aws, Location, S3, Store};

/// The destinations and sources of a run.
pub(crate) struct Target {
    aws: Option<Aws>,
    /// Reads the input.
    pub(crate) store: Store,
    /// The table to publish to; `None` for a dry run.
    pub(crate) table: Option<Table>,
}

impl Target {
    pub(crate) async fn connect(options: &RunOptions) -> Result<Self> {
        let reads_s3 = options.locations.iter().any(Location::is_s3);
        let keeps_in_s3 = options.state.as_ref().is_some_and(StatePlace::is_s3)
            || options.rejects.as_ref().is_some_and(RejectsPath::is_s3);
        let needs_aws = reads_s3 || keeps_in_s3 || !options.dry_run;
        let aws = if needs_aws { Some(Aws::from_env().await?) } else { None };
        let s3 = aws.as_ref().filter(|_| reads_s3).map(S3::new);
        let s3 = if options.request_payer { s3.map(S3::at_requesters_expense) } else { s3 };
        let store = Store::new(s3);
        let table = aws.as_ref().filter(|_| !options.dry_run).map(|aws| Table::new(aws, &options.table));
        Ok(Self { aws, store, table })
    }

    /// Returns the counts of earlier runs, if the run is to use them. A run that keeps rejects must
    /// see every row, so it does not use the state.
    pub(crate) fn state(&self, options: &RunOptions, rules: &Arc<Rules>) -> Result<Option<State>> {
        let place = options.state.as_ref();
        if place.is_some() && options.rejects.is_some() {
            tracing::warn!("all files are read for --rejects: --state is neither read nor written");
            return Ok(None);
        }
        place.map(|place| State::new(place, self.aws.as_ref(), Arc::clone(rules))).transpose()
    }

    /// Starts to keep rejects, if `path` is given.
    pub(crate) async fn rejects(&self, path: Option<&RejectsPath>) -> Result<Option<RejectsWriter>> {
        match path {
            Some(path) => Ok(Some(RejectsWriter::start(path, self.aws.as_ref()).await?)),
            None => Ok(None),
        }
    }

    /// Reads what is published, so that the id of this run is later.
    pub(crate) async fn begin(&self, selection: &Selection) -> Result<Begun> {
        match &self.table {
            Some(table) => publish::begin(table, selection, Utc::now()).await,
            None => Ok(Begun { run_id: RunId::later_than(None, Utc::now()), pointers: BTreeMap::new() }),
        }
    }

    /// Publishes the tables of `countries`, unless this is a dry run or the run exceeds a threshold.
    pub(crate) async fn publish(
        &self,
        run: &publish::Run<'_>,
        countries: &[CountryTable],
        begun: &Begun,
        exceeded: &[Exceeded],
    ) -> Result<PublishResult> {
        let none = |publication, failure| PublishResult::none(publication, countries.len(), failure);
        match &self.table {
            _ if !exceeded.is_empty() => {
                Ok(none(Publication::Stopped, Some(ThresholdError(exceeded.to_vec()).into())))
            }
            Some(table) => publish::publish(table, run, countries, begun).await,
            None => Ok(none(Publication::DryRun, None)),
        }
    }
}
