//! Parquet files made for a test: the reference's plain values, written by the arrow writer in any
//! type and layout.

pub(crate) mod any;

pub(crate) mod kind;

pub(crate) mod low_level;

pub(crate) mod shape;

pub(crate) use kind::Kind;
pub(crate) use shape::{Shape, write};
