//! The HTTP routes, the same in Lambda and in the plain listener.

mod caching;

mod countries;

mod health;

mod openapi;

mod parameters;

mod segments;

mod voucher;

mod vouchers;

pub(crate) use caching::body_bytes;
pub use openapi::description;

use crate::Api;
use crate::observe::{Invocation, observed};
use crate::problem::{Kind, Problem};
use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use lambda_http::Context;
use std::sync::Arc;

/// The logged route of a path without a route.
const NO_ROUTE: &str = "none";

/// Returns the routes, each also under `/v1`.
pub fn router(api: Arc<Api>) -> Router {
    let routes = Router::new()
        .route("/voucher", post(voucher::find))
        .route("/vouchers", post(vouchers::find))
        .route("/segments/{country}", get(segments::read))
        .route("/countries", get(countries::read))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/openapi.json", get(openapi::read));
    routes
        .clone()
        .nest("/v1", routes)
        .layer(from_fn(caching::with_etag))
        .fallback(async || Problem::new(Kind::NotFound).into_response())
        .method_not_allowed_fallback(async || Problem::new(Kind::MethodNotAllowed).into_response())
        .with_state(api)
}

/// Returns `router` with each request logged.
pub fn with_observation(router: Router, api: &Arc<Api>) -> Router {
    router.layer(from_fn_with_state(Arc::clone(api), observe))
}

async fn observe(State(api): State<Arc<Api>>, request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map_or(NO_ROUTE, MatchedPath::as_str);
    let context = request.extensions().get::<Context>();
    let headers = request.headers().clone();
    let invocation = Invocation::new(request.method().as_str(), route, &headers, context);
    observed(&api.observer, invocation, next.run(request)).await
}
