//! Explains an amount: measure, bucket, counts, run, and the command that reproduces it.

use super::candidate::{Candidate, Reason};
use crate::Api;
use crate::publication::Publication;
use crate::request::VoucherRequest;
use crate::table::ReadError;
use segments::rules::{Bucket, Measure, Segment};
use segments::table::TABLE_DEFAULT;
use segments::value::{Amount, Day};
use serde::Serialize;
use utoipa::ToSchema;

/// Where an amount comes from, or what there is in a bucket without one.
#[derive(Debug, Serialize, ToSchema)]
pub struct Explanation {
    /// The day that the customer was classified for, in UTC.
    #[schema(format = Date, example = "2018-08-03")]
    as_of: String,
    /// What the segment looks at; null for the whole country.
    #[schema(value_type = Option<String>, required, example = "total_orders")]
    measure: Option<Measure>,
    /// The customer's value of it.
    #[schema(required, example = 15)]
    value: Option<u64>,
    /// The smallest value of the bucket; null without a bucket.
    #[schema(required, example = 14)]
    from: Option<u64>,
    /// The smallest value above the bucket; null without a bucket, or if it is open.
    #[schema(required, example = 38)]
    below: Option<u64>,
    /// Events that chose the amount, or the one that is withheld for low support.
    #[schema(required, example = 2181)]
    support: Option<u64>,
    /// All counted events of the bucket.
    #[schema(required, example = 5140)]
    total: Option<u64>,
    /// The fewest counted events of a bucket that has an amount, where the rules ask for some.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 1, example = 30)]
    min_support: Option<u64>,
    /// `support / total`, unrounded.
    #[schema(required, example = 0.424, minimum = 0, maximum = 1)]
    share: Option<f64>,
    /// The next amount by events; null if there is none.
    #[schema(value_type = Option<f64>, required, example = 1760)]
    runner_up_amount: Option<Amount>,
    /// Its events.
    #[schema(required, example = 686)]
    runner_up_support: Option<u64>,
    /// Where else was looked, in order, where the rules have a fallback.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    passed_over: Vec<PassedOver>,
    /// When the run was published, in UTC.
    #[schema(format = DateTime)]
    published_at: String,
    /// Seconds since then.
    age_seconds: u64,
    /// SHA-256 of the rules that the run was made with.
    rules_hash: String,
    /// SHA-256 of the country's table.
    result_hash: String,
    /// What the run read.
    inputs: RunInputs,
    /// The command that counts the run again from its inputs and compares the result's hash.
    #[schema(example = "voucher-etl reproduce --country Peru --run 01a20d29-b6c6-736e-a0e0-e5330a50dd2e")]
    reproduce: String,
}

/// A place without an amount.
#[derive(Debug, Serialize, ToSchema)]
pub struct PassedOver {
    /// The segment's name, or `country`.
    #[schema(example = "frequent_segment")]
    segment: String,
    /// The customer's bucket of it; null if in none.
    #[schema(required, example = "14-37")]
    bucket: Option<String>,
    /// Why there is no amount.
    reason: Reason,
    /// Events that chose the amount that is withheld.
    #[schema(required, example = 5)]
    support: Option<u64>,
    /// All counted events of the bucket.
    #[schema(required, example = 12)]
    total: Option<u64>,
}

/// What a run read.
#[derive(Debug, Serialize, ToSchema)]
pub struct RunInputs {
    /// Objects.
    number: u64,
    /// Their sizes added up.
    bytes: u64,
    /// SHA-256 of their names, versions and sizes.
    sha256: String,
}

impl Explanation {
    /// Explains the amount of `candidate`, or that it has none.
    pub(super) async fn new(
        api: &Api,
        publication: &Publication,
        candidate: &Candidate<'_>,
        passed_over: &[Candidate<'_>],
        request: &VoucherRequest,
        as_of: Day,
    ) -> Result<Self, ReadError> {
        let manifest = publication.manifest(&api.table).await?;
        let segment = publication.rules.segment(candidate.split);
        let measure = segment.map(Segment::measure);
        let bucket = segment.zip(candidate.bucket).map(|(segment, at)| &segment.buckets()[at.bucket]);
        let runner_up = candidate.mode.and_then(|mode| mode.runner_up);
        let pointer = &publication.pointer;
        Ok(Self {
            as_of: as_of.to_string(),
            measure,
            value: measure.and_then(|measure| request.customer.value_of(measure, as_of)),
            from: bucket.map(Bucket::from),
            below: bucket.and_then(Bucket::below),
            support: candidate.mode.map(|mode| mode.support),
            total: candidate.mode.map(|mode| mode.total),
            min_support: publication.rules.min_support(),
            share: candidate.mode.map(|mode| mode.share()),
            runner_up_amount: runner_up.map(|(amount, _)| amount),
            runner_up_support: runner_up.map(|(_, support)| support),
            passed_over: passed_over
                .iter()
                .filter_map(|candidate| PassedOver::new(candidate, publication))
                .collect(),
            published_at: pointer.published_at.clone(),
            age_seconds: publication.age_seconds(),
            rules_hash: pointer.rules_hash.clone(),
            result_hash: manifest.result_hash.clone(),
            inputs: RunInputs {
                number: manifest.inputs.number,
                bytes: manifest.inputs.bytes,
                sha256: manifest.inputs.sha256.clone(),
            },
            reproduce: command(&pointer.country, &pointer.run_id, api.table.name()),
        })
    }
}

impl PassedOver {
    fn new(candidate: &Candidate<'_>, publication: &Publication) -> Option<Self> {
        Some(Self {
            segment: candidate.split.to_owned(),
            bucket: candidate.label(publication),
            reason: candidate.no_amount()?,
            support: candidate.mode.map(|mode| mode.support),
            total: candidate.mode.map(|mode| mode.total),
        })
    }
}

/// Returns the command, quoted for a shell.
fn command(country: &str, run_id: &str, table: &str) -> String {
    let command = format!("voucher-etl reproduce --country {} --run {run_id}", quoted(country));
    if table == TABLE_DEFAULT { command } else { format!("{command} --table {}", quoted(table)) }
}

fn quoted(word: &str) -> String {
    let is_plain = |character: char| character.is_ascii_alphanumeric() || "-_./".contains(character);
    if word.chars().all(is_plain) && !word.starts_with('-') {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_gets_the_names_as_they_are() {
        for (country, table, expected) in [
            ("Peru", "voucher-segments", "--country Peru --run r"),
            ("Costa Rica", "t", "--country 'Costa Rica' --run r --table t"),
            ("Côte d'Ivoire", "t.1", r"--country 'Côte d'\''Ivoire' --run r --table t.1"),
        ] {
            assert_eq!(command(country, "r", table), format!("voucher-etl reproduce {expected}"));
        }
    }
}
