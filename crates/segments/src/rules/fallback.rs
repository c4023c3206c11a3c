//! Where the API looks next when a customer's bucket has no answer.
//!
//! The rules set the order; the API looks.

use super::COUNTRY_WIDE;
use serde::{Deserialize, Serialize};

/// One place to look.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum Fallback {
    /// The customer's bucket in the segment of this name.
    Segment(String),
    /// The country-wide mode.
    Country,
}

/// The `[fallback]` table of the rules; without places there is no fallback.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FallbackOrder {
    pub(super) order: Vec<Fallback>,
}

impl Fallback {
    /// Returns its name in the rules: a segment's name, or `country`.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Segment(name) => name,
            Self::Country => COUNTRY_WIDE,
        }
    }
}

impl FallbackOrder {
    pub(super) fn is_empty(&self) -> bool {
        self.order.is_empty()
    }
}

impl From<String> for Fallback {
    fn from(name: String) -> Self {
        if name == COUNTRY_WIDE { Self::Country } else { Self::Segment(name) }
    }
}

impl From<Fallback> for String {
    fn from(fallback: Fallback) -> Self {
        match fallback {
            Fallback::Segment(name) => name,
            Fallback::Country => COUNTRY_WIDE.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{RULES_DEFAULT, Rules};

    const ORDER: &str = "[fallback]\norder = [\n  \"frequent_segment\",\n  \"country\",\n]\n";

    fn with(fallback: &str) -> String {
        format!("{RULES_DEFAULT}\n{fallback}")
    }

    fn rules(fallback: &str) -> Rules {
        Rules::from_toml(&with(fallback), "my.toml").expect("valid")
    }

    /// Expects an error at this key and at the line of `text` that holds `mark`.
    #[track_caller]
    fn check_law(text: &str, mark: &str, key: &str) {
        let error = Rules::from_toml(text, "my.toml").expect_err(text);
        let line = 1 + text.lines().position(|line| line.contains(mark)).expect("the mark is there");
        assert_eq!((error.line, error.key.as_str()), (line, key), "{error}");
    }

    #[test]
    fn places_in_order() {
        let expected = [Fallback::Segment("frequent_segment".to_owned()), Fallback::Country];
        assert_eq!(rules(ORDER).fallback(), expected);
        assert_eq!(
            rules(ORDER).fallback().iter().map(Fallback::name).collect::<Vec<_>>(),
            ["frequent_segment", "country"]
        );
        let reversed = rules("[fallback]\norder = [\"country\", \"recency_segment\", \"frequent_segment\"]");
        assert_eq!(reversed.fallback()[0], Fallback::Country);
        assert_eq!(reversed.fallback().len(), 3);
        assert_ne!(
            reversed.hash(),
            rules("[fallback]\norder = [\"country\", \"frequent_segment\", \"recency_segment\"]").hash()
        );
    }

    #[test]
    fn none_and_an_empty_one_are_off() {
        for off in ["", "[fallback]\norder = []"] {
            assert_eq!(rules(off).fallback(), []);
            assert_eq!(rules(off).canonical(), Rules::default().canonical());
            assert_eq!(rules(off).hash(), Rules::default().hash());
        }
        let canonical = Rules::default().canonical();
        let empty = canonical.replace(r#","segments":"#, r#","fallback":{"order":[]},"segments":"#);
        assert_eq!(Rules::from_canonical(&empty).expect("valid"), Rules::default());
    }

    #[test]
    fn the_canonical_form() {
        let rules = rules(ORDER);
        let expected = Rules::default().canonical().replace(
            r#"},"segments":"#,
            r#"},"fallback":{"order":["frequent_segment","country"]},"segments":"#,
        );
        assert_eq!(rules.canonical(), expected);
        assert_ne!(rules.hash(), Rules::default().hash());
        assert_eq!(Rules::from_canonical(&expected).expect("valid"), rules);
    }

    #[test]
    fn strict_toml() {
        for (text, key) in [
            ("[fallback]\norder = []\ncolour = 1 # here", "fallback.colour"),
            ("[fallback]\norder = [\"country\", 7] # here", "fallback.order[1]"),
            ("[fallback]\norder = \"country\" # here", "fallback.order"),
            ("[fallback] # here", "fallback"),
        ] {
            check_law(&with(text), "# here", key);
        }
    }

    #[test]
    fn a_place_is_a_segment_or_the_country_and_stands_once() {
        for wrong in ["shoe_size", "Country", "", "all", "bucket", "Unknown"] {
            check_law(
                &with(&ORDER.replace("\"country\"", &format!("\"{wrong}\" # here"))),
                "# here",
                "fallback.order[1]",
            );
        }
        for twice in ["frequent_segment", "country"] {
            let order = format!("[\"frequent_segment\", \"country\",\n\"{twice}\" ] # here");
            check_law(&with(&format!("[fallback]\norder = {order}")), "# here", "fallback.order[2]");
        }
    }

    #[test]
    fn names_that_an_answer_uses_are_no_segments_where_there_is_a_fallback() {
        for reserved in ["country", "bucket"] {
            let named = RULES_DEFAULT.replace("recency_segment", reserved);
            assert!(Rules::from_toml(&named, "my.toml").is_ok(), "{reserved} without a fallback");
            for order in ["[\"country\"]", "[\"frequent_segment\"]"] {
                let text = format!("{named}\n[fallback]\norder = {order}");
                check_law(&text, &format!("name = \"{reserved}\""), "segment[1].name");
            }
        }
    }

    #[test]
    fn published_rules_are_held_to_the_same_laws() {
        let canonical = rules(ORDER).canonical();
        for (from, to) in [
            (r#""country"]"#, r#""shoe_size"]"#),
            (r#""country"]"#, r#""frequent_segment"]"#),
            (r#""country"]"#, r#""country","country"]"#),
            (r#""country"]"#, r#""country",7]"#),
            (r#""country"]}"#, r#""country"],"colour":1}"#),
            (r#"{"order":["frequent_segment","country"]}"#, "{}"),
            (r#""name":"recency_segment""#, r#""name":"country""#),
            (r#""name":"recency_segment""#, r#""name":"bucket""#),
        ] {
            assert!(canonical.contains(from), "{from}");
            assert!(Rules::from_canonical(&canonical.replace(from, to)).is_err(), "{from} -> {to}");
        }
    }
}
