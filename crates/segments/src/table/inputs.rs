//! A run's input: number, bytes and hash of its objects, and a list of them if they are few.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt::Write;

/// Maximum input objects in a manifest's list. With more, it has only number, bytes and hash.
const INPUTS_LISTED_MAX: usize = 100;

/// The input of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Inputs {
    /// Objects read.
    pub number: u64,
    /// Their sizes added up.
    pub bytes: u64,
    /// SHA-256 of one line `<url> <version> <bytes>` an object, sorted.
    pub sha256: String,
    /// The objects, sorted by URL, if there are at most 100.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub list: Vec<InputObject>,
}

/// One object of the input.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct InputObject {
    /// Where it is.
    pub url: String,
    /// Which version of it was read: the ETag, or a local file's time of modification.
    pub version: String,
    /// Its size.
    pub bytes: u64,
}

impl Inputs {
    /// Returns the summary of `objects`, in any order.
    #[must_use]
    pub fn of(mut objects: Vec<InputObject>) -> Self {
        objects.sort_unstable();
        let mut lines = String::new();
        for InputObject { url, version, bytes } in &objects {
            // Writing to a `String` cannot fail.
            let _ = writeln!(lines, "{url} {version} {bytes}");
        }
        Self {
            number: objects.len() as u64,
            bytes: objects.iter().map(|object| object.bytes).sum(),
            sha256: crate::sha256_hex(lines.as_bytes()),
            list: if objects.len() <= INPUTS_LISTED_MAX { objects } else { Vec::new() },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn objects(number: u64) -> Vec<InputObject> {
        (0..number)
            .map(|index| InputObject {
                url: format!("s3://bucket/{index:03}"),
                version: format!("\"{index}\""),
                bytes: index,
            })
            .collect()
    }

    #[test]
    fn inputs_do_not_depend_on_their_order() {
        let mut reversed = objects(5);
        reversed.reverse();
        assert_eq!(Inputs::of(reversed), Inputs::of(objects(5)));
        let mut changed = objects(5);
        changed[2].version.push('x');
        assert_ne!(Inputs::of(changed).sha256, Inputs::of(objects(5)).sha256);
    }

    #[test]
    fn at_most_a_hundred_are_listed() {
        assert_eq!(Inputs::of(objects(100)).list.len(), 100);
        let many = Inputs::of(objects(101));
        assert_eq!((many.number, many.bytes, many.list.len()), (101, 5050, 0));
    }
}
