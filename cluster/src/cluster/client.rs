//! The client of a scheduler: versions, executors, progress of a job, cancellation.

use super::executor_prefix;
use crate::error::EngineError;
use ballista_core::BALLISTA_VERSION;
use ballista_core::serde::protobuf::CancelJobParams;
use ballista_core::serde::protobuf::scheduler_grpc_client::SchedulerGrpcClient;
use datafusion::DATAFUSION_VERSION;
use reqwest::Client;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;
use tokio::time::timeout;
use url::Url;

/// The default port of a scheduler.
const PORT: u16 = 50_050;
/// Connect timeout.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Timeout of an answer.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);

/// The address of a scheduler.
#[derive(Debug, Clone)]
pub struct Scheduler {
    url: String,
    /// The same for HTTP, which shares the port.
    http: String,
    client: Client,
}

/// A text that is not a scheduler's URL.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is not a scheduler's URL: write df://host or df://host:50050")]
pub struct SchedulerError(String);

/// The versions of a scheduler.
#[derive(Debug, Deserialize)]
struct Versions {
    version: String,
    datafusion_version: String,
}

/// An executor in the scheduler's list.
#[derive(Debug, Deserialize)]
struct Executor {
    id: String,
    specification: Option<Specification>,
}

#[derive(Debug, Deserialize)]
struct Specification {
    vcores: usize,
}

/// The progress of a job.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct JobState {
    pub(super) num_stages: usize,
    pub(super) completed_stages: usize,
}

/// Tasks of a stage.
#[derive(Debug, Deserialize)]
pub(super) struct Stages {
    pub(super) stages: Vec<Stage>,
}

/// One stage.
#[derive(Debug, Deserialize)]
pub(super) struct Stage {
    pub(super) input_rows: u64,
    #[serde(default)]
    pub(super) tasks: Vec<Option<serde_json::Value>>,
}

impl FromStr for Scheduler {
    type Err = SchedulerError;

    fn from_str(text: &str) -> Result<Self, SchedulerError> {
        let wrong = || SchedulerError(text.to_owned());
        let url = Url::parse(text).map_err(|_| wrong())?;
        let is_plain = matches!(url.path(), "" | "/") && url.query().is_none() && url.username().is_empty();
        let host = url.host_str().filter(|host| !host.is_empty() && is_plain && url.scheme() == "df");
        let host = host.ok_or_else(wrong)?;
        let port = url.port().unwrap_or(PORT);
        let client = Client::builder().connect_timeout(CONNECT_TIMEOUT).timeout(ANSWER_TIMEOUT);
        let client = client.no_proxy().build().map_err(|_| wrong())?;
        Ok(Self { url: format!("df://{host}:{port}"), http: format!("http://{host}:{port}"), client })
    }
}

impl fmt::Display for Scheduler {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.url)
    }
}

impl Scheduler {
    /// Returns its URL, `df://host:port`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Checks that scheduler and executors have this program's version; returns how many tasks the
    /// executors run at once.
    ///
    /// # Errors
    ///
    /// If the scheduler is unreachable, a version differs, or there are no executors.
    pub async fn check(&self) -> Result<usize, EngineError> {
        self.check_version().await?;
        let executors: Vec<Executor> = self.get("api/executors").await?;
        let prefix = executor_prefix();
        if let Some(other) = executors.iter().find(|executor| !executor.id.starts_with(&prefix)) {
            return Err(EngineError::Versions {
                who: format!("an executor of scheduler {self}"),
                found: other.id.clone(),
                expected: format!("{prefix}…"),
            });
        }
        if executors.is_empty() {
            return Err(EngineError::NoExecutors { scheduler: self.to_string() });
        }
        Ok(executors.iter().map(Executor::cores).sum())
    }

    /// Checks that the scheduler answers and has this program's version.
    ///
    /// # Errors
    ///
    /// If it is unreachable or its version differs.
    pub async fn check_version(&self) -> Result<(), EngineError> {
        let versions: Versions = self.get("api/version").await?;
        let written =
            |ballista: &str, datafusion: &str| format!("Ballista {ballista} on DataFusion {datafusion}");
        let found = written(&versions.version, &versions.datafusion_version);
        let expected = written(BALLISTA_VERSION, DATAFUSION_VERSION);
        if found != expected {
            return Err(EngineError::Versions { who: format!("scheduler {self}"), found, expected });
        }
        Ok(())
    }

    /// Returns the number of executors.
    pub(super) async fn executor_count(&self) -> Result<usize, EngineError> {
        Ok(self.get::<Vec<Executor>>("api/executors").await?.len())
    }

    /// Returns the status of a job.
    pub(super) async fn job(&self, id: &str) -> Result<JobState, EngineError> {
        self.get(&format!("api/job/{id}")).await
    }

    /// Returns the progress of a job's stages.
    pub(super) async fn stages(&self, id: &str) -> Result<Stages, EngineError> {
        self.get(&format!("api/job/{id}/stages")).await
    }

    /// Cancels a job, without waiting for its end.
    pub async fn cancel(&self, id: &str) {
        let cancelled = timeout(ANSWER_TIMEOUT, async {
            let mut client =
                SchedulerGrpcClient::connect(self.http.clone()).await.map_err(|error| error.to_string())?;
            let cancelled = client.cancel_job(CancelJobParams { job_id: id.to_owned() }).await;
            cancelled.map(|_| ()).map_err(|error| error.to_string())
        });
        match cancelled.await {
            Ok(Ok(())) => tracing::warn!(job = id, "cancelled the job"),
            Ok(Err(problem)) => tracing::warn!(job = id, "cannot cancel the job: {problem}"),
            Err(_) => tracing::warn!(job = id, "cannot cancel the job: no answer"),
        }
    }

    async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, EngineError> {
        let unreachable = |error: reqwest::Error| EngineError::Unreachable {
            scheduler: self.to_string(),
            problem: format!("{:#}", anyhow::Error::new(error.without_url())),
        };
        let answer = self.client.get(format!("{}/{path}", self.http)).send().await.map_err(unreachable)?;
        answer.error_for_status().map_err(unreachable)?.json().await.map_err(unreachable)
    }
}

impl Executor {
    /// Tasks that it runs at once.
    fn cores(&self) -> usize {
        self.specification.as_ref().map_or(1, |specification| specification.vcores.max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls() {
        for (text, expected) in [
            ("df://localhost:50050", Some("df://localhost:50050")),
            ("df://10.0.0.1", Some("df://10.0.0.1:50050")),
            ("df://[::1]:7/", Some("df://[::1]:7")),
            ("localhost:50050", None),
            ("http://localhost:50050", None),
            ("df://", None),
            ("df://a/b", None),
            ("df://a?b", None),
        ] {
            let read = text.parse::<Scheduler>().ok();
            assert_eq!(read.as_ref().map(Scheduler::url), expected, "{text:?}");
        }
    }
}
