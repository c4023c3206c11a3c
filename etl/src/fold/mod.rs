//! The computing half of the pipeline: windows to partial counts, on all cores.

mod codes;

mod values;

mod days;

mod column;

mod outcomes;

mod grid;

mod split;

mod rows;

mod seen;

mod rejected;

mod folder;

mod parallel;

pub use folder::{Folder, Task};
pub use parallel::fold;
