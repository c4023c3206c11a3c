//! A file that must be refused, and how.

/// A file that must be refused.
#[derive(Debug)]
pub struct Harmful {
    /// What is wrong with it.
    pub name: &'static str,
    /// The file.
    pub bytes: Vec<u8>,
    /// What the message says.
    pub message: &'static [&'static str],
}
