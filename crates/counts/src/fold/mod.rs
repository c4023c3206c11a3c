//! The computing half of the pipeline: turns windows into partial counts, on all cores.

mod codes;

mod value;

mod values;

mod days;

mod column;

mod outcomes;

mod grid;

mod split;

mod rows;

mod observer;

mod reader;

mod columns;

mod seen;

mod rejected;

mod contradictions;

mod example;

mod spelled;

mod profiled;

mod task;

mod worker;

mod parallel;

pub use parallel::fold;
pub use task::{Observed, Task};
