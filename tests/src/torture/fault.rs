//! The faults of requests, and the steps at which each can happen.

use super::step::Step;
use crate::proxy::{Action, Request};
use fastrand::Rng;
use std::fmt;
use std::time::Duration;

/// Longer than the ETL's timeout for an answer, or for its next byte.
const STALL: Duration = Duration::from_secs(21);
/// Longest of all other delays, in milliseconds.
const DELAY_MAX_MS: u64 = 120;
/// Maximum delay of late requests, in milliseconds: then the run is dead, or in its next step.
const LATE_MAX_MS: u64 = 400;
/// Answers of unknown length may end after up to so many bytes.
const ANSWER_BYTES: usize = 60;
const OTHER_ETAG: &str = "\"0123456789abcdef0123456789abcdef\"";

/// A fault of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "`Display` describes them")]
pub enum Fault {
    Refused,
    ResetBefore,
    LostAnswer,
    Late,
    ResetWithin,
    BrokenOff,
    Delayed,
    Stalled,
    BodyStalled,
    SlowDown,
    S3InternalError,
    Throughput,
    Throttling,
    InternalServerError,
    Unavailable,
    HandedBackPart,
    HandedBackAll,
    Changed,
    OtherEtag,
}

impl Fault {
    /// All of them.
    pub const ALL: [Self; 19] = [
        Self::Refused,
        Self::ResetBefore,
        Self::LostAnswer,
        Self::Late,
        Self::ResetWithin,
        Self::BrokenOff,
        Self::Delayed,
        Self::Stalled,
        Self::BodyStalled,
        Self::SlowDown,
        Self::S3InternalError,
        Self::Throughput,
        Self::Throttling,
        Self::InternalServerError,
        Self::Unavailable,
        Self::HandedBackPart,
        Self::HandedBackAll,
        Self::Changed,
        Self::OtherEtag,
    ];

    /// Returns whether it can happen at a step.
    pub(super) fn is_of(self, step: Step) -> bool {
        match self {
            Self::Refused
            | Self::ResetBefore
            | Self::LostAnswer
            | Self::ResetWithin
            | Self::BrokenOff
            | Self::Delayed
            | Self::Stalled => true,
            Self::Late => step.is_write(),
            Self::SlowDown | Self::S3InternalError => step.is_of_s3(),
            Self::Throughput | Self::Throttling | Self::InternalServerError | Self::Unavailable => {
                !step.is_of_s3()
            }
            Self::HandedBackPart | Self::HandedBackAll => step.is_batch(),
            Self::BodyStalled | Self::Changed | Self::OtherEtag => {
                matches!(step, Step::Footer | Step::Range)
            }
        }
    }

    /// Returns whether it takes longer than the ETL waits.
    pub(super) fn is_slow(self) -> bool {
        matches!(self, Self::Stalled | Self::BodyStalled)
    }

    /// Returns whether it makes an object look changed, which rightly ends a run.
    pub(super) fn is_change(self) -> bool {
        matches!(self, Self::Changed | Self::OtherEtag)
    }

    /// Returns after how many bytes the answer's body ends; `None` for faults that do not cut it.
    pub(super) fn ends_after(self, request: &Request, rng: &mut Rng) -> Option<usize> {
        let bytes = request.range().map_or(ANSWER_BYTES, |(first, last)| {
            usize::try_from(last.saturating_sub(first)).unwrap_or(ANSWER_BYTES)
        });
        matches!(self, Self::ResetWithin | Self::BrokenOff | Self::BodyStalled).then(|| rng.usize(..=bytes))
    }

    /// Returns the proxy's action; `ends_after` comes from the function above.
    pub(super) fn action(self, request: &Request, ends_after: Option<usize>, rng: &mut Rng) -> Action {
        let bytes = ends_after.unwrap_or_default();
        match self {
            Self::Refused => Action::Refuse(Duration::from_millis(rng.u64(20..=200))),
            Self::ResetBefore => Action::Reset(Box::new(Action::Drop)),
            Self::LostAnswer => Action::Reset(Box::new(Action::LoseAnswer)),
            Self::Late => Action::Late(Duration::from_millis(rng.u64(1..=LATE_MAX_MS))),
            Self::ResetWithin => Action::Reset(Box::new(Action::Truncate(bytes))),
            Self::BrokenOff => Action::Truncate(bytes),
            Self::Delayed => {
                Action::Delay(Duration::from_millis(rng.u64(1..=DELAY_MAX_MS)), Box::new(Action::Pass))
            }
            Self::Stalled => Action::Delay(STALL, Box::new(Action::Drop)),
            Self::BodyStalled => Action::Stall(bytes, STALL),
            Self::SlowDown => Action::s3_error(503, "SlowDown"),
            Self::S3InternalError => Action::s3_error(500, "InternalError"),
            Self::Throughput => Action::dynamodb_error(400, "ProvisionedThroughputExceededException"),
            Self::Throttling => Action::dynamodb_error(400, "ThrottlingException"),
            Self::InternalServerError => Action::dynamodb_error(500, "InternalServerError"),
            Self::Unavailable => Action::dynamodb_error(503, "ServiceUnavailable"),
            Self::HandedBackPart => Action::hand_back_after(request, rng.usize(..=request.batch().len())),
            Self::HandedBackAll => Action::hand_back_after(request, 0),
            Self::Changed => Action::s3_error(412, "PreconditionFailed"),
            Self::OtherEtag => Action::edit(|mut answer| {
                answer.headers.insert("etag", OTHER_ETAG.parse().expect("a header"));
                answer
            }),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Refused => "connections refused for a while",
            Self::ResetBefore => "reset before the request went through",
            Self::LostAnswer => "reset after it, the answer lost",
            Self::Late => "reset, the request arrives later",
            Self::ResetWithin => "reset in the middle of the answer",
            Self::BrokenOff => "body shorter than its Content-Length",
            Self::Delayed => "delay",
            Self::Stalled => "no answer for longer than the timeout",
            Self::BodyStalled => "body silent for longer than the timeout",
            Self::SlowDown => "S3: 503 SlowDown",
            Self::S3InternalError => "S3: 500 InternalError",
            Self::Throughput => "DynamoDB: ProvisionedThroughputExceededException",
            Self::Throttling => "DynamoDB: ThrottlingException",
            Self::InternalServerError => "DynamoDB: 500 InternalServerError",
            Self::Unavailable => "DynamoDB: 503 ServiceUnavailable",
            Self::HandedBackPart => "UnprocessedItems: a part of the batch",
            Self::HandedBackAll => "UnprocessedItems: the whole batch",
            Self::Changed => "S3: 412 on If-Match",
            Self::OtherEtag => "S3: another ETag in the answer",
        })
    }
}
