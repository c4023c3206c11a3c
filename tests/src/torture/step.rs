//! The steps of a run, recognised by their requests.

use crate::http::Method;
use crate::proxy::Request;
use std::collections::BTreeMap;
use std::fmt;

/// A step: a request of one purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "`Display` describes them")]
pub enum Step {
    List,
    Footer,
    Range,
    ReadCountries,
    ReadPointer,
    ReadState,
    WriteState,
    BeginRejects,
    WriteRejects,
    FinishRejects,
    WriteManifests,
    WriteItems,
    Swap,
    MarkSuperseded,
    ReadRuns,
    ReadPointerAgain,
    Claim,
    ReadItems,
    DeleteItems,
    DeleteManifest,
    RollbackPointer,
    RollbackManifest,
    RollbackItems,
    Rollback,
    Other,
}

/// What a disturbed process does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Command {
    /// Publishes a history.
    Run,
    /// Makes the run before the current one current again.
    Rollback,
}

/// Whether a run is killed before or after the local AWS acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// Before: the request is not forwarded.
    Before,
    /// After: the request went through, its answer is lost.
    After,
}

/// The steps of one process so far.
#[derive(Debug)]
pub(super) struct Steps {
    command: Command,
    /// Last byte of each object's first request, which is the footer's.
    footers: BTreeMap<String, u64>,
    is_collecting: bool,
    counts: BTreeMap<Step, u32>,
}

impl Step {
    /// All steps at which a process is killed, in order: a run's, then a rollback's.
    pub const ALL: [Self; 24] = [
        Self::List,
        Self::ReadCountries,
        Self::ReadPointer,
        Self::ReadState,
        Self::BeginRejects,
        Self::Footer,
        Self::Range,
        Self::WriteState,
        Self::WriteRejects,
        Self::FinishRejects,
        Self::WriteManifests,
        Self::WriteItems,
        Self::Swap,
        Self::MarkSuperseded,
        Self::ReadRuns,
        Self::ReadPointerAgain,
        Self::Claim,
        Self::ReadItems,
        Self::DeleteItems,
        Self::DeleteManifest,
        Self::RollbackPointer,
        Self::RollbackManifest,
        Self::RollbackItems,
        Self::Rollback,
    ];

    /// Returns the command that takes the step.
    pub(super) fn command(self) -> Command {
        match self {
            Self::RollbackPointer | Self::RollbackManifest | Self::RollbackItems | Self::Rollback => {
                Command::Rollback
            }
            _ => Command::Run,
        }
    }

    /// Returns whether only a run that deletes something takes it.
    pub(super) fn is_of_deletion(self) -> bool {
        matches!(self, Self::Claim | Self::ReadItems | Self::DeleteItems | Self::DeleteManifest)
    }

    /// Returns whether only a run with a state takes it.
    pub(super) fn is_of_state(self) -> bool {
        matches!(self, Self::ReadState | Self::WriteState)
    }

    /// Returns whether only a run that keeps its rejects takes it.
    pub(super) fn is_of_rejects(self) -> bool {
        matches!(self, Self::BeginRejects | Self::WriteRejects | Self::FinishRejects)
    }

    /// Returns whether it is a request to S3.
    pub(super) fn is_of_s3(self) -> bool {
        matches!(self, Self::List | Self::Footer | Self::Range) || self.is_of_state() || self.is_of_rejects()
    }

    /// Returns whether it changes the table.
    pub(super) fn is_write(self) -> bool {
        self.is_batch() || matches!(self, Self::Swap | Self::MarkSuperseded | Self::Claim | Self::Rollback)
    }

    /// Returns whether it is a `BatchWriteItem`.
    pub(super) fn is_batch(self) -> bool {
        matches!(self, Self::WriteManifests | Self::WriteItems | Self::DeleteItems | Self::DeleteManifest)
    }
}

