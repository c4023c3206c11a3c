//! The plain listener: the routes on a port, outside Lambda.

use crate::Api;
use crate::bare;
use crate::console;
use crate::problem::{Kind, Problem};
use crate::request::{BODY_BYTES_MAX, collect};
use crate::routes::{router, with_observation};
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{Version, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::sleep;
use utoipa_swagger_ui::{Config, SwaggerUi};

/// The path at which Lambda's emulators take events; the proof of concept was called there.
const INVOCATIONS: &str = "/2015-03-31/functions/function/invocations";

/// How long a stop signal waits for requests in flight: a client that sends nothing more must not
/// block it.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(5);

/// Serves requests until a stop signal, then finishes those in flight.
///
/// # Errors
///
/// If the port or the signal handlers fail.
pub async fn serve(api: Arc<Api>, listener: TcpListener) -> io::Result<()> {
    let (stop, deadline) = (stop_signal()?, stop_signal()?);
    let overdue = async {
        deadline.await;
        sleep(SHUTDOWN_TIMEOUT).await;
    };
    let serving = axum::serve(listener, routes(api)).with_graceful_shutdown(stop);
    tokio::select! {
        served = serving.into_future() => served,
        () = overdue => Ok(()),
    }
}

/// Returns a future that ends on SIGINT or SIGTERM.
fn stop_signal() -> io::Result<impl Future<Output = ()> + Send> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

fn routes(api: Arc<Api>) -> Router {
    let invocations = Router::new().route(INVOCATIONS, post(invoke)).with_state(Arc::clone(&api));
    let docs = SwaggerUi::new("/docs").config(Config::from("/openapi.json"));
    let routes = router(api).merge(invocations).merge(docs).merge(console::routes());
    with_observation(routes.layer(from_fn(with_host)))
}

/// Refuses what HTTP/1.1 refuses: <https://www.rfc-editor.org/rfc/rfc9112#section-3.2-6>.
async fn with_host(request: Request<Body>, next: Next) -> Response {
    if request.version() == Version::HTTP_11 && !request.headers().contains_key(header::HOST) {
        return Problem::with(Kind::InvalidRequest, "the header host is missing").into_response();
    }
    next.run(request).await
}

/// Takes a bare invocation: the body is the event, whatever its media type.
async fn invoke(State(api): State<Arc<Api>>, request: Request<Body>) -> Response {
    let event = match collect(request.into_body(), BODY_BYTES_MAX).await {
        Ok(event) => event,
        Err(problem) => return problem.into_response(),
    };
    let response = bare::invoke(&api, &event).await;
    ([(header::CONTENT_TYPE, "application/json")], response).into_response()
}
