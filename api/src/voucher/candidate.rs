//! A possible source of the amount: the customer's bucket in a segment or the whole country.

use crate::Api;
use crate::publication::{BucketIndex, Publication};
use crate::table::ReadError;
use segments::mode::{Mode, NoAmount};
use segments::rules::Measure;
use serde::Serialize;
use utoipa::ToSchema;

/// Why there is no amount: no bucket, no event that chose one, or fewer events than the rules ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The customer is in no bucket of the segment.
    NoBucket,
    /// No event of the history chose an amount in the customer's bucket.
    NoData,
    /// Fewer events were counted in the customer's bucket than the rules ask for.
    LowSupport,
}

impl From<NoAmount> for Reason {
    fn from(no_amount: NoAmount) -> Self {
        match no_amount {
            NoAmount::NoData => Self::NoData,
            NoAmount::LowSupport => Self::LowSupport,
        }
    }
}

impl Reason {
    /// Returns the reason as it is sent.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoBucket => "no_bucket",
            Self::NoData => "no_data",
            Self::LowSupport => "low_support",
        }
    }
}

/// A split, the customer's bucket in it, and the bucket's mode.
#[derive(Clone, Copy)]
pub(super) struct Candidate<'a> {
    /// The name of the segment asked for, or of a fallback.
    pub(super) split: &'a str,
    /// `None` if the customer is in no bucket.
    pub(super) bucket: Option<BucketIndex>,
    /// `None` without a bucket.
    pub(super) mode: Option<Mode>,
}

impl<'a> Candidate<'a> {
    /// Reads the customer's bucket of a split, which `name` names as the request or the rules do.
    pub(super) async fn read(
        api: &Api,
        publication: &Publication,
        name: &'a str,
        value_of: impl Fn(Measure) -> Option<u64>,
        consistent: bool,
    ) -> Result<Self, ReadError> {
        let split = publication.segment_name(name);
        let bucket = publication.bucket_of(split, value_of);
        let mode = match bucket {
            None => None,
            Some(bucket) => {
                let mode = publication.mode(bucket, &api.table, consistent).await?;
                Some(mode.ok_or_else(|| ReadError::Missing(format!("of {split}")))?)
            }
        };
        Ok(Self { split, bucket, mode })
    }

    /// Returns why there is no amount; `None` if there is one.
    pub(super) fn no_amount(&self) -> Option<Reason> {
        match self.mode {
            None => Some(Reason::NoBucket),
            Some(mode) => mode.no_amount().map(Reason::from),
        }
    }

    /// Returns the label of the customer's bucket.
    pub(super) fn label(&self, publication: &Publication) -> Option<String> {
        Some(publication.label(self.bucket?).to_owned())
    }
}
