//! What is read with GET carries an ETag, and is not sent again to whoever has it.

use serde_json::Value;
use stack::Stack;
use stack::api::{Door, Question};
use stack::http::Answer;

fn etag(answer: &Answer) -> &str {
    let etag = answer.headers.get("etag").and_then(|etag| etag.to_str().ok());
    etag.unwrap_or_else(|| panic!("no ETag: {:?}", answer.headers))
}

fn published() -> (Stack, Value) {
    let stack = Stack::new();
    let report = stack.publish(&[("Peru", 1, 2640.0), ("Chile", 1, 50.0)]);
    (stack, report)
}

const PATHS: [&str; 3] = ["/segments/Peru", "/countries", "/openapi.json"];

#[test]
fn by_whoever_has_them() {
    let (stack, _) = published();
    for door in stack.api().doors() {
        for path in PATHS {
            let place = format!("{} {path}", door.name());
            let answer = door.ask(&Question::get(path));
            assert_eq!(answer.status, 200, "{place}: {answer:?}");
            assert!(answer.headers.contains_key("cache-control"), "{place}: {:?}", answer.headers);
            let etag = etag(&answer);
            assert!(etag.trim_start_matches("W/").starts_with('"') && etag.ends_with('"'), "{place}: {etag}");
            let several = format!("\"other\", {etag}");
            let weak = format!("W/{}", etag.trim_start_matches("W/"));
            for known in [etag, "*", &several, &weak] {
                let again = door.ask(&Question::get(path).header("if-none-match", known));
                assert_eq!(again.status, 304, "{place} {known}: {again:?}");
                assert!(again.body.is_empty(), "{place} {known}: {again:?}");
                assert_eq!(self::etag(&again), etag, "{place} {known}");
            }
            for unknown in ["\"other\"", "", "nonsense"] {
                let again = door.ask(&Question::get(path).header("if-none-match", unknown));
                assert_eq!((again.status.as_u16(), &again.body), (200, &answer.body), "{place} {unknown}");
            }
        }
    }
}

#[test]
fn until_they_change() {
    let (stack, _) = published();
    let listener = stack.api().always_fresh().listen();
    let old = ["/segments/Peru", "/countries"].map(|path| listener.ask(&Question::get(path)));
    let report = stack.publish(&[("Peru", 1, 1760.0), ("Chile", 1, 50.0)]);
    for (path, old) in ["/segments/Peru", "/countries"].into_iter().zip(&old) {
        let question = Question::get(path).header("if-none-match", etag(old));
        let answer = listener.ask(&question);
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
        assert_ne!(etag(&answer), etag(old), "{path}");
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        assert!(text.contains(report["run_id"].as_str().expect("an id")), "{path}: {text}");
    }
}
