//! DataFusion: in this process, or as the client of a Ballista scheduler.

use crate::cluster::Scheduler;
use crate::error::{EngineError, NotByCluster};
use crate::files::Files;
use crate::stores;
use anyhow::Result;
use ballista::extension::SessionConfigExt;
use ballista::prelude::SessionContextExt;
use ballista_core::BALLISTA_VERSION;
use ballista_core::config::BALLISTA_ADAPTIVE_PLANNER_ENABLED;
use ballista_core::config::BALLISTA_CLIENT_GRPC_MAX_MESSAGE_SIZE;
use ballista_core::config::BALLISTA_CLIENT_PULL;
use ballista_core::execution_plans::DistributedQueryExec;
use datafusion::DATAFUSION_VERSION;
use datafusion::common::config::TableParquetOptions;
use datafusion::datasource::file_format::FileFormat;
use datafusion::datasource::file_format::parquet::ParquetFormat;
use datafusion::datasource::listing::{ListingOptions, ListingTable, ListingTableConfig, ListingTableUrl};
use datafusion::execution::{SendableRecordBatchStream, SessionState, SessionStateBuilder};
use datafusion::physical_plan::{ExecutionPlan, execute_stream};
use datafusion::prelude::{SessionConfig, SessionContext};
use datafusion_proto::protobuf::LogicalPlanNode;
use futures::{StreamExt, future, stream};
use object_store::ObjectStoreExt;
use std::fmt::Display;
use std::fs;
use std::pin::pin;
use std::sync::Arc;
use storage::Object;
use url::Url;

/// The engine that runs the plan.
pub struct Engine {
    context: SessionContext,
    scheduler: Option<Scheduler>,
}

/// A running plan.
pub struct Job {
    /// Its answer.
    pub answer: SendableRecordBatchStream,
    plan: Arc<dyn ExecutionPlan>,
}

/// Maximum message between client, scheduler and executors. A plan with all its files is one message;
/// the engine's default of 16 MiB holds about a hundred thousand files.
pub(crate) const MESSAGE_BYTES_MAX: u32 = 256 << 20;

/// Footers read at once, to find the file that the engine cannot read.
const FOOTERS_UNDER_WAY_MAX: usize = 8;

/// Returns the settings of a session, the same for client, scheduler and executors.
pub(crate) fn session_config() -> SessionConfig {
    let mut config = SessionConfig::new_with_ballista()
        .with_collect_statistics(false)
        // Adaptive planning leaves jobs that never end, and would gain nothing here:
        // https://github.com/apache/datafusion-ballista/issues/2063.
        .set_bool(BALLISTA_ADAPTIVE_PLANNER_ENABLED, false)
        .set_usize(BALLISTA_CLIENT_GRPC_MAX_MESSAGE_SIZE, MESSAGE_BYTES_MAX as usize);
    let parquet = &mut config.options_mut().execution.parquet;
    // Older Sparks write INT96; nanoseconds would end in 2262.
    parquet.coerce_int96 = Some("us".to_owned());
    // Nothing is filtered, so indexes, bloom filters and statistics are not read.
    parquet.enable_page_index = false;
    parquet.bloom_filter_on_read = false;
    parquet.pruning = false;
    config
}

/// Returns a session with these settings; the environment configures its stores.
pub(crate) fn session_state(
    config: SessionConfig,
    request_payer: bool,
) -> datafusion::common::Result<SessionState> {
    let runtime = stores::runtime(None, request_payer)?;
    let builder = SessionStateBuilder::new().with_config(config).with_runtime_env(runtime);
    Ok(builder.with_default_features().build())
}

impl Engine {
    /// Returns an engine in this process, with so many threads; with `request_payer` we pay for reads of
    /// S3.
    ///
    /// # Errors
    ///
    /// If the setup fails.
    pub fn in_process(threads: usize, request_payer: bool) -> Result<Self> {
        let state = session_state(session_config().with_target_partitions(threads), request_payer);
        let state = state.map_err(|error| failed("datafusion", "be set up", &error))?;
        let context = SessionContext::new_with_state(state);
        Ok(Self { context, scheduler: None })
    }

    /// Returns an engine on a cluster, with work cut into so many parts. With `request_payer` we pay for
    /// this program's reads of S3; scheduler and executors follow their own environment.
    ///
    /// # Errors
    ///
    /// If the setup fails.
    pub async fn on_cluster(scheduler: Scheduler, partitions: usize, request_payer: bool) -> Result<Self> {
        let failed = |error| failed("ballista", "be set up", &error);
        // The job's id comes with the first answer instead of the last. Showing progress and cancelling
        // the job need it.
        let config = session_config().with_target_partitions(partitions);
        let state =
            session_state(config.set_bool(BALLISTA_CLIENT_PULL, true), request_payer).map_err(failed)?;
        let context = SessionContext::remote_with_state(scheduler.url(), state).await.map_err(failed)?;
        Ok(Self { context, scheduler: Some(scheduler) })
    }

