//! The canonical form of the rules, JSON with sorted keys, and their hash.
//!
//! Files that mean the same have the same canonical form: segments are sorted by name, buckets by
//! value, and defaults are written out.

use super::Rules;
use super::laws::broken_law;

/// An invalid canonical form.
#[derive(Debug, thiserror::Error)]
pub enum CanonicalError {
    /// It is not JSON in the shape of rules.
    #[error("published rules are malformed")]
    Malformed(#[from] serde_json::Error),
    /// It has the shape, but it breaks a law of the rules.
    #[error("published rules are invalid: {key}: {problem}")]
    Invalid {
        /// Where, as a path: `segment[0].buckets[1].below`.
        key: String,
        /// What is wrong there.
        problem: String,
    },
}

impl Rules {
    /// Returns the canonical form.
    ///
    /// # Panics
    ///
    /// Never: rules are text and whole numbers.
    #[must_use]
    pub fn canonical(&self) -> String {
        serde_json::to_string(self).expect("text and whole numbers are JSON")
    }

    /// Returns the SHA-256 of the canonical form, in hexadecimal.
    #[must_use]
    pub fn hash(&self) -> String {
        crate::sha256_hex(self.canonical().as_bytes())
    }

    /// Reads a canonical form.
    ///
    /// # Errors
    ///
    /// If it is not JSON in that shape, or breaks a law of the rules.
    pub fn from_canonical(json: &str) -> Result<Self, CanonicalError> {
        let rules: Self = serde_json::from_str(json)?;
        match broken_law(&rules) {
            None => Ok(rules.sorted()),
            Some(fault) => Err(CanonicalError::Invalid { key: fault.key(), problem: fault.problem }),
        }
    }

    pub(super) fn sorted(mut self) -> Self {
        self.segments.sort_by(|a, b| a.name.cmp(&b.name));
        for segment in &mut self.segments {
            segment.buckets.sort_by_key(|bucket| bucket.from);
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{Epoch, RULES_DEFAULT};
    use crate::value::Field;

    /// The missing texts of the default rules.
    const LISTS: &str = concat!(
        r##""missing_country_texts":["#N/A","<NA>","N/A","NULL","NaN","None","\\N","n/a","nan","none","null"],"##,
        r##""missing_texts":["#N/A","-","<NA>","N/A","NA","NULL","NaN","None","\\N","n/a","nan","none","null"],"##,
    );

    #[test]
    fn the_default_rules() {
        let canonical = Rules::default().canonical();
        let (before, after) = canonical.split_once(LISTS).expect("what is missing is written out");
        assert_eq!(
            format!("{before}{after}"),
            concat!(
                r#"{"cleaning":{"event_before_first_order":"unclassified","event_before_last_order":"unclassified","#,
                r#""missing_total_orders":0,"missing_voucher_amount":"reject"},"segments":["#,
                r#"{"buckets":[{"below":5,"from":0,"label":"0-4"},{"below":14,"from":5,"label":"5-13"},"#,
                r#"{"below":38,"from":14,"label":"14-37"}],"measure":"total_orders","name":"frequent_segment"},"#,
                r#"{"buckets":[{"below":60,"from":30,"label":"30-60"},{"below":90,"from":60,"label":"60-90"},"#,
                r#"{"below":120,"from":90,"label":"90-120"},{"below":180,"from":120,"label":"120-180"},"#,
                r#"{"below":null,"from":180,"label":"180+"}],"measure":"days_since_last_order","name":"recency_segment"}]}"#,
            )
        );
    }

    #[test]
    fn rules_from_before_the_lists_keep_their_hash_and_read_as_they_did() {
        let canonical = Rules::default().canonical().replace(LISTS, "");
        let rules = Rules::from_canonical(&canonical).expect("valid");
        assert_eq!(rules.canonical(), canonical);
        assert_ne!(rules.hash(), Rules::default().hash());
        assert!(matches!(rules.read_country("NULL"), Field::Value(_)));
        assert_eq!(rules.read_country(" "), Field::Missing);
        assert!(!rules.cleaning().missing_texts().contains("NaN"));
    }

    #[test]
    fn names_of_columns_and_countries_count_where_they_are_given() {
        let with =
            |text: &str| Rules::from_toml(&format!("{RULES_DEFAULT}\n{text}"), "rules.toml").expect(text);
        let none = Rules::default();
        for text in ["", "[columns]", "[countries]", "[columns]\ntimestamp = \"timestamp\""] {
            assert_eq!(with(text).canonical(), none.canonical(), "{text}");
        }
        let rules = with(
            "[columns]\nlast_order_ts = { name = \"last\", epoch = \"ms\" }\n[countries]\nturkey = \"Türkiye\"",
        );
        let added =
            r#""columns":{"last_order_ts":{"epoch":"ms","name":"last"}},"countries":{"turkey":"Türkiye"},"#;
        assert_eq!(rules.canonical().replace(added, ""), none.canonical());
        assert_eq!(Rules::from_canonical(&rules.canonical()).expect("valid"), rules);
        assert_eq!(rules.source_of("last_order_ts"), ("last", Some(Epoch::Milliseconds)));
        assert_eq!(rules.source_of("timestamp"), ("timestamp", None));
    }

    #[test]
    fn keys_are_sorted_everywhere() {
        let canonical = Rules::default().canonical();
        // Maps of `serde_json::Value` are sorted unless a dependency asks for their order.
        let value: std::collections::BTreeMap<String, serde_json::Value> =
            serde_json::from_str(&canonical).expect("JSON");
        assert_eq!(serde_json::to_string(&value).expect("JSON"), canonical);
    }

    #[test]
    fn what_is_read_back_is_what_was_written() {
        let rules = Rules::default();
        assert_eq!(Rules::from_canonical(&rules.canonical()).expect("valid"), rules);
    }

    #[test]
    fn order_and_spelt_out_defaults_do_not_matter() {
        let shuffled = r#"
            [[segment]]
            name = "recency_segment"
            measure = "days_since_last_order"
            buckets = [
                { label = "180+", from = 180 }, { label = "60-90", from = 60, below = 90 },
                { label = "30-60", from = 30, below = 60 }, { label = "120-180", from = 120, below = 180 },
                { label = "90-120", from = 90, below = 120 },
            ]
            [[segment]]
            name = "frequent_segment"
            measure = "total_orders"
            buckets = [
                { label = "5-13", from = 5, below = 14 }, { label = "0-4", from = 0, below = 5 },
                { label = "14-37", from = 14, below = 38 },
            ]"#;
        let rules = Rules::from_toml(shuffled, "rules.toml").expect("valid");
        assert_eq!(rules.hash(), Rules::default().hash());
        let other = RULES_DEFAULT.replace("below = 38", "below = 39");
        let other = Rules::from_toml(&other, "rules.toml").expect("valid");
        assert_ne!(other.hash(), Rules::default().hash());
    }

    #[test]
    fn published_rules_are_held_to_the_same_laws() {
        let canonical = Rules::default().canonical();
        for (from, to) in [
            (r#""below":5"#, r#""below":6"#),
            (r#""label":"0-4""#, r#""label":"Unknown""#),
            (r#""from":0,"#, r#""from":0,"colour":1,"#),
            (r#""total_orders""#, r#""shoe_size""#),
            ("recency_segment", "frequent_segment"),
        ] {
            assert!(Rules::from_canonical(&canonical.replace(from, to)).is_err(), "{from} -> {to}");
        }
        assert!(Rules::from_canonical("").is_err());
    }
}
