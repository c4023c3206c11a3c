//! `GET /segments/{country}`: the current table of a country.

use super::caching::cacheable_json;
use crate::Api;
use crate::problem::{Kind, Problem, ProblemDocument};
use crate::publication::{Current, Publication};
use crate::table::ReadError;
use crate::voucher::Reason;
use ::segments::mode::Mode;
use ::segments::rules::{Fallback, Measure, Split};
use ::segments::value::{Amount, CountryKey};
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::Serialize;
use std::sync::Arc;
use tokio::time::Instant;
use utoipa::ToSchema;

/// The current table of a country.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CountryTable {
    /// The country as it is published.
    #[schema(example = "Peru")]
    country: String,
    /// The current run.
    run_id: String,
    /// How many times another run became current.
    version: u64,
    /// When this one did, in UTC.
    #[schema(format = DateTime)]
    published_at: String,
    /// SHA-256 of the rules.
    rules_hash: String,
    /// SHA-256 of this table.
    result_hash: String,
    /// Where to look next when a bucket has no answer: names of segments, or `country`.
    fallback: Vec<String>,
    /// The fewest counted events of a bucket that has an amount, where the rules ask for some.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 1, example = 30)]
    min_support: Option<u64>,
    /// The segments, in order of name; last the whole `country`, where the fallback asks for it.
    segments: Vec<SegmentTable>,
}

/// The table of a segment.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SegmentTable {
    /// Its name.
    #[schema(example = "frequent_segment")]
    name: String,
    /// What it looks at; null for the whole country.
    #[schema(value_type = Option<String>, required, example = "total_orders")]
    measure: Option<Measure>,
    /// Its buckets, lowest first.
    buckets: Vec<BucketRow>,
}

/// The answer of a bucket.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BucketRow {
    /// Its label.
    #[schema(example = "14-37")]
    bucket: String,
    /// The smallest value in it; null for the whole country.
    #[schema(required, example = 14)]
    from: Option<u64>,
    /// The smallest value above it; null if it is open.
    #[schema(required, example = 38)]
    below: Option<u64>,
    /// The most used amount; null if there is none.
    #[schema(value_type = Option<f64>, required, example = 2640)]
    voucher_amount: Option<Amount>,
    /// Why there is none: `no_data` or `low_support`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    reason: Option<Reason>,
    /// Events that chose it, or the one that is withheld for low support.
    support: u64,
    /// All counted events.
    total: u64,
    /// `support / total`, unrounded.
    #[schema(minimum = 0, maximum = 1)]
    share: f64,
    /// The next amount; null if there is none.
    #[schema(value_type = Option<f64>, required, example = 1760)]
    runner_up_amount: Option<Amount>,
    /// Its events.
    #[schema(required, example = 686)]
    runner_up_support: Option<u64>,
}

/// Shows the current table of a country
///
/// One answer for every bucket of the published rules, empty ones too.
#[utoipa::path(
    get,
    path = "/segments/{country}",
    operation_id = "getSegments",
    tag = "tables",
    params(
        ("country" = String, Path, description = "The country, in any case", min_length = 1, example = "Peru"),
        ("If-None-Match" = Option<String>, Header, description = "The ETag of what is known already"),
    ),
    responses(
        (status = 200, description = "The table", body = CountryTable,
            headers(
                ("ETag" = String, description = "Changes with the table"),
                ("Cache-Control" = String, description = "How long it may be kept"),
                ("x-request-id" = String, description = "The request's id"),
                ("x-stale-seconds" = Option<u64>, description = "Only where it is not known now, as the table cannot be read or is just being read: seconds since the run was known to be current"),
            )),
        (status = 304, description = "It is the table that is known already"),
        (status = 404, description = "Nothing is published for the country", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 500, description = "A fault of the service", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 503, description = "The table cannot be read: try again", body = ProblemDocument, content_type = "application/problem+json",
            headers(("Retry-After" = u64, description = "Seconds after which to try again"))),
    ),
)]
pub(super) async fn read(
    State(api): State<Arc<Api>>,
    country: Result<Path<String>, PathRejection>,
) -> Result<Response, Problem> {
    // An invalid name has nothing published either.
    let not_published =
        |name: &str| Problem::with(Kind::CountryNotPublished, format!("{name} has no vouchers"));
    let Ok(Path(name)) = country else { return Err(not_published("this country")) };
    let Ok(key) = name.parse::<CountryKey>() else { return Err(not_published("this country")) };
    let arrived = Instant::now();
    let table = api.in_time(arrived, table_of(&api, &key, arrived)).await?;
    let table = table.ok_or_else(|| not_published(key.as_str()))?;
    Ok(cacheable_json(&table, api.settings.pointer_refresh))
}

async fn table_of(api: &Api, key: &CountryKey, arrived: Instant) -> Result<Option<CountryTable>, ReadError> {
    let Some(current) = api.pointers.current(key, arrived).await? else { return Ok(None) };
    match read_table(api, &current).await {
        Err(ReadError::Missing(_)) => match api.pointers.renewed(key).await? {
            Some(renewed) => read_table(api, &renewed).await.map(Some),
            None => Ok(None),
        },
        read => read.map(Some),
    }
}

async fn read_table(api: &Api, current: &Current) -> Result<CountryTable, ReadError> {
    Api::note_stale(current);
    let publication = &current.publication;
    let (modes, manifest) =
        futures::try_join!(publication.modes(&api.table), publication.manifest(&api.table))?;
    let Publication { pointer, rules, .. } = &**publication;
    let mut modes = modes.into_iter();
    let segments = rules.splits().map(|split| segment_table(split, &mut modes)).collect();
    Ok(CountryTable {
        country: pointer.country.clone(),
        run_id: pointer.run_id.clone(),
        version: pointer.version,
        published_at: pointer.published_at.clone(),
        rules_hash: pointer.rules_hash.clone(),
        result_hash: manifest.result_hash.clone(),
        fallback: rules.fallback().iter().map(Fallback::name).map(ToOwned::to_owned).collect(),
        min_support: rules.min_support(),
        segments,
    })
}

/// Takes one mode for each bucket of the split.
fn segment_table(split: Split<'_>, modes: &mut impl Iterator<Item = Mode>) -> SegmentTable {
    let segment = match split {
        Split::Segment(segment) => Some(segment),
        Split::CountryWide => None,
    };
    let buckets = split.labels().into_iter().zip(modes).enumerate().map(|(index, (label, mode))| {
        let bucket = segment.map(|segment| &segment.buckets()[index]);
        BucketRow {
            bucket: label.to_owned(),
            from: bucket.map(::segments::rules::Bucket::from),
            below: bucket.and_then(::segments::rules::Bucket::below),
            voucher_amount: mode.voucher_amount,
            reason: mode.no_amount().map(Reason::from),
            support: mode.support,
            total: mode.total,
            share: mode.share(),
            runner_up_amount: mode.runner_up.map(|(amount, _)| amount),
            runner_up_support: mode.runner_up.map(|(_, support)| support),
        }
    });
    SegmentTable {
        name: split.name().to_owned(),
        measure: segment.map(::segments::rules::Segment::measure),
        buckets: buckets.collect(),
    }
}
