//! What a profile needs to know about the rows besides their counts. Nothing here grows with the rows.

mod hll;

mod distinct;

mod tally;

mod texts;

mod numbers;

mod examples;

mod gathered;

pub use distinct::{Distinct, DistinctValues};
pub use examples::{Example, Odd};
pub use gathered::{Facts, FactsSink, Moments, RowOddity, Unread, column};
pub use numbers::Numbers;
pub use tally::{Tally, Value, top};
pub use texts::{CountryTexts, TEXT_BYTES_MAX};
