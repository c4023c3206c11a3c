//! Parquet files that are wrong: valid ones of every kind, changed where it hurts, and some made by
//! hand; and what the ETL makes of them.
//!
//! Pages and footers are changed as what they are, not only as bytes: a header says something else
//! while everything behind it stays where it is found, a footer is written again with other claims.
//! A number and a seed make the same file again.

pub mod thrift;

pub mod file;

pub mod base;

pub mod mutate;

pub mod named;

pub mod corpus;

pub mod judge;

pub mod worker;

pub mod runner;
