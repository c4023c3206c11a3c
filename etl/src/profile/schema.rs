//! The JSON Schema of a profile, derived from its types, as that of a run's report is.
//!
//! The document is checked in as `etl/profile.schema.json`; a test fails when the two differ.

use super::ProfileReport;
use crate::report::schema_of;

/// Returns the schema of `profile --format json`, draft 2020-12.
///
/// # Panics
///
/// Never: a schema is JSON.
#[must_use]
pub fn profile_schema() -> String {
    schema_of::<ProfileReport>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::schema_tests::check;

    #[test]
    fn what_is_checked_in_is_what_the_types_say() {
        check(&profile_schema(), include_str!("../../profile.schema.json"));
    }
}
