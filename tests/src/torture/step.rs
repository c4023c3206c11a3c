//! The steps of a run, told apart by the requests that it makes.

use crate::http::Method;
use crate::proxy::Request;
use std::collections::BTreeMap;
use std::fmt;

/// A step: a request of one purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "their names for readers are below")]
pub enum Step {
    List,
    Footer,
    Range,
    ReadCountries,
    ReadPointer,
    WriteManifests,
    WriteItems,
    Swap,
    MarkSuperseded,
    ReadRuns,
    ReadPointerAgain,
    ReadItems,
    DeleteItems,
    DeleteManifest,
    Other,
}

/// On which side of the local AWS a run is when it is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// The request is not forwarded.
    Before,
    /// The request went through, its answer is not handed on.
    After,
}

/// The steps of one run so far.
#[derive(Debug, Default)]
pub(super) struct Steps {
    /// By object, the last byte of the request that came first: that is the one for the footer.
    footers: BTreeMap<String, u64>,
    is_collecting: bool,
    counts: BTreeMap<Step, u32>,
}

impl Step {
    /// All steps at which a run is killed, in the order in which it takes them.
    pub const ALL: [Self; 14] = [
        Self::List,
        Self::ReadCountries,
        Self::ReadPointer,
        Self::Footer,
        Self::Range,
        Self::WriteManifests,
        Self::WriteItems,
        Self::Swap,
        Self::MarkSuperseded,
        Self::ReadRuns,
        Self::ReadPointerAgain,
        Self::ReadItems,
        Self::DeleteItems,
        Self::DeleteManifest,
    ];

    /// Returns whether only a run with something to delete comes to it.
    pub(super) fn is_of_deletion(self) -> bool {
        matches!(self, Self::ReadItems | Self::DeleteItems | Self::DeleteManifest)
    }

    /// Returns whether it asks S3.
    pub(super) fn is_of_s3(self) -> bool {
        matches!(self, Self::List | Self::Footer | Self::Range)
    }

    /// Returns whether it changes the table.
    pub(super) fn is_write(self) -> bool {
        self.is_batch() || matches!(self, Self::Swap | Self::MarkSuperseded)
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
            Self::WriteManifests => "manifests",
            Self::WriteItems => "items",
            Self::Swap => "swap",
            Self::MarkSuperseded => "superseded mark",
            Self::ReadRuns => "collection: read of the runs",
            Self::ReadPointerAgain => "collection: read of the pointer",
            Self::ReadItems => "collection: read of a run's keys",
            Self::DeleteItems => "collection: deletion of items",
            Self::DeleteManifest => "collection: deletion of a manifest",
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
    /// Returns the step of the next request, and how many of that step there were, this included.
    pub(super) fn next(&mut self, request: &Request) -> (Step, u32) {
        let step = self.step(request);
        self.is_collecting |= step == Step::ReadRuns;
        let count = self.counts.entry(step).or_default();
        *count += 1;
        (step, *count)
    }

    fn step(&mut self, request: &Request) -> Step {
        if request.is_list() {
            return Step::List;
        }
        if request.is_get_object() {
            let Some((_, last)) = request.range() else { return Step::Other };
            let object = request.path.split('?').next().unwrap_or_default().to_owned();
            let footer = *self.footers.entry(object).or_insert(last);
            return if footer == last { Step::Footer } else { Step::Range };
        }
        if request.method != Method::POST {
            return Step::Other;
        }
        let json = request.json();
        let item = json["Key"]["item"]["S"].as_str().unwrap_or_default();
        if request.is("GetItem") && item == "current" {
            return if self.is_collecting { Step::ReadPointerAgain } else { Step::ReadPointer };
        }
        if request.is("UpdateItem") {
            return if item == "current" { Step::Swap } else { Step::MarkSuperseded };
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
