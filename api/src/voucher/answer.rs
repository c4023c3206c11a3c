//! The answer, as it is sent.

use super::candidate::{Candidate, Reason};
use super::explanation::Explanation;
use crate::facts::note;
use crate::publication::Publication;
use crate::request::VoucherRequest;
use segments::value::Amount;
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

/// The value of `matched` if the customer's own bucket has an amount.
const MATCHED_BUCKET: &str = "bucket";

/// The voucher for a customer, or why there is none.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = VoucherAnswer, example = json!({
    "voucher_amount": 2640, "customer_id": 123, "country_code": "Peru",
    "segment_name": "frequent_segment", "bucket": "14-37",
    "run_id": "01a20d29-b6c6-736e-a0e0-e5330a50dd2e",
}))]
pub struct Answer {
    /// The amount, exact to four decimals, in the country's currency; null if there is none.
    #[schema(value_type = Option<f64>, required, exclusive_minimum = 0)]
    pub voucher_amount: Option<Amount>,
    /// Who was asked about, as in the request.
    #[schema(schema_with = crate::request::customer_id_schema)]
    customer_id: Box<RawValue>,
    /// The country as it is published.
    country_code: String,
    /// The segment asked for.
    segment_name: String,
    /// The bucket of that segment that the customer is in; null if in none.
    #[schema(required)]
    bucket: Option<String>,
    /// The run that the answer is from.
    run_id: String,
    /// What gave the amount, where the rules have a fallback: `bucket`, the name of another
    /// segment, or `country`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    matched: Option<String>,
    /// The bucket of the segment that gave the amount, where it was another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    matched_bucket: Option<String>,
    /// Why there is no amount.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub reason: Option<Reason>,
    /// Where the amount comes from, if that was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    explain: Option<Explanation>,
    /// One for each of `segment_names`, in their order; the members beside it are of the best of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<SegmentAnswer>,
}

/// The part of an answer that is of one segment.
//
// Not a part of `Answer` by `serde(flatten)`: clients know the order of its members.
#[derive(Debug, Serialize, ToSchema)]
pub struct SegmentAnswer {
    /// As in the answer.
    #[schema(value_type = Option<f64>, required, exclusive_minimum = 0)]
    voucher_amount: Option<Amount>,
    /// The segment, by its name in the rules.
    segment_name: String,
    /// As in the answer.
    #[schema(required)]
    bucket: Option<String>,
    /// As in the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    matched: Option<String>,
    /// As in the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    matched_bucket: Option<String>,
    /// As in the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    reason: Option<Reason>,
    /// As in the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    explain: Option<Explanation>,
}

impl From<Answer> for SegmentAnswer {
    fn from(answer: Answer) -> Self {
        let Answer { voucher_amount, segment_name, bucket, matched, matched_bucket, reason, explain, .. } =
            answer;
        Self { voucher_amount, segment_name, bucket, matched, matched_bucket, reason, explain }
    }
}

impl Answer {
    /// Returns the answer to `request`, whose own candidate is `own`; `matched` is the fallback that
    /// has an amount where `own` has none.
    pub(super) fn new(
        request: &VoucherRequest,
        publication: &Publication,
        own: &Candidate<'_>,
        matched: Option<&Candidate<'_>>,
        explain: Option<Explanation>,
    ) -> Self {
        let voucher_amount = matched.unwrap_or(own).mode.and_then(|mode| mode.voucher_amount);
        let has_fallback = !publication.rules.fallback().is_empty() && voucher_amount.is_some();
        let label = |candidate: &Candidate<'_>| candidate.label(publication);
        let is_segment = |matched: &&Candidate<'_>| publication.rules.segment(matched.split).is_some();
        Self {
            voucher_amount,
            customer_id: request.customer_id.clone(),
            country_code: publication.pointer.country.clone(),
            segment_name: own.split.to_owned(),
            bucket: label(own),
            run_id: publication.pointer.run_id.clone(),
            matched: has_fallback
                .then(|| matched.map_or(MATCHED_BUCKET, |candidate| candidate.split).to_owned()),
            matched_bucket: matched.filter(is_segment).and_then(label),
            reason: if voucher_amount.is_some() { None } else { own.no_amount() },
            explain,
            answers: Vec::new(),
        }
    }

    /// Notes the answer for the log, without the customer.
    pub(super) fn note(&self) {
        let own = || self.voucher_amount.map(|_| MATCHED_BUCKET.to_owned());
        note(|facts| {
            facts.segment = Some(self.segment_name.clone());
            facts.bucket.clone_from(&self.bucket);
            facts.matched = self.matched.clone().or_else(own);
            facts.no_amount.extend(self.reason.map(Reason::as_str));
        });
    }
}
