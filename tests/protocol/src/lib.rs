//! The publication protocol as a model, checked over all interleavings of its participants.
//!
//! The model covers one country's part of the table, without AWS and without counts: who reads and
//! writes what, in which steps, under which conditions, and what can go wrong in between. The names
//! stand for:
//!
//! | here | there |
//! | --- | --- |
//! | [`table::Table`] | the table; each of its methods is one atomic request to DynamoDB |
//! | [`writer::Writer`] | `publication::publish`: `begin`, `write_items`, `swap::swap` with its verdict, `mark_superseded` |
//! | [`run::Ids`] | `publication::RunId::later_than`, under any clock |
//! | [`rollback::Rollback`] | `voucher-etl rollback` |
//! | [`collector::Collector`] | `publish::collect` |
//! | [`reader::Reader`] | the API: `publication::Pointers`, `voucher::answer`, `table::Table` |
//!
//! A participant may stop between two steps for any time, which covers hung processes, late runs and
//! stale readers. To lose an answer, a request is sent that arrives at any later time or never, while
//! its sender retries or gives up. Time is a day that passes or not, but never during what takes
//! seconds or hours (`State::can_day_pass`).
//!
//! [`properties`] holds the properties, [`variant`] the mistakes that they must detect.
//! The model leaves out several countries (each has its own pointer, and they are published one by
//! one), clocks that differ by more than a day less the time that a reader holds a pointer, and batch
//! requests that arrive a day late.

pub mod run;

pub mod variant;

pub mod history;

pub mod table;

pub mod bounds;

pub mod model;

pub mod world;

pub mod writer;

pub mod rollback;

pub mod collector;

pub mod reader;

pub mod state;

pub mod properties;

pub mod interleavings;

pub mod configurations;

pub mod check;
