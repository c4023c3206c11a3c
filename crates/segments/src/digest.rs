//! The hash format of this workspace: SHA-256 in lower-case hexadecimal.

use sha2::{Digest, Sha256};
use std::fmt::Write;

/// Returns the SHA-256 of `bytes` as 64 lower-case hexadecimal digits.
///
/// ```
/// let empty = segments::sha256_hex(b"");
/// assert!(empty.starts_with("e3b0c442"));
/// ```
#[must_use]
pub fn sha256_hex(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    let mut hex = String::with_capacity(2 * digest.len());
    for byte in digest {
        // Writing to a `String` cannot fail.
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}
