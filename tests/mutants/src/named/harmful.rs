//! A file that must be refused, and by which message.

/// A file that must be refused.
#[derive(Debug)]
pub struct Harmful {
    /// What is wrong with it.
    pub name: &'static str,
    /// The file.
    pub bytes: Vec<u8>,
    /// What the error message must contain.
    pub message: &'static [&'static str],
}
