//! The JSON Schema of a profile, derived from its types, as that of a run's report is.
//!
//! The document is checked in as `etl/profile.schema.json`; a test fails when the two differ.

use super::ProfileReport;
use schemars::generate::SchemaSettings;

/// Returns the schema of `profile --format json`, draft 2020-12.
///
/// # Panics
///
/// Never: a schema is JSON.
#[must_use]
pub fn profile_schema() -> String {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    let schema = settings.into_generator().into_root_schema_for::<ProfileReport>();
    format!("{}\n", serde_json::to_string_pretty(&schema).expect("a schema is JSON"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    #[test]
    fn what_is_checked_in_is_what_the_types_say() {
        let json = |text: &str| serde_json::from_str::<Value>(text).expect("JSON");
        let checked_in = json(include_str!("../../profile.schema.json"));
        assert!(checked_in == json(&profile_schema()), "run `make schema` and look at what changed");
    }

    #[test]
    fn no_object_takes_unknown_members() {
        let schema: Value = serde_json::from_str(&profile_schema()).expect("JSON");
        let definitions = schema["$defs"].as_object().expect("definitions");
        let objects = definitions.values().chain([&schema]).filter(|schema| schema["type"] == "object");
        for object in objects.clone() {
            assert_eq!(object["additionalProperties"], false, "{object:#}");
        }
        assert!(objects.count() >= 10);
    }
}
