//! Checks that hold for every page that the ETL writes.

/// Elements of our templates and charts.
const ELEMENTS: &str = " html head body main section h1 h2 h3 p div span strong a dl dt dd ul li code table caption \
    thead tbody tr th td details summary figure figcaption svg g title desc rect line text ";

/// Checks that a page has only elements of our templates, and neither runs nor fetches anything.
#[track_caller]
pub fn check_is_self_contained(page: &str) {
    for tag in tags(page) {
        let name = tag.trim_start_matches('/').split([' ', '\n', '/']).next().unwrap_or(tag);
        assert!(ELEMENTS.contains(&format!(" {name} ")), "<{tag}>");
        let attributes = tag.strip_prefix(name).unwrap_or_default();
        // Quoted text is a value, which may come from anybody.
        let names: String = attributes.split('"').step_by(2).collect();
        for forbidden in [" on", " src", " style"] {
            assert!(!names.contains(forbidden), "<{tag}>");
        }
        // Links stay on the page.
        assert!(!names.contains("href") || attributes.starts_with(" href=\"#country-"), "<{tag}>");
    }
    // The page fetches nothing: its only address is SVG's namespace.
    let addresses = page.matches("://").count() - page.matches("http://www.w3.org/2000/svg").count();
    assert_eq!(addresses, 0, "{page}");
    assert!(!page.contains("@import") && !page.contains("url("), "{page}");
    assert!(page.contains("default-src 'none'"), "the frame forbids scripts: {page}");
}

/// Returns the tags of a page, as a browser would find them in well-formed HTML.
fn tags(page: &str) -> Vec<&str> {
    let body = page.split_once("</style>").expect("styles").1;
    body.split('<').skip(1).map(|rest| rest.split('>').next().unwrap_or(rest)).collect()
}
