//! Files made by hand to do harm, each by a name: those that once did, and those that would.

mod harmful;

mod footers;

mod pages;

pub use harmful::Harmful;
pub use pages::many_nulls;

/// All of them.
#[must_use]
pub fn all() -> Vec<Harmful> {
    let mut all = footers::all();
    all.extend(pages::all());
    all
}
