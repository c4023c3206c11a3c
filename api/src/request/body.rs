//! Checks of a body before it is parsed: media type, size, arrival time, nesting depth.

use crate::fault::{Fault, FaultCode};
use crate::problem::{Kind, Problem};
use axum::body::{Body, HttpBody};
use axum::http::{HeaderMap, Request, header};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde_json::value::RawValue;
use std::time::Duration;
use tokio::time::timeout;

/// Bytes of one request; realistic ones have up to about 500.
pub const BODY_BYTES_MAX: usize = 16 << 10;
/// Bytes of a batch.
pub const BATCH_BYTES_MAX: usize = 512 << 10;
/// Levels of nested objects and lists; a batch needs 2.
const JSON_DEPTH_MAX: usize = 16;
/// Some clients begin UTF-8 with it.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
/// Timeout for a body to arrive.
const BODY_TIMEOUT: Duration = Duration::from_secs(5);

/// Reads the body of a request whose media type is JSON, without an encoding.
///
/// # Errors
///
/// If the media type is another, if it is compressed, or as for [`collect`].
pub async fn read_body(request: Request<Body>, bytes_max: usize) -> Result<Vec<u8>, Problem> {
    if !is_json(request.headers()) {
        let detail = "the header content-type must be application/json";
        return Err(Problem::with(Kind::UnsupportedMediaType, detail));
    }
    if is_encoded(request.headers()) {
        let detail = "the header content-encoding must be left out: a body is read as it is";
        return Err(Problem::with(Kind::UnsupportedMediaType, detail));
    }
    collect(request.into_body(), bytes_max).await
}

/// Reads a body of any media type.
///
/// # Errors
///
/// If it is larger than `bytes_max`, breaks off, or does not arrive in time.
pub async fn collect(body: Body, bytes_max: usize) -> Result<Vec<u8>, Problem> {
    // By its announced length, before a client that waits for `100 Continue` sends any of it.
    if usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX) > bytes_max {
        return Err(too_large(bytes_max));
    }
    let collecting = Limited::new(body, bytes_max).collect();
    match timeout(BODY_TIMEOUT, collecting).await {
        Ok(Ok(body)) => Ok(body.to_bytes().into()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(too_large(bytes_max)),
        Ok(Err(_)) => Err(Problem::with(Kind::MalformedJson, "the body broke off")),
        Err(_) => Err(Problem::new(Kind::RequestTimeout)),
    }
}

/// Returns `body` as a JSON document whose fields are not read yet.
///
/// # Errors
///
/// If it is too large, not JSON, or too deeply nested.
pub fn document(body: &[u8], bytes_max: usize) -> Result<&RawValue, Problem> {
    if body.len() > bytes_max {
        return Err(too_large(bytes_max));
    }
    let body = body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(body);
    if depth(body) > JSON_DEPTH_MAX {
        let message = format!("the body is nested deeper than {JSON_DEPTH_MAX} levels");
        return Err(Problem::invalid(vec![Fault::at("", FaultCode::TooDeep, message)]));
    }
    serde_json::from_slice(body).map_err(|error| Problem::with(Kind::MalformedJson, error.to_string()))
}

fn too_large(bytes_max: usize) -> Problem {
    Problem::with(Kind::BodyTooLarge, format!("the body may have at most {bytes_max} bytes"))
}

fn is_json(headers: &HeaderMap) -> bool {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let Some(media_type) = value.and_then(|value| value.split(';').next()) else { return false };
    let media_type = media_type.trim().to_ascii_lowercase();
    media_type == "application/json"
        || (media_type.starts_with("application/") && media_type.ends_with("+json"))
}

fn is_encoded(headers: &HeaderMap) -> bool {
    headers.get_all(header::CONTENT_ENCODING).iter().any(|value| {
        let value = value.as_bytes().trim_ascii();
        !value.is_empty() && !value.eq_ignore_ascii_case(b"identity")
    })
}

/// Returns the nesting depth of objects and lists, without parsing their content.
fn depth(json: &[u8]) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    let (mut is_text, mut is_escaped) = (false, false);
    for byte in json {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_text => is_escaped = true,
            b'"' => is_text = !is_text,
            b'[' | b'{' if !is_text => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b']' | b'}' if !is_text => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn media_types() {
        for (value, expected) in [
            ("application/json", true),
            ("Application/JSON; charset=utf-8", true),
            ("application/merge-patch+json", true),
            ("text/json", false),
            ("application/x-www-form-urlencoded", false),
            ("", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::CONTENT_TYPE, value.parse().expect("a header"));
            assert_eq!(is_json(&headers), expected, "{value}");
        }
        assert!(!is_json(&HeaderMap::new()));
    }

    #[test]
    fn encodings() {
        for (value, expected) in [
            ("gzip", true),
            ("br", true),
            ("identity, gzip", true),
            ("identity", false),
            (" Identity ", false),
            ("", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::CONTENT_ENCODING, value.parse().expect("a header"));
            assert_eq!(is_encoded(&headers), expected, "{value:?}");
        }
        assert!(!is_encoded(&HeaderMap::new()));
    }

    #[test]
    fn a_byte_order_mark_is_no_part_of_the_document() {
        assert_eq!(document(b"\xef\xbb\xbf{}", 10).expect("JSON").get(), "{}");
        for body in [&b"\xef\xbb\xbf"[..], b"\xef\xbb\xbf\xef\xbb\xbf{}", b"\xef\xbb{}", b"{\xef\xbb\xbf}"] {
            assert_eq!(document(body, 100).expect_err("no JSON").kind, Kind::MalformedJson, "{body:?}");
        }
    }

    #[test]
    fn depths() {
        for (json, expected) in [
            ("1", 0),
            ("[]", 1),
            ("[{\"a\":[1]},[]]", 3),
            ("\"[[[\"", 0),
            (r#"["\"[",[]]"#, 2),
            (r#""\\"[["#, 2),
            ("]]][", 1),
        ] {
            assert_eq!(depth(json.as_bytes()), expected, "{json}");
        }
    }

    #[test]
    fn both_sides_of_the_limits() {
        let nested = |levels: usize| format!("{}1{}", "[".repeat(levels), "]".repeat(levels));
        assert!(document(nested(JSON_DEPTH_MAX).as_bytes(), 100).is_ok());
        let deeper = document(nested(JSON_DEPTH_MAX + 1).as_bytes(), 100).expect_err("too deep");
        assert_eq!(deeper.kind, Kind::InvalidRequest);
        assert!(document(b"\"12345678\"", 10).is_ok());
        assert_eq!(document(b"\"123456789\"", 10).expect_err("too large").kind, Kind::BodyTooLarge);
    }

    #[test]
    fn bodies_that_are_not_json() {
        for body in [&b""[..], b"{", b"nul", b"{}{}", b"\"\xff\"", b"\0", b"{\"a\":1,}"] {
            assert_eq!(document(body, 100).expect_err("no JSON").kind, Kind::MalformedJson, "{body:?}");
        }
    }
}
