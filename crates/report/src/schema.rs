//! JSON Schemas of reports, derived from their types.
//!
//! The repository holds them as `etl/*.schema.json`; a test beside each type fails if they differ.
//! They allow no unknown fields, so a report cannot gain a field that is missing in its schema.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;

/// Returns the schema of a document as serialized, draft 2020-12.
pub(crate) fn schema_of<T: JsonSchema>() -> String {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    let schema = settings.into_generator().into_root_schema_for::<T>();
    format!("{}\n", serde_json::to_string_pretty(&schema).expect("a schema is JSON"))
}

#[cfg(test)]
pub(crate) mod tests {
    use serde_json::Value;

    /// Checks that a schema equals the one in the repository, and that none of its objects allows
    /// unknown fields.
    #[track_caller]
    pub(crate) fn check(schema: &str, checked_in: &str) {
        let json = |text: &str| serde_json::from_str::<Value>(text).expect("JSON");
        let schema = json(schema);
        // Printing both documents would give a thousand lines of noise.
        assert!(schema == json(checked_in), "run `make schema` and look at what changed");
        let definitions = schema["$defs"].as_object().expect("definitions");
        let objects = definitions.values().chain([&schema]).filter(|schema| schema["type"] == "object");
        for object in objects.clone() {
            assert_eq!(object["additionalProperties"], false, "{object:#}");
        }
        assert!(objects.count() >= 7);
    }
}
