//! The structure of the workspace: which crate may use which, what they may bring in, and that no
//! module of a crate uses one that uses it.

mod crates;

mod modules;

mod sources;
