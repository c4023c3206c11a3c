//! The plain listener: the routes on a port, for everything that is not Lambda.

use crate::Api;
use crate::bare;
use crate::problem::{Kind, Problem};
use crate::request::BODY_BYTES_MAX;
use crate::routes::{router, with_observation};
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use std::io;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use utoipa_swagger_ui::{Config, SwaggerUi};

/// Where Lambda's emulators take events, which is how the proof of concept was called.
const INVOCATIONS: &str = "/2015-03-31/functions/function/invocations";

/// Serves requests until the process is told to stop; those under way are finished.
///
/// # Errors
///
/// If the port fails.
pub async fn serve(api: Arc<Api>, listener: TcpListener) -> io::Result<()> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let stopped = async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    };
    axum::serve(listener, routes(api)).with_graceful_shutdown(stopped).await
}

fn routes(api: Arc<Api>) -> Router {
    let invocations = Router::new().route(INVOCATIONS, post(invoke)).with_state(Arc::clone(&api));
    let docs = SwaggerUi::new("/docs").config(Config::from("/openapi.json"));
    with_observation(router(api).merge(invocations).merge(docs))
}

/// A bare invocation: the body is the event, whatever its media type.
async fn invoke(State(api): State<Arc<Api>>, request: Request<Body>) -> Response {
    let event = match Limited::new(request.into_body(), BODY_BYTES_MAX).collect().await {
        Ok(body) => body.to_bytes(),
        Err(error) if error.is::<LengthLimitError>() => {
            return Problem::new(Kind::BodyTooLarge).into_response();
        }
        Err(_) => return Problem::new(Kind::MalformedJson).into_response(),
    };
    let reply = bare::answer(&api, &event).await;
    ([(header::CONTENT_TYPE, "application/json")], reply).into_response()
}
