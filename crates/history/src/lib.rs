//! Reads a parquet history: [`plan`] says which bytes of a file are needed, [`stream`] fetches them
//! and cuts them into windows of whole pages, [`decode`] turns a window into Arrow arrays.
//!
//! Every size that a file claims is checked before memory is allocated for it.

pub mod caught;

pub mod consumer;

pub mod error;

pub mod bounds;

mod thrift;

pub mod page;

pub mod plan;

pub mod stream;

pub mod decode;

pub use bounds::Bounds;
pub use consumer::Consumer;
pub use error::FileError;
