//! Files made by hand to do harm, each by a name: those that once did, and those that would.

mod footers;

mod pages;

pub use pages::many_nulls;

/// A file that must be refused.
#[derive(Debug)]
pub struct Named {
    /// What is wrong with it.
    pub name: &'static str,
    /// The file.
    pub bytes: Vec<u8>,
    /// What the message says.
    pub message: &'static [&'static str],
}

/// All of them.
#[must_use]
pub fn all() -> Vec<Named> {
    let mut all = footers::all();
    all.extend(pages::all());
    all
}
