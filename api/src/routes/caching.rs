//! `ETag`, `If-None-Match` and `Cache-Control` of responses to GET.

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http_body_util::{BodyExt, Collected};
use serde::Serialize;
use std::time::Duration;

/// Characters of the hash in an `ETag`.
const TAG_CHARS: usize = 32;

/// Returns a JSON response.
pub(super) fn json(body: &impl Serialize) -> Response {
    let mut response = serde_json::to_vec(body).unwrap_or_default().into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// Returns a JSON response that clients may cache for `max_age`; with 0 they must revalidate.
pub(super) fn cacheable_json(body: &impl Serialize, max_age: Duration) -> Response {
    let cache_control = match max_age.as_secs() {
        0 => "no-cache".to_owned(),
        // The API may need authorisation: shared caches must store nothing.
        seconds => format!("private, max-age={seconds}"),
    };
    let mut response = json(body);
    if let Ok(value) = HeaderValue::from_str(&cache_control) {
        response.headers_mut().insert(header::CACHE_CONTROL, value);
    }
    response
}

/// Adds an `ETag` to a successful read, or responds 304 if the client has the same.
pub(super) async fn with_etag(request: Request, next: Next) -> Response {
    let is_read = [Method::GET, Method::HEAD].contains(request.method());
    let known = request.headers().get(header::IF_NONE_MATCH).cloned();
    let response = next.run(request).await;
    if !is_read || response.status() != StatusCode::OK {
        return response;
    }
    let (mut head, body) = response.into_parts();
    let body = body_bytes(body).await;
    let tag = tag(&body);
    head.headers.insert(header::ETAG, tag.clone());
    if known.is_some_and(|known| matches(&known, &tag)) {
        return not_modified(&head.headers);
    }
    Response::from_parts(head, Body::from(body))
}

/// Returns the body of one of our responses. It is in memory, so this neither waits nor fails.
pub(crate) async fn body_bytes(body: Body) -> Bytes {
    body.collect().await.map(Collected::to_bytes).unwrap_or_default()
}

fn tag(body: &Bytes) -> HeaderValue {
    let hash = ::segments::sha256_hex(body);
    HeaderValue::from_str(&format!("\"{}\"", &hash[..TAG_CHARS])).expect("hexadecimal in quotes is a header")
}

/// Compares weakly, as `If-None-Match` does: <https://www.rfc-editor.org/rfc/rfc9110#name-if-none-match>.
fn matches(known: &HeaderValue, tag: &HeaderValue) -> bool {
    let Ok(known) = known.to_str() else { return false };
    known.split(',').map(str::trim).any(|one| one == "*" || one.strip_prefix("W/").unwrap_or(one) == tag)
}

fn not_modified(headers: &HeaderMap) -> Response {
    let mut response = StatusCode::NOT_MODIFIED.into_response();
    for name in [header::ETAG, header::CACHE_CONTROL] {
        if let Some(value) = headers.get(&name) {
            response.headers_mut().insert(name, value.clone());
        }
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_tags_match() {
        let tag = tag(&Bytes::from_static(b"{}"));
        let text = tag.to_str().expect("ASCII").to_owned();
        for (known, expected) in [
            (text.clone(), true),
            (format!("W/{text}"), true),
            (format!("\"other\", {text}"), true),
            ("*".to_owned(), true),
            ("\"other\"".to_owned(), false),
            (text.trim_matches('"').to_owned(), false),
            (String::new(), false),
        ] {
            let header = HeaderValue::from_str(&known).expect("a header");
            assert_eq!(matches(&header, &tag), expected, "{known}");
        }
    }
}
