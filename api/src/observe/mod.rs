//! The log, one line of JSON per request, which CloudWatch also reads as metrics; and metrics for
//! Prometheus.
//!
//! Handlers [`note`](crate::facts::note) facts while they work; the layer writes the line once the
//! response is ready.

mod layer;

mod line;

mod log;

#[cfg(feature = "local")]
mod queue;

mod request_id;

mod trace;

#[cfg(feature = "local")]
mod metrics;

mod observer;

pub use layer::{Invocation, observed};
pub use log::Log;
#[cfg(feature = "local")]
pub(crate) use metrics::{Connected, MEDIA_TYPE, Metrics};
pub use observer::Observer;
