//! The console, a page to try the API, and its reference, both compiled in. Only the plain listener
//! serves them.

use axum::Router;
use axum::http::header;
use axum::middleware::map_response;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use utoipa_swagger_ui::{Config, SwaggerUi};

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

/// A page may load its files and call the API, nothing else, so markup in a country's name cannot
/// run.
macro_rules! policy {
    ($styles:literal) => {
        concat!(
            "default-src 'none'; script-src 'self'; style-src ",
            $styles,
            "; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; \
             frame-ancestors 'none'"
        )
    };
}

const POLICY: &str = policy!("'self'");
/// Swagger UI writes styles into its elements.
const POLICY_OF_DOCS: &str = policy!("'self' 'unsafe-inline'");

/// Returns the routes of the console's files.
pub(crate) fn routes() -> Router {
    FILES.into_iter().fold(Router::new(), |routes, (path, media_type, content)| {
        let handler = move || async move {
            with_policy(POLICY, ([(header::CONTENT_TYPE, media_type)], content).into_response())
        };
        routes.route(path, get(handler))
    })
}

/// Returns the routes of the reference, with the headers of the console.
pub(crate) fn docs() -> Router {
    let docs = SwaggerUi::new("/docs").config(Config::from("/openapi.json"));
    Router::new().merge(docs).layer(map_response(async |file: Response| with_policy(POLICY_OF_DOCS, file)))
}

fn with_policy(policy: &'static str, file: Response) -> Response {
    let headers = [
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        // The next version may listen on the same address.
        (header::CACHE_CONTROL, "no-cache"),
    ];
    (headers, file).into_response()
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
