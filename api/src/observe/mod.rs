//! The log: one line of JSON per request, which CloudWatch also reads as metrics.
//!
//! Handlers [`note`](crate::facts::note) facts while they work; the layer writes the line once the
//! response is ready.

mod layer;

mod line;

mod request_id;

mod trace;

pub(crate) use layer::warn;
pub use layer::{Invocation, observed};
