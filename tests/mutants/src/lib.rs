//! Broken parquet files: valid ones of every kind, changed where it hurts, and some made by hand; and
//! how the ETL takes them.
//!
//! Changes know pages and footers, not only bytes: a header lies while everything behind it stays in
//! place, a footer is rewritten with false claims. The same number and seed make the same file.

pub mod thrift;

pub mod file;

pub mod base;

pub mod mutate;

pub mod named;

pub mod corpus;

pub mod judge;

pub mod worker;

pub mod runner;
