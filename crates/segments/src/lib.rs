//! The domain of voucher selection: rules, buckets, the reading of values, and the published table.
//!
//! It has no I/O, no clock and no AWS client. Days and times are arguments, so every result can be
//! replayed.

pub mod value;

pub mod reason;

pub mod rules;

pub mod outcome;

pub mod selection;

pub mod customer;

pub mod mode;

pub mod table;

mod causes;

mod digest;

pub use causes::{causes, one_line};
pub use digest::sha256_hex;
