//! The types of changes.

use crate::file::File;
use fastrand::Rng;

/// Changes a file as its parts.
pub(super) type FileChange = fn(&mut File, &mut Rng);
/// Changes its bytes.
pub(super) type BytesChange = fn(&mut Vec<u8>, &mut Rng);
