//! `GET /countries`: the countries that have vouchers.

use super::caching::cacheable_json;
use super::parameters::{LIMIT_MAX, Parameters};
use crate::Api;
use crate::problem::{Problem, ProblemDocument};
use crate::publication::Publication;
use crate::table::{ListedCountry, ReadError};
use ::segments::value::CountryKey;
use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;
use futures::{StreamExt, TryStreamExt, stream};
use serde::Serialize;
use std::sync::Arc;
use tokio::time::Instant;
use utoipa::ToSchema;

/// Pointers read at the same time.
const IN_FLIGHT_MAX: usize = 16;

/// A page of the countries that have vouchers.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CountryPage {
    /// The countries, in order of key.
    countries: Vec<ListedRun>,
    /// What to pass as `after` for the next page; null if this is the last.
    #[schema(required, example = "peru")]
    next: Option<String>,
}

/// A country and its current run.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ListedCountry)]
pub(super) struct ListedRun {
    /// The country's key.
    #[schema(example = "peru")]
    country_code: String,
    /// The country as it is published.
    #[schema(example = "Peru")]
    country: String,
    /// The current run.
    run_id: String,
    /// When it was published, in UTC.
    #[schema(format = DateTime)]
    published_at: String,
}

/// Lists the countries that have vouchers
///
/// In order of key, a page at a time: pass `next` as `after` until it is null.
#[utoipa::path(
    get,
    path = "/countries",
    operation_id = "listCountries",
    tag = "tables",
    params(
        ("limit" = Option<u32>, Query, description = "How many to list", minimum = 1, maximum = 100),
        ("after" = Option<String>, Query, description = "The `next` of the page before, as it is: a key of at most 128 bytes", min_length = 1,
            max_length = 128, pattern = r"^[^#\u0000-\u001f\u007f-\u009f]+$", example = "latvia"),
        ("If-None-Match" = Option<String>, Header, description = "The ETag of what is known already"),
    ),
    responses(
        (status = 200, description = "The countries", body = CountryPage,
            headers(
                ("ETag" = String, description = "Changes with the list"),
                ("Cache-Control" = String, description = "How long it may be kept"),
                ("x-request-id" = String, description = "The request's id"),
            )),
        (status = 304, description = "It is the list that is known already"),
        (status = 400, description = "A parameter is wrong", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 500, description = "A fault of the service", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 503, description = "The table cannot be read: try again", body = ProblemDocument, content_type = "application/problem+json",
            headers(("Retry-After" = u64, description = "Seconds after which to try again"))),
    ),
)]
pub(super) async fn read(State(api): State<Arc<Api>>, uri: Uri) -> Result<Response, Problem> {
    let parameters = Parameters::of(&uri)?;
    let (limit, after) = (parameters.limit()?, parameters.after()?);
    let arrived = Instant::now();
    let page = published(&api, after.as_ref(), limit, arrived);
    let (publications, next) = api.in_time(arrived, page).await?;
    let listed = |publication: &Arc<Publication>| ListedRun {
        country_code: publication.key.to_string(),
        country: publication.pointer.country.clone(),
        run_id: publication.pointer.run_id.clone(),
        published_at: publication.pointer.published_at.clone(),
    };
    let page = CountryPage { countries: publications.iter().map(listed).collect(), next };
    Ok(cacheable_json(&page, api.settings.pointer_refresh))
}

/// Returns the publications of the first page of countries.
pub(super) async fn first_page(api: &Api, arrived: Instant) -> Result<Vec<Arc<Publication>>, ReadError> {
    Ok(published(api, None, LIMIT_MAX, arrived).await?.0)
}

/// Returns the publications of a page of countries, and the key after which the next page begins.
async fn published(
    api: &Api,
    after: Option<&CountryKey>,
    limit: u32,
    arrived: Instant,
) -> Result<(Vec<Arc<Publication>>, Option<String>), ReadError> {
    let limit = i32::try_from(limit).unwrap_or(i32::MAX);
    let (listed, has_more) = api.table.countries(after, limit).await?;
    let next = listed.last().filter(|_| has_more).map(|country| country.key.to_string());
    // A country is listed just before its first publication, which may have failed.
    let publications = stream::iter(listed)
        .map(async |country: ListedCountry| {
            let current = api.pointers.current(&country.key, arrived).await?;
            // Drops aliases: the country they lead to is listed itself.
            let own = current.filter(|current| current.publication.key == country.key);
            Ok::<_, ReadError>(own.map(|current| {
                Api::note_stale(&current);
                current.publication
            }))
        })
        .buffered(IN_FLIGHT_MAX)
        .try_filter_map(async |publication| Ok(publication))
        .try_collect()
        .await?;
    Ok((publications, next))
}
