//! What must be in a text.

/// Checks that a text has all of these parts.
#[track_caller]
pub fn check_has(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{part:?} is not in\n{text}");
    }
}
