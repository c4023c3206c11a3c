//! The API's routes: for now only `GET /healthz`. Vouchers over HTTP are the next step.

use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

/// Returns the routes.
pub fn router() -> Router {
    Router::new().route("/healthz", get(health))
}

/// Says that the process is up; it asks nobody.
async fn health() -> Json<Value> {
    Json(json!({ "status": "ok", "version": env!("CARGO_PKG_VERSION") }))
}
