//! Errors in one line, for a log or a terminal.

use std::error::Error;

/// Returns an error and its causes in one line, without those that only repeat another.
#[must_use]
pub fn causes(error: &(dyn Error + 'static)) -> String {
    let mut texts: Vec<String> = Vec::new();
    let mut next = Some(error);
    while let Some(cause) = next {
        let text = cause.to_string();
        if !texts.iter().any(|earlier| earlier.contains(&text)) {
            texts.push(text);
        }
        next = cause.source();
    }
    one_line(&texts.join(": "))
}

/// Returns the words of a text, a blank between them.
#[must_use]
pub fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("{text}")]
    struct Layer {
        text: &'static str,
        source: Option<Box<Layer>>,
    }

    #[test]
    fn causes_are_one_line_without_repetition() {
        let inner = Layer { text: "connection\nrefused", source: None };
        let middle = Layer { text: "connection\nrefused", source: Some(Box::new(inner)) };
        let outer = Layer { text: "dispatch failure", source: Some(Box::new(middle)) };
        assert_eq!(causes(&outer), "dispatch failure: connection refused");
    }
}