impl fmt::Display for Step {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::List => "list of objects",
            Self::Footer => "read of a footer",
            Self::Range => "read of a range",
            Self::ReadCountries => "read of the countries",
            Self::ReadPointer => "read of a pointer",
            Self::ReadState => "read of the state",
            Self::WriteState => "write of the state",
            Self::BeginRejects => "rejects: upload begun",
            Self::WriteRejects => "rejects: a part",
            Self::FinishRejects => "rejects: upload completed",
            Self::WriteManifests => "manifests",
            Self::WriteItems => "items",
            Self::Swap => "swap",
            Self::MarkSuperseded => "notes in manifests",
            Self::ReadRuns => "collection: read of the runs",
            Self::ReadPointerAgain => "collection: read of the pointer",
            Self::Claim => "collection: claim",
            Self::ReadItems => "collection: read of a run's keys",
            Self::DeleteItems => "collection: deletion of items",
            Self::DeleteManifest => "collection: deletion of a manifest",
            Self::RollbackPointer => "rollback: read of the pointer",
            Self::RollbackManifest => "rollback: read of a manifest",
            Self::RollbackItems => "rollback: read of a run's items",
            Self::Rollback => "rollback: transaction",
            Self::Other => "another request",
        })
    }
}

impl fmt::Display for Side {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Before => "before",
            Self::After => "after",
        })
    }
}

impl Steps {
    pub(super) fn of(command: Command) -> Self {
        Self { command, footers: BTreeMap::new(), is_collecting: false, counts: BTreeMap::new() }
    }

    /// Returns the step of the next request, and its number among the requests of that step, from 1.
    pub(super) fn next(&mut self, request: &Request) -> (Step, u32) {
        let step = match self.command {
            Command::Run => self.step_of_run(request),
            Command::Rollback => step_of_rollback(request),
        };
        self.is_collecting |= step == Step::ReadRuns;
        let count = self.counts.entry(step).or_default();
        *count += 1;
        (step, *count)
    }

    fn step_of_run(&mut self, request: &Request) -> Step {
        if request.is_look_for_tables() {
            return Step::Other;
        }
        if request.is_list() {
            return Step::List;
        }
        if request.is_get_object() {
            let Some((_, last)) = request.range() else { return Step::Other };
            let object = request.path.split('?').next().unwrap_or_default().to_owned();
            let footer = *self.footers.entry(object).or_insert(last);
            return if footer == last { Step::Footer } else { Step::Range };
        }
        if let Some(step) = step_on_s3(request) {
            return step;
        }
        if request.is_pointer_read() {
            return if self.is_collecting { Step::ReadPointerAgain } else { Step::ReadPointer };
        }
        if request.is_swap() {
            return Step::Swap;
        }
        let json = request.json();
        if request.is("TransactWriteItems") {
            let items = json["TransactItems"].as_array().into_iter().flatten();
            let mut updates = items.filter_map(|item| item["Update"]["UpdateExpression"].as_str());
            let is_claim = updates.any(|update| update.contains("collecting_at"));
            return if is_claim { Step::Claim } else { Step::MarkSuperseded };
        }
        if request.is("Query") {
            return match json["ExpressionAttributeValues"][":prefix"]["S"].as_str() {
                None => Step::ReadCountries,
                Some("run#") => Step::ReadRuns,
                Some(_) => Step::ReadItems,
            };
        }
        let keys = request.batch();
        if keys.is_empty() {
            return Step::Other;
        }
        let has_manifest = keys.iter().any(|key| key.starts_with("run#"));
        match (json.to_string().contains("DeleteRequest"), has_manifest) {
            (false, true) => Step::WriteManifests,
            (false, false) => Step::WriteItems,
            (true, true) => Step::DeleteManifest,
            (true, false) => Step::DeleteItems,
        }
    }
}

/// Returns the step of a request to S3 other than reads of the history.
fn step_on_s3(request: &Request) -> Option<Step> {
    let (method, path) = (&request.method, request.path.as_str());
    if *method == Method::GET {
        Some(Step::ReadState)
    } else if *method == Method::PUT {
        Some(if path.contains("partNumber=") { Step::WriteRejects } else { Step::WriteState })
    } else if *method == Method::POST && path.contains("uploads") {
        Some(Step::BeginRejects)
    } else if *method == Method::POST && path.contains("uploadId=") {
        Some(Step::FinishRejects)
    } else {
        None
    }
}

fn step_of_rollback(request: &Request) -> Step {
    if request.is_pointer_read() {
        Step::RollbackPointer
    } else if request.is("GetItem") {
        Step::RollbackManifest
    } else if request.is("Query") {
        Step::RollbackItems
    } else if request.is("TransactWriteItems") {
        Step::Rollback
    } else {
        Step::Other
    }
}
