//! What is told of each request: one line of JSON, which CloudWatch also reads as metrics.
//!
//! Handlers [`note`] facts while they work; the layer writes the line when the answer is ready.
//! No fact is about a customer.

mod facts;

mod layer;

mod line;

mod request_id;

pub(crate) use facts::request_id;
pub use facts::{Facts, RunAges, note};
pub(crate) use layer::warn;
pub use layer::{Invocation, observed};
