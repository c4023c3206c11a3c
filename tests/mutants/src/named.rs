//! Harmful files made by hand, each with a name: some once did harm, others could.

mod harmful;

mod footers;

mod pages;

pub use harmful::Harmful;
pub use pages::many_nulls;

/// Returns all of them.
#[must_use]
pub fn all() -> Vec<Harmful> {
    let mut all = footers::all();
    all.extend(pages::all());
    all
}
