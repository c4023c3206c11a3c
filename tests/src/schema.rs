//! The JSON Schemas of what the ETL writes.

use jsonschema::Validator;
use serde_json::Value;

/// Returns the validator of a schema.
pub fn of(schema: &str) -> Validator {
    let schema = serde_json::from_str(schema).expect("JSON");
    jsonschema::draft202012::new(&schema).expect("a schema")
}

/// Checks that a report keeps to its schema.
#[track_caller]
pub fn check(schema: &str, report: &Value) {
    let schema = of(schema);
    let errors = schema.iter_errors(report).map(|error| format!("{}: {error}", error.instance_path()));
    let errors: Vec<_> = errors.collect();
    assert!(errors.is_empty(), "{errors:#?} in {report:#}");
}
