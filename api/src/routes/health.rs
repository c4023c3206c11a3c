//! `GET /healthz` and `GET /readyz`: whether the process runs, and whether it can serve vouchers.

use super::caching::cacheable_json;
use super::countries::first_page;
use crate::Api;
use crate::facts::{RunAges, note};
use crate::problem::{Kind, Problem, ProblemDocument};
use axum::extract::State;
use axum::response::Response;
use serde::Serialize;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;
use utoipa::ToSchema;

/// The process runs.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Health {
    /// Always `ok`.
    #[schema(example = "ok")]
    status: &'static str,
    /// The program's version.
    version: &'static str,
}

/// The table can be read, and something is published.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Readiness {
    /// Always `ready`.
    #[schema(example = "ready")]
    status: &'static str,
    /// The table.
    table: String,
    /// The first 100 countries that have vouchers, in order of key.
    countries: Vec<CurrentRun>,
}

/// A country's current run, and how old it is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReadyCountry)]
pub(super) struct CurrentRun {
    /// The country as it is published.
    #[schema(example = "Peru")]
    country: String,
    /// The run.
    run_id: String,
    /// When it was published, in UTC.
    #[schema(format = DateTime)]
    published_at: String,
    /// Seconds since then.
    age_seconds: u64,
}

/// Says that the process runs
///
/// It asks nobody, so this is what a load balancer probes.
#[utoipa::path(
    get,
    path = "/healthz",
    operation_id = "getHealth",
    tag = "operation",
    responses(
        (status = 200, description = "It runs", body = Health),
        (status = 304, description = "It is what is known already"),
        (status = 500, description = "A fault of the service", body = ProblemDocument, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn alive() -> Response {
    cacheable_json(&Health { status: "ok", version: env!("CARGO_PKG_VERSION") }, Duration::ZERO)
}

/// Says which runs are current and how old they are
///
/// It reads the table: 503 while the table is away or empty, though every instance may be sound.
#[utoipa::path(
    get,
    path = "/readyz",
    operation_id = "getReadiness",
    tag = "operation",
    responses(
        (status = 200, description = "Vouchers can be answered", body = Readiness),
        (status = 304, description = "It is what is known already"),
        (status = 500, description = "A fault of the service", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 503, description = "The table cannot be read, or nothing is published", body = ProblemDocument, content_type = "application/problem+json",
            headers(("Retry-After" = u64, description = "Seconds after which to try again"))),
    ),
)]
pub(super) async fn ready(State(api): State<Arc<Api>>) -> Result<Response, Problem> {
    let arrived = Instant::now();
    let publications = api.in_time(arrived, first_page(&api, arrived)).await?;
    if publications.is_empty() {
        return Err(Problem::with(Kind::Unavailable, "nothing is published in the table yet"));
    }
    let countries = publications.iter().map(|publication| CurrentRun {
        country: publication.pointer.country.clone(),
        run_id: publication.pointer.run_id.clone(),
        published_at: publication.pointer.published_at.clone(),
        age_seconds: publication.age_seconds(),
    });
    let ages = publications.iter().map(|publication| publication.age_seconds());
    note(|facts| facts.run_ages = RunAges::of(api.table.name(), ages));
    let table = api.table.name().to_owned();
    let readiness = Readiness { status: "ready", table, countries: countries.collect() };
    Ok(cacheable_json(&readiness, Duration::ZERO))
}
