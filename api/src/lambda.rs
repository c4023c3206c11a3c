//! The Lambda: HTTP events of API Gateway go through the routes, every other event is a bare
//! invocation. Which it is the request's context says, never its path, which the public chooses.

use crate::Api;
use crate::aws::{ClientError, from_environment};
use crate::bare;
use crate::observe::{Invocation, observed, warn};
use crate::routes::{router, with_observation};
use crate::settings::{SettingError, Settings};
use aws_sdk_dynamodb::config::SharedHttpClient;
use axum::body::Body;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use http_body_util::{BodyExt, Collected};
use lambda_http::request::{LambdaRequest, RequestContext};
use lambda_http::{Body as EventBody, LambdaEvent, Request, RequestExt, Service, service_fn};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use std::convert::Infallible;
use std::sync::Arc;
use tokio::runtime::Builder;
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

/// Why the Lambda cannot start, or ended.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "each is named after what failed")]
pub enum LambdaError {
    #[error(transparent)]
    Setting(#[from] SettingError),
    #[error(transparent)]
    Client(#[from] ClientError),
    #[error("the runtime cannot be started")]
    Runtime(#[from] std::io::Error),
    #[error("Lambda's runtime interface failed: {0}")]
    Interface(lambda_http::Error),
}

/// Serves invocations until Lambda ends the process; the environment is told by `variable`.
///
/// # Errors
///
/// If a setting is wrong, or Lambda's runtime interface fails.
pub fn run(
    variable: impl Fn(&str) -> Option<String>,
    http_client: SharedHttpClient,
) -> Result<(), LambdaError> {
    let settings = Settings::read(&variable)?;
    let client = from_environment(&settings, &variable, http_client)?;
    // One invocation at a time needs one thread; starting more is time lost from a cold start.
    let runtime = Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let api = Arc::new(Api::new(client, settings));
        // In Init, so that the first request finds a connection. A table that cannot be read now
        // may be read later: this is no reason to end.
        if let Err(error) = api.table.warm_up().await {
            warn(&error);
        }
        serve(api).await.map_err(LambdaError::Interface)
    })
}

async fn serve(api: Arc<Api>) -> Result<(), lambda_http::Error> {
    let routes = with_observation(router(Arc::clone(&api)));
    let answer = service_fn(move |request: Request| {
        let (api, routes) = (Arc::clone(&api), routes.clone());
        async move {
            Ok::<_, Infallible>(match request.request_context_ref() {
                Some(RequestContext::PassThrough) | None => Box::pin(answer_bare(&api, request)).await,
                Some(_) => Box::pin(answer_http(routes, request)).await,
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
    let (head, body) = request.into_parts();
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
    let answering = Box::pin(async { bare::answer(api, &event).await.into_response() });
    whole(observed(invocation, answering).await).await
}

/// Makes an event safe to be turned into a request: that conversion panics on a host, a scheme
/// or a query that is no part of an address, all of which a caller can send.
fn tame(event: &mut LambdaRequest) {
    let LambdaRequest::ApiGatewayV2(request) = event else { return };
    // The routes need neither host nor scheme, and know no stages: a named one leads every path.
    request.headers.remove(header::HOST);
    request.headers.remove("x-forwarded-proto");
    request.request_context.domain_name = None;
    let stage = request.request_context.stage.take().unwrap_or_default();
    let path = request.raw_path.take().unwrap_or_default();
    let path = path.strip_prefix('/').unwrap_or(&path);
    let below = path.strip_prefix(&stage).and_then(|rest| rest.strip_prefix('/')).unwrap_or(path);
    request.raw_path = Some(format!("/{below}"));
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
    let body = body.collect().await.map(Collected::to_bytes).unwrap_or_default();
    let body = match String::from_utf8(body.into()) {
        Ok(text) if text.is_empty() => EventBody::Empty,
        Ok(text) => EventBody::Text(text),
        Err(bytes) => EventBody::Binary(bytes.into_bytes()),
    };
    Response::from_parts(head, body)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    /// An event of API Gateway, as far as a caller has a say in it.
    fn event(path: &str, query: &str, headers: &[(&str, &str)]) -> LambdaRequest {
        let headers: serde_json::Map<_, _> =
            headers.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
        let event = json!({
            "version": "2.0",
            "routeKey": "$default",
            "rawPath": path,
            "rawQueryString": query,
            "headers": headers,
            "requestContext": {
                "stage": "prod",
                "domainName": "an address : no",
                "http": { "method": "GET", "path": path, "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1" },
            },
            "isBase64Encoded": false,
        });
        serde_json::from_value(event).expect("any JSON is an event")
    }

    #[track_caller]
    fn check(path: &str, query: &str, headers: &[(&str, &str)], expected: &str) {
        let mut event = event(path, query, headers);
        assert!(matches!(event, LambdaRequest::ApiGatewayV2(_)), "{path} {query}");
        tame(&mut event);
        assert_eq!(Request::from(event).uri().to_string(), expected);
    }

    #[test]
    fn addresses() {
        check("/voucher", "", &[], "/voucher");
        check("/prod/voucher", "explain=true", &[], "/voucher?explain=true");
        check("/prod", "", &[], "/prod");
        check("/production/voucher", "", &[], "/production/voucher");
        check("/voucher/prod/x", "", &[], "/voucher/prod/x");
        check(
            "/segments/Costa Rica",
            "a=<\"{|}\\^`>#b c",
            &[],
            "/segments/Costa%20Rica?a=%3C%22%7B%7C%7D%5C%5E%60%3E%23b%20c",
        );
        check("/segments/Costa%20Rica", "after=%C3%BC", &[], "/segments/Costa%20Rica?after=%C3%BC");
        check(":99999/", "", &[], "/:99999/");
        check("/", "", &[("host", "a b"), ("x-forwarded-proto", ":")], "/");
    }

    proptest! {
        #[test]
        fn no_address_makes_it_panic(path in "\\PC{0,40}", query in ".{0,40}", host in "[ -~]{0,20}") {
            let mut event = event(&path, &query, &[("host", &host), ("x-forwarded-proto", &host)]);
            tame(&mut event);
            let _ = Request::from(event);
        }
    }
}