    /// Returns the engine's name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        if self.scheduler.is_some() { "ballista" } else { "datafusion" }
    }

    /// Returns the engine's version.
    #[must_use]
    pub fn version(&self) -> &'static str {
        if self.scheduler.is_some() { BALLISTA_VERSION } else { DATAFUSION_VERSION }
    }

    /// Returns the cluster's scheduler, if there is one.
    #[must_use]
    pub fn scheduler(&self) -> Option<&Scheduler> {
        self.scheduler.as_ref()
    }

    /// Registers files as tables.
    ///
    /// # Errors
    ///
    /// If the engine cannot name one of them.
    pub fn register(&self, files: &[Files]) -> Result<()> {
        let tables = files.iter().flat_map(|files| files.objects.iter().map(|table| (table, &files.schema)));
        for ((name, objects), schema) in tables {
            let urls = objects.iter().map(|object| listing_url(object)).collect::<Result<Vec<_>, _>>()?;
            let options = ListingOptions::new(Arc::new(self.format()))
                // Reads every file found, whatever its extension.
                .with_file_extension("");
            let config = ListingTableConfig::new_with_multi_paths(urls)
                .with_listing_options(options)
                .with_schema(Arc::clone(schema));
            let table =
                ListingTable::try_new(config).map_err(|error| self.failed("read the input", &error))?;
            self.context
                .register_table(name.as_str(), Arc::new(table))
                .map_err(|error| self.failed("read the input", &error))?;
        }
        Ok(())
    }

    fn format(&self) -> ParquetFormat {
        let global = self.context.state().config_options().execution.parquet.clone();
        let options = TableParquetOptions { global, ..TableParquetOptions::default() };
        ParquetFormat::default().with_options(options)
    }

    /// Returns the first of these files whose footer the engine cannot read, and the engine's error.
    pub async fn unreadable(&self, files: &[Files]) -> Option<(String, String)> {
        let (state, format) = (self.context.state(), self.format());
        let problem_of = async |object: &Arc<Object>| {
            let url = listing_url(object).ok()?;
            let store = state.runtime_env().object_store(url.object_store()).ok()?;
            let found = store.head(url.prefix()).await.ok()?;
            let error = format.infer_schema(&state, &store, &[found]).await.err()?;
            Some((object.url.clone(), in_one_line(&error)))
        };
        let objects = files.iter().flat_map(|files| files.objects.values().flatten());
        let problems = stream::iter(objects).map(problem_of).buffered(FOOTERS_UNDER_WAY_MAX);
        pin!(problems.filter_map(future::ready)).next().await
    }

    /// Starts to answer `statement`.
    ///
    /// # Errors
    ///
    /// If planning or submitting it fails.
    pub async fn begin(&self, statement: &str) -> Result<Job> {
        let failed = |error| self.failed("plan the statement", &error);
        let frame = self.context.sql(statement).await.map_err(failed)?;
        let context = frame.task_ctx();
        let plan = frame.create_physical_plan().await.map_err(failed)?;
        let answer = execute_stream(Arc::clone(&plan), Arc::new(context)).map_err(failed)?;
        Ok(Job { answer, plan })
    }

    pub(crate) fn failed(
        &self,
        what: &'static str,
        error: &datafusion::error::DataFusionError,
    ) -> EngineError {
        failed(self.name(), what, error)
    }
}

impl Job {
    /// Returns the scheduler's id of the job, once it is submitted.
    #[must_use]
    pub fn id(&self) -> JobId {
        JobId(Arc::clone(&self.plan))
    }
}

/// The scheduler's id of a job, once it is known.
#[derive(Debug, Clone)]
pub struct JobId(Arc<dyn ExecutionPlan>);

impl JobId {
    /// Returns it, if it is known.
    #[must_use]
    pub fn get(&self) -> Option<String> {
        let remote = self.0.downcast_ref::<DistributedQueryExec<LogicalPlanNode>>()?;
        remote.job_id().map(|id| id.as_str().to_owned())
    }
}

fn failed(
    engine: &'static str,
    what: &'static str,
    error: &datafusion::error::DataFusionError,
) -> EngineError {
    EngineError::Failed { engine, what, problem: in_one_line(error) }
}

/// Returns the engine's error and its causes in one line.
fn in_one_line(error: &datafusion::error::DataFusionError) -> String {
    error.strip_backtrace().replace("\ncaused by\n", ": ").replace('\n', " ")
}

/// Returns the URL of an object, with all special characters escaped.
fn listing_url(object: &Object) -> Result<ListingTableUrl, NotByCluster> {
    let failed = |problem: &dyn Display| NotByCluster {
        what: object.url.clone(),
        problem: format!("the engine cannot name it: {problem}"),
    };
    let (url, key) = if let Some((bucket, key)) = object.bucket_and_key() {
        let mut url = Url::parse(&format!("s3://{bucket}")).map_err(|error| failed(&error))?;
        url.path_segments_mut().map_err(|()| failed(&"it has no path"))?.extend(key.split('/'));
        (url, key.to_owned())
    } else {
        // Stores do not know `..`, so it is resolved here.
        let path = fs::canonicalize(&object.url).map_err(|error| failed(&error))?;
        let url = Url::from_file_path(&path).map_err(|()| failed(&"its path is not absolute"))?;
        let path = path.to_str().ok_or_else(|| failed(&"its name is not UTF-8"))?;
        (url, path.trim_start_matches('/').to_owned())
    };
    let listed = ListingTableUrl::try_new(url, None).map_err(|error| failed(&error))?;
    // An inexact name would lead to another file, or to none.
    if listed.prefix().as_ref() == key {
        Ok(listed)
    } else {
        Err(failed(&format!("it would read {} instead", listed.prefix())))
    }
}
