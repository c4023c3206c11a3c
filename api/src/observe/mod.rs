//! What is told of each request: one line of JSON, which CloudWatch also reads as metrics.
//!
//! Handlers [`note`](crate::facts::note) facts while they work; the layer writes the line when the answer is ready.
//! No fact is about a customer.

mod layer;

mod line;

mod request_id;

pub(crate) use layer::warn;
pub use layer::{Invocation, observed};
