//! Errors of the engine; they end a run with exit code 1, or 3 for what only an engine cannot read.

use storage::Exit;

/// A failure of the engine or its cluster.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "each message says what the fields are")]
pub enum EngineError {
    #[error("scheduler {scheduler} cannot be reached: {problem}")]
    Unreachable { scheduler: String, problem: String },
    #[error(
        "scheduler {scheduler} has stopped answering for {seconds} s: its job is lost, and nothing is published"
    )]
    SchedulerLost { scheduler: String, seconds: u64 },
    #[error("{who} runs {found}, this program {expected}: start the cluster with this program's version")]
    Versions { who: String, found: String, expected: String },
    #[error("scheduler {scheduler} has no executors: start at least one")]
    NoExecutors { scheduler: String },
    #[error("all executors of scheduler {scheduler} are gone for {seconds} s: the job was cancelled")]
    ExecutorsLost { scheduler: String, seconds: u64 },
    #[error("the job took longer than --job-timeout, {seconds} s: it was cancelled")]
    Timeout { seconds: u64 },
    #[error("{engine} cannot {what}: {problem}")]
    Failed { engine: &'static str, what: &'static str, problem: String },
    #[error(
        "{engine} counts the {files} files of the sample ({first}, …) differently from this program: \
         {difference}; nothing is published, please report this"
    )]
    Differs { engine: &'static str, files: usize, first: String, difference: String },
}

/// The engine would misread something in the input, or cannot read it.
#[derive(Debug, thiserror::Error)]
#[error("the cluster cannot read {what}: {problem}; use `voucher-etl run`")]
pub struct NotByCluster {
    /// What it cannot read.
    pub what: String,
    /// Why not.
    pub problem: String,
}

impl NotByCluster {
    /// The exit code of this error.
    pub const EXIT: Exit = Exit::Input;
}

/// Returns the exit code of an error: as for `voucher-etl run`, or this program's own.
#[must_use]
pub fn exit_of(error: &anyhow::Error) -> Exit {
    let is_not_by_cluster = error.chain().any(<dyn std::error::Error>::is::<NotByCluster>);
    if is_not_by_cluster { NotByCluster::EXIT } else { etl::error::exit_of(error) }
}
