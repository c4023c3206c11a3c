//! The console: a page to try the API, compiled in. Only the plain listener serves it.

use axum::Router;
use axum::http::{HeaderName, header};
use axum::response::IntoResponse;
use axum::routing::get;

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const JAVASCRIPT: &str = "text/javascript; charset=utf-8";

/// Path, media type, content.
const FILES: [(&str, &str, &str); 6] = [
    ("/", HTML, include_str!("../console/index.html")),
    ("/console.css", CSS, include_str!("../console/console.css")),
    ("/ask.js", JAVASCRIPT, include_str!("../console/ask.js")),
    ("/console.js", JAVASCRIPT, include_str!("../console/console.js")),
    ("/picture.js", JAVASCRIPT, include_str!("../console/picture.js")),
    ("/request.js", JAVASCRIPT, include_str!("../console/request.js")),
];

/// The page may load these files and call the API, nothing else, so markup in a country's name
/// cannot run.
const HEADERS: [(HeaderName, &str); 4] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
         img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    // The next version may listen on the same address.
    (header::CACHE_CONTROL, "no-cache"),
];

/// Returns the routes of the console's files.
pub(crate) fn routes() -> Router {
    FILES.into_iter().fold(Router::new(), |routes, (path, media_type, content)| {
        let handler =
            move || async move { (HEADERS, [(header::CONTENT_TYPE, media_type)], content).into_response() };
        routes.route(path, get(handler))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes of all files.
    const BYTES_MAX: usize = 100_000;

    #[test]
    fn it_is_small_and_has_nothing_inline() {
        let bytes: usize = FILES.iter().map(|(_, _, content)| content.len()).sum();
        assert!(bytes < BYTES_MAX, "{bytes} bytes");
        let page = FILES[0].2;
        for unsafe_part in ["<style", " style=", " onclick=", "javascript:", "http://", "https://"] {
            assert!(!page.contains(unsafe_part), "{unsafe_part}");
        }
        assert_eq!(page.matches("<script").count(), page.matches("<script type=\"module\" src=").count());
    }

    #[test]
    fn no_script_makes_markup_of_text() {
        for (path, _, script) in FILES.into_iter().filter(|(_, media_type, _)| *media_type == JAVASCRIPT) {
            for maker in [
                "innerHTML",
                "outerHTML",
                "insertAdjacentHTML",
                "document.write",
                "DOMParser",
                "eval(",
                ".style",
            ] {
                assert!(!script.contains(maker), "{path}: {maker}");
            }
        }
    }
}
