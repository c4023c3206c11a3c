//! The domain of voucher selection: rules, buckets, the reading of values, and the published table.
//!
//! There is no I/O, no clock and no AWS client in here: a day or a time is always an argument, so
//! every result can be replayed.

pub mod value;

pub mod reason;

pub mod rules;

pub mod outcome;

pub mod selection;

pub mod customer;

pub mod mode;

pub mod table;

mod digest;

pub use digest::sha256_hex;
