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

/// Who runs the plan.
pub struct Engine {
    context: SessionContext,
    scheduler: Option<Scheduler>,
}

/// A plan under way.
pub struct Job {
    /// What it answers.
    pub answer: SendableRecordBatchStream,
    plan: Arc<dyn ExecutionPlan>,
}

/// What client, scheduler and executors send each other at once: a plan with all its files is one
/// message, and the engine's own 16 MiB are a plan of a hundred thousand files.
pub(crate) const MESSAGE_BYTES_MAX: u32 = 256 << 20;

/// Footers that are looked at a time, to find the file that the engine cannot read.
const FOOTERS_UNDER_WAY_MAX: usize = 8;

/// Returns the settings of a session, the same for client, scheduler and executors.
pub(crate) fn session_config() -> SessionConfig {
    let mut config = SessionConfig::new_with_ballista()
        .with_collect_statistics(false)
        // Planning anew while stages are under way leaves jobs that never end:
        // https://github.com/apache/datafusion-ballista/issues/2063. Nothing here would gain by it.
        .set_bool(BALLISTA_ADAPTIVE_PLANNER_ENABLED, false)
        .set_usize(BALLISTA_CLIENT_GRPC_MAX_MESSAGE_SIZE, MESSAGE_BYTES_MAX as usize);
    let parquet = &mut config.options_mut().execution.parquet;
    // Nanoseconds would not reach beyond 2262; 96 bits are what older Sparks write.
    parquet.coerce_int96 = Some("us".to_owned());
    // Nothing is filtered, so what would serve filters is not read.
    parquet.enable_page_index = false;
    parquet.bloom_filter_on_read = false;
    parquet.pruning = false;
    config
}

/// Returns a session with these settings, which finds files by the environment.
pub(crate) fn session_state(
    config: SessionConfig,
    request_payer: bool,
) -> datafusion::common::Result<SessionState> {
    let runtime = stores::runtime(None, request_payer)?;
    let builder = SessionStateBuilder::new().with_config(config).with_runtime_env(runtime);
    Ok(builder.with_default_features().build())
}

impl Engine {
    /// Returns the engine in this process, on so many threads; with `request_payer` it reads S3 at our
    /// expense.
    ///
    /// # Errors
    ///
    /// If it cannot be set up.
    pub fn in_process(threads: usize, request_payer: bool) -> Result<Self> {
        let state = session_state(session_config().with_target_partitions(threads), request_payer);
        let state = state.map_err(|error| failed("datafusion", "be set up", &error))?;
        let context = SessionContext::new_with_state(state);
        Ok(Self { context, scheduler: None })
    }

    /// Returns the engine on a cluster, whose work is cut into so many parts. With `request_payer` this
    /// program reads S3 at our expense; scheduler and executors go by their own environment.
    ///
    /// # Errors
    ///
    /// If it cannot be set up.
    pub async fn on_cluster(scheduler: Scheduler, partitions: usize, request_payer: bool) -> Result<Self> {
        let failed = |error| failed("ballista", "be set up", &error);
        // The job's name comes with the first answer, where otherwise it comes with the last: without
        // it, nothing can be shown of a job, and it cannot be cancelled.
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

    /// Returns the cluster's scheduler, if it runs on one.
    #[must_use]
    pub fn scheduler(&self) -> Option<&Scheduler> {
        self.scheduler.as_ref()
    }

    /// Makes files known as tables.
    ///
    /// # Errors
    ///
    /// If one of them cannot be named.
    pub fn register(&self, files: &[Files]) -> Result<()> {
        let tables = files.iter().flat_map(|files| files.objects.iter().map(|table| (table, &files.schema)));
        for ((name, objects), schema) in tables {
            let urls = objects.iter().map(|object| listing_url(object)).collect::<Result<Vec<_>, _>>()?;
            let options = ListingOptions::new(Arc::new(self.format()))
                // A file is read because it was found, whatever it is called.
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

    /// Returns the first of these files whose footer the engine cannot read, and what it says of it.
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

    /// Begins to answer `statement`.
    ///
    /// # Errors
    ///
    /// If it cannot be planned or handed in.
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
    /// Returns what the scheduler calls it, once it is handed in.
    #[must_use]
    pub fn id(&self) -> JobId {
        JobId(Arc::clone(&self.plan))
    }
}

/// What a scheduler calls a job, as soon as it is known.
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

/// What the engine says, its causes behind each other.
fn in_one_line(error: &datafusion::error::DataFusionError) -> String {
    error.strip_backtrace().replace("\ncaused by\n", ": ").replace('\n', " ")
}

/// Returns the URL of an object, with everything escaped that could mean something in one.
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
        // A store knows no way up, so it is gone here.
        let path = fs::canonicalize(&object.url).map_err(|error| failed(&error))?;
        let url = Url::from_file_path(&path).map_err(|()| failed(&"it is no absolute path"))?;
        let path = path.to_str().ok_or_else(|| failed(&"its name is not UTF-8"))?;
        (url, path.trim_start_matches('/').to_owned())
    };
    let listed = ListingTableUrl::try_new(url, None).map_err(|error| failed(&error))?;
    // What cannot be named exactly would be another file, or none.
    if listed.prefix().as_ref() == key {
        Ok(listed)
    } else {
        Err(failed(&format!("it would look for {}", listed.prefix())))
    }
}
