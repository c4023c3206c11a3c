//! What can go wrong with an engine. These end a run with exit code 1.

/// The engine, or the cluster that it runs on, did not do what was asked.
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
        "{engine} counts the {files} files of the sample ({first}, …) otherwise than this program does: \
         {difference}; nothing is published, please report this"
    )]
    Differs { engine: &'static str, files: usize, first: String, difference: String },
}
