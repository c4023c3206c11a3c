//! The plain listener: the routes on a port, outside Lambda.

mod bearer;

mod connections;

mod pace;

use crate::Api;
use crate::bare;
use crate::console;
use crate::observe::MEDIA_TYPE;
use crate::problem::{Kind, Problem};
use crate::request::{BODY_BYTES_MAX, collect};
use crate::routes::{router, with_observation};
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{Version, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use bearer::with_token;
pub use bearer::{Tokens, warning};
use connections::Connections;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

/// The path at which Lambda's emulators take events; the proof of concept was called there.
const INVOCATIONS: &str = "/2015-03-31/functions/function/invocations";

/// How long a stop signal waits for requests in flight: a client that sends nothing more must not
/// block it.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(5);
/// How long it waits for the log after that, which nobody may read.
const LOG_TIMEOUT: Duration = Duration::from_secs(1);

/// Serves requests until a stop signal, then finishes those in flight. Where there are `tokens`,
/// callers need one.
///
/// # Errors
///
/// If the signal handlers fail.
pub async fn serve(api: Arc<Api>, tokens: Option<Tokens>, listener: TcpListener) -> io::Result<()> {
    let stop = stop_signal()?;
    let mut connections = Connections::new(routes(&api, tokens), api.settings.connections);
    connections.take(&listener, &api.observer, stop).await;
    // Who comes now is refused.
    drop(listener);
    connections.finish(SHUTDOWN_TIMEOUT).await;
    api.observer.log.flush(LOG_TIMEOUT);
    Ok(())
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

fn routes(api: &Arc<Api>, tokens: Option<Tokens>) -> Router {
    let invocations = Router::new().route(INVOCATIONS, post(invoke)).with_state(Arc::clone(api));
    let metrics = Router::new().route("/metrics", get(metrics)).with_state(Arc::clone(api));
    let mut routes = router(Arc::clone(api)).merge(invocations).merge(metrics);
    if let Some(tokens) = tokens {
        let door = (Arc::new(tokens), Arc::clone(&api.observer));
        routes = routes.layer(from_fn_with_state(door, with_token));
    }
    let routes = routes.merge(console::docs()).merge(console::routes());
    with_observation(routes.layer(from_fn(with_host)), api)
}

/// Refuses what HTTP/1.1 refuses: <https://www.rfc-editor.org/rfc/rfc9112#section-3.2-6>.
async fn with_host(request: Request<Body>, next: Next) -> Response {
    if request.version() == Version::HTTP_11 && !request.headers().contains_key(header::HOST) {
        return Problem::with(Kind::InvalidRequest, "the header host is missing").into_response();
    }
    next.run(request).await
}

/// Returns the metrics.
async fn metrics(State(api): State<Arc<Api>>) -> Response {
    ([(header::CONTENT_TYPE, MEDIA_TYPE)], api.observer.metrics().text()).into_response()
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
