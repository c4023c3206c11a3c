//! An object in memory, answered as by the server behind: whole or by range, with or without a
//! condition on its version.

use crate::answer::Answer;
use bytes::Bytes;
use hyper::header::{
    ACCEPT_RANGES, CONTENT_LENGTH, CONTENT_RANGE, ETAG, HeaderName, HeaderValue, IF_MATCH, RANGE,
};
use hyper::{HeaderMap, StatusCode};
use std::ops::Range;

/// Headers of a whole body that would be wrong for a part.
const CHECKSUMS: &str = "x-amz-checksum-";

/// An object from an answer of the server behind.
#[derive(Debug)]
pub(crate) struct Stored {
    headers: HeaderMap,
    body: Bytes,
}

impl Stored {
    /// Returns the object of an answer to an unconditional request for all of it; `None` for other
    /// answers, and for those without a version.
    pub(crate) fn of(answer: &Answer) -> Option<Self> {
        let is_whole = answer.status == StatusCode::OK && answer.headers.contains_key(ETAG);
        is_whole.then(|| Self { headers: answer.headers.clone(), body: answer.body.clone() })
    }

    /// Returns the answer to a GET with these headers.
    pub(crate) fn answer(&self, request: &HeaderMap) -> Answer {
        if !self.matches(request) {
            return Answer::error(StatusCode::PRECONDITION_FAILED, "PreconditionFailed");
        }
        match request.get(RANGE).and_then(|range| range.to_str().ok()).and_then(Asked::parse) {
            // S3 too sends the whole object for a malformed range.
            None => Answer { status: StatusCode::OK, headers: self.headers.clone(), body: self.body.clone() },
            Some(asked) => match asked.within(self.body.len()) {
                Some(range) => self.part(range),
                None => self.unsatisfiable(),
            },
        }
    }

    fn matches(&self, request: &HeaderMap) -> bool {
        let Some(expected) = request.get(IF_MATCH).and_then(|value| value.to_str().ok()) else {
            return true;
        };
        let etag = self.headers.get(ETAG).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let bare = |tag: &str| tag.trim().trim_matches('"').to_owned();
        expected.trim() == "*" || expected.split(',').any(|tag| bare(tag) == bare(etag))
    }

    fn part(&self, range: Range<usize>) -> Answer {
        let place = format!("bytes {}-{}/{}", range.start, range.end - 1, self.body.len());
        let of_whole = |name: &HeaderName| name.as_str().starts_with(CHECKSUMS);
        let mut headers: HeaderMap = self
            .headers
            .iter()
            .filter(|(name, _)| !of_whole(name))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        headers.insert(CONTENT_RANGE, value(&place));
        headers.insert(CONTENT_LENGTH, range.len().into());
        headers.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
        Answer { status: StatusCode::PARTIAL_CONTENT, headers, body: self.body.slice(range) }
    }

    fn unsatisfiable(&self) -> Answer {
        let mut answer = Answer::error(StatusCode::RANGE_NOT_SATISFIABLE, "InvalidRange");
        answer.headers.insert(CONTENT_RANGE, value(&format!("bytes */{}", self.body.len())));
        answer
    }
}

/// A requested range.
#[derive(Debug, Clone, Copy)]
enum Asked {
    /// From here to the end.
    From(usize),
    /// From here to there, inclusive.
    Between(usize, usize),
    /// So many bytes at the end.
    Last(usize),
}

impl Asked {
    fn parse(text: &str) -> Option<Self> {
        let (first, last) = text.strip_prefix("bytes=")?.split_once('-')?;
        match (first, last) {
            ("", last) => Some(Self::Last(last.parse().ok()?)),
            (first, "") => Some(Self::From(first.parse().ok()?)),
            (first, last) => {
                let (first, last) = (first.parse().ok()?, last.parse().ok()?);
                (first <= last).then_some(Self::Between(first, last))
            }
        }
    }

    /// Returns its bytes in a body of this length; `None` if there are none.
    fn within(self, length: usize) -> Option<Range<usize>> {
        let range = match self {
            Self::From(first) => first..length,
            Self::Between(first, last) => first..last.saturating_add(1).min(length),
            Self::Last(count) => length.saturating_sub(count)..length,
        };
        (!range.is_empty()).then_some(range)
    }
}

fn value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).expect("digits and blanks are a header's value")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored() -> Stored {
        let mut answer = Answer::new(StatusCode::OK, "application/octet-stream", "0123456789".to_owned());
        answer.headers.insert(ETAG, value("\"v1\""));
        answer.headers.insert("x-amz-checksum-crc32", value("of all ten"));
        Stored::of(&answer).unwrap()
    }

    fn get(name: HeaderName, text: &str) -> Answer {
        stored().answer(&HeaderMap::from_iter([(name, value(text))]))
    }

    #[track_caller]
    fn check_range(range: &str, status: u16, body: &str, place: Option<&str>) {
        let answer = get(RANGE, range);
        assert_eq!(answer.status, status, "{range}");
        assert_eq!(answer.headers.get(CONTENT_RANGE).map(|place| place.to_str().unwrap()), place, "{range}");
        assert_eq!(answer.headers[CONTENT_LENGTH], answer.body.len().to_string(), "{range}");
        if status < 300 {
            assert_eq!(answer.body, body, "{range}");
            assert_eq!(answer.headers[ETAG], "\"v1\"", "{range}");
        }
        assert_eq!(answer.headers.contains_key("x-amz-checksum-crc32"), status == 200, "{range}");
    }

    #[test]
    fn ranges_are_answered_as_asked() {
        check_range("bytes=0-0", 206, "0", Some("bytes 0-0/10"));
        check_range("bytes=2-4", 206, "234", Some("bytes 2-4/10"));
        check_range("bytes=7-", 206, "789", Some("bytes 7-9/10"));
        check_range("bytes=9-9", 206, "9", Some("bytes 9-9/10"));
        check_range("bytes=8-99", 206, "89", Some("bytes 8-9/10"));
        check_range("bytes=-3", 206, "789", Some("bytes 7-9/10"));
        check_range("bytes=-99", 206, "0123456789", Some("bytes 0-9/10"));
        check_range("bytes=10-", 416, "", Some("bytes */10"));
        check_range("bytes=10-12", 416, "", Some("bytes */10"));
        check_range("bytes=-0", 416, "", Some("bytes */10"));
        check_range("bytes=4-2", 200, "0123456789", None);
        check_range("rows=1-2", 200, "0123456789", None);
    }

    #[track_caller]
    fn check_version(if_match: &str, status: u16) {
        assert_eq!(get(IF_MATCH, if_match).status, status, "{if_match}");
    }

    #[test]
    fn another_version_is_refused() {
        check_version("\"v1\"", 200);
        check_version("v1", 200);
        check_version("*", 200);
        check_version("\"v0\", \"v1\"", 200);
        check_version("\"v2\"", 412);
        check_version("\"v\"", 412);
    }

    #[test]
    fn only_a_whole_answer_with_a_version_is_an_object() {
        let mut answer = Answer::new(StatusCode::OK, "text/plain", "a".to_owned());
        assert!(Stored::of(&answer).is_none());
        answer.headers.insert(ETAG, value("\"v1\""));
        assert!(Stored::of(&answer).is_some());
        answer.status = StatusCode::PARTIAL_CONTENT;
        assert!(Stored::of(&answer).is_none());
    }
}
