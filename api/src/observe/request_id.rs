//! `x-request-id`: the caller's if it is well-formed, else a new one.

use axum::http::HeaderMap;
use uuid::Uuid;

/// The header, in requests and responses.
pub(super) const HEADER: &str = "x-request-id";
/// Characters of an accepted id.
const ID_CHARS_MAX: usize = 128;

/// Returns the caller's id, else the invocation's, else a new one.
pub(super) fn choose(headers: &HeaderMap, of_invocation: Option<&str>) -> String {
    let given = headers.get(HEADER).and_then(|id| id.to_str().ok());
    let id = given.filter(|id| is_well_formed(id)).or(of_invocation.filter(|id| is_well_formed(id)));
    id.map_or_else(|| Uuid::now_v7().to_string(), ToOwned::to_owned)
}

/// Returns whether an id is short and cannot break out of a log line or a header.
fn is_well_formed(id: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    (1..=ID_CHARS_MAX).contains(&id.len()) && id.bytes().all(is_allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn which_ids_are_accepted() {
        let longest = "x".repeat(ID_CHARS_MAX);
        for (given, is_accepted) in [
            ("a", true),
            ("0193-AB_c.9", true),
            (longest.as_str(), true),
            ("", false),
            ("a b", false),
            ("a\"b", false),
            ("ä", false),
            (&"x".repeat(ID_CHARS_MAX + 1), false),
        ] {
            let mut headers = HeaderMap::new();
            if let Ok(value) = given.parse() {
                headers.insert(HEADER, value);
            }
            assert_eq!(choose(&headers, None) == given, is_accepted, "{given:?}");
            assert!(is_well_formed(&choose(&headers, Some("not one"))), "{given:?}");
        }
        assert_eq!(choose(&HeaderMap::new(), Some("8f5c")), "8f5c");
    }
}
