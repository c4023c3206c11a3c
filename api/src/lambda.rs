//! The Lambda: HTTP events of API Gateway go through the routes, every other event is a bare
//! invocation. Which it is the request's context says, never its path, which the public chooses.

use crate::Api;
use crate::bare;
use crate::observe::{Invocation, observed};
use crate::routes::{router, with_observation};
use axum::body::Body;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use http_body_util::BodyExt;
use lambda_http::request::{LambdaRequest, RequestContext};
use lambda_http::{Body as EventBody, LambdaEvent, Request, RequestExt, Service, service_fn};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use std::convert::Infallible;
use std::sync::Arc;
use tower::ServiceExt;

/// How a bare invocation's route is logged.
const BARE_ROUTE: &str = "invocation";
/// What an address must not hold as it is, so that any query can be carried in one.
const NOT_IN_QUERIES: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'#')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}')
    .add(b'^')
    .add(b'\\');

/// Serves invocations until Lambda ends the process.
///
/// # Errors
///
/// If the runtime's own interface fails.
pub async fn serve(api: Arc<Api>) -> Result<(), lambda_http::Error> {
    let routes = with_observation(router(Arc::clone(&api)));
    let answer = service_fn(move |request: Request| {
        let (api, routes) = (Arc::clone(&api), routes.clone());
        async move {
            Ok::<_, Infallible>(match request.request_context_ref() {
                Some(RequestContext::PassThrough) | None => answer_bare(&api, request).await,
                Some(_) => answer_http(routes, request).await,
            })
        }
    });
    let mut adapter = lambda_http::Adapter::from(answer);
    lambda_runtime::run(service_fn(move |mut event: LambdaEvent<LambdaRequest>| {
        tame(&mut event.payload);
        adapter.call(event)
    }))
    .await
}

async fn answer_http(routes: axum::Router, request: Request) -> Response<EventBody> {
    let (mut head, body) = request.into_parts();
    if let Some(context) = head.extensions.remove::<lambda_http::Context>() {
        head.extensions.insert(context);
    }
    let Ok(response) = routes.oneshot(axum::http::Request::from_parts(head, axum_body(body))).await;
    whole(response).await
}

async fn answer_bare(api: &Api, request: Request) -> Response<EventBody> {
    let context = request.lambda_context_ref();
    let headers = request.headers().clone();
    let invocation = Invocation {
        method: "INVOKE".to_owned(),
        route: BARE_ROUTE.to_owned(),
        headers: &headers,
        request_id: context.map(|context| context.request_id.clone()),
        trace_id: context.and_then(|context| context.xray_trace_id.clone()),
    };
    let event = bytes(request.body()).to_vec();
    whole(observed(invocation, async { bare::answer(api, &event).await.into_response() }).await).await
}

/// Makes an event safe to be turned into a request: that conversion panics on a host, a scheme
/// or a query that is no part of an address, all of which a caller can send.
fn tame(event: &mut LambdaRequest) {
    let LambdaRequest::ApiGatewayV2(request) = event else { return };
    // The routes need neither host nor scheme, and know no stages.
    request.headers.remove(header::HOST);
    request.headers.remove("x-forwarded-proto");
    request.request_context.domain_name = None;
    request.request_context.stage = None;
    if !request.raw_path.as_deref().is_some_and(|path| path.starts_with('/')) {
        let path = request.raw_path.take().unwrap_or_default();
        request.raw_path = Some(format!("/{path}"));
    }
    if let Some(query) = &mut request.raw_query_string {
        *query = utf8_percent_encode(query, NOT_IN_QUERIES).to_string();
    }
}

fn axum_body(body: EventBody) -> Body {
    match body {
        EventBody::Text(text) => Body::from(text),
        EventBody::Binary(bytes) => Body::from(bytes),
        _ => Body::empty(),
    }
}

fn bytes(body: &EventBody) -> &[u8] {
    match body {
        EventBody::Text(text) => text.as_bytes(),
        EventBody::Binary(bytes) => bytes,
        _ => &[],
    }
}

/// Returns an answer with its body in memory, where an error cannot happen any more: the runtime
/// panics on one.
async fn whole(response: Response) -> Response<EventBody> {
    let (head, body) = response.into_parts();
    let body = body.collect().await.map(|body| body.to_bytes()).unwrap_or_default();
    let body = match String::from_utf8(body.into()) {
        Ok(text) if text.is_empty() => EventBody::Empty,
        Ok(text) => EventBody::Text(text),
        Err(bytes) => EventBody::Binary(bytes.into_bytes()),
    };
    Response::from_parts(head, body)
}
