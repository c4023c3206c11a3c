//! The Lambda: HTTP events, from API Gateway or a load balancer, go through the routes; any other
//! event is a bare invocation. The request's context decides which, never its path: callers choose
//! the path.

mod event;

mod unreadable;

use crate::Api;
use crate::aws::{ClientError, from_environment};
use crate::bare;
use crate::observe::{Invocation, Log, Observer, observed};
use crate::routes::{body_bytes, router, with_observation};
use crate::settings::{SettingError, Settings};
use aws_sdk_dynamodb::config::SharedHttpClient;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use lambda_http::request::{LambdaRequest, RequestContext};
use lambda_http::{Body as EventBody, LambdaEvent, Request, RequestExt, Service, service_fn};
use std::convert::Infallible;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use tokio::runtime::Builder;
use tower::ServiceExt;

/// Method and route of a bare invocation in the log.
const BARE_METHOD: &str = "INVOKE";
const BARE_ROUTE: &str = "invocation";

/// Why the Lambda did not start, or ended.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "each is named after what failed")]
pub enum LambdaError {
    #[error(transparent)]
    Setting(#[from] SettingError),
    #[error(transparent)]
    Client(#[from] ClientError),
    #[error("cannot start the async runtime: {0}")]
    Runtime(#[from] std::io::Error),
    #[error("the Lambda Runtime API failed: {0}")]
    Interface(lambda_http::Error),
}

/// Serves invocations until Lambda ends the process; `variable` looks up an environment variable.
///
/// # Errors
///
/// If a setting is invalid, a credential is missing, or the Lambda Runtime API fails.
pub fn run(
    variable: impl Fn(&str) -> Option<String>,
    http_client: SharedHttpClient,
) -> Result<(), LambdaError> {
    let settings = Settings::read(&variable)?;
    let client = from_environment(&settings, &variable, http_client)?;
    // Lambda sends one invocation at a time: more threads only slow down cold starts.
    let runtime = Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let log = Log::at_once(settings.log);
        let api = Arc::new(Api::new(client, settings, Arc::new(Observer::new(log)), None));
        // In Init, so that the first request finds an open connection. On failure go on: the table
        // may be readable later.
        if let Err(error) = api.table.warm_up().await {
            api.observer.log.warn(&error);
        }
        serve(api).await.map_err(LambdaError::Interface)
    })
}

async fn serve(api: Arc<Api>) -> Result<(), lambda_http::Error> {
    let routes = with_observation(router(Arc::clone(&api)), &api);
    let handler = service_fn(move |request: Request| {
        let (api, routes) = (Arc::clone(&api), routes.clone());
        async move {
            Ok::<_, Infallible>(match request.request_context_ref() {
                Some(RequestContext::PassThrough) | None => match event::origin(text(request.body())) {
                    Some(origin) => unreadable::respond(&api.observer, &request, origin).await,
                    None => Box::pin(serve_bare(&api, request)).await,
                },
                Some(_) => Box::pin(serve_http(routes, request)).await,
            })
        }
    });
    let mut adapter = lambda_http::Adapter::from(handler);
    lambda_runtime::run(service_fn(
        move |LambdaEvent { mut payload, context }: LambdaEvent<LambdaRequest>| {
            let unreadable = event::unreadable(&payload);
            // The conversion panics on events that AWS never sends: invalid base 64, empty lists.
            catch_unwind(AssertUnwindSafe(|| {
                event::sanitize(&mut payload);
                adapter.call(LambdaEvent::new(payload, context.clone()))
            }))
            .unwrap_or_else(|_| adapter.call(LambdaEvent::new(unreadable, context)))
        },
    ))
    .await
}

async fn serve_http(routes: axum::Router, request: Request) -> Response<EventBody> {
    let (head, body) = request.into_parts();
    let Ok(response) = routes.oneshot(axum::http::Request::from_parts(head, axum_body(body))).await;
    whole(response).await
}

async fn serve_bare(api: &Api, request: Request) -> Response<EventBody> {
    let headers = request.headers().clone();
    let invocation = Invocation::new(BARE_METHOD, BARE_ROUTE, &headers, request.lambda_context_ref());
    let event = text(request.body()).to_owned();
    let work = Box::pin(async { bare::invoke(api, event.as_bytes()).await.into_response() });
    whole(observed(&api.observer, invocation, work).await).await
}

fn axum_body(body: EventBody) -> Body {
    match body {
        EventBody::Text(text) => Body::from(text),
        EventBody::Binary(bytes) => Body::from(bytes),
        _ => Body::empty(),
    }
}

/// Returns the event that was passed through: JSON, so text.
fn text(body: &EventBody) -> &str {
    if let EventBody::Text(text) = body { text } else { "" }
}

/// Returns a response with its body in memory: the runtime panics if a body fails.
async fn whole(response: Response) -> Response<EventBody> {
    let (head, body) = response.into_parts();
    let body = match String::from_utf8(body_bytes(body).await.into()) {
        Ok(text) if text.is_empty() => EventBody::Empty,
        Ok(text) => EventBody::Text(text),
        Err(bytes) => EventBody::Binary(bytes.into_bytes()),
    };
    Response::from_parts(head, body)
}
