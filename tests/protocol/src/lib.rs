//! The protocol of publication as a model, checked over all interleavings of those who take part.
//!
//! It is the protocol of one country's part of the table, without AWS and without what is counted:
//! who reads and writes what, in which steps, under which conditions, and what can go wrong in
//! between. What the names stand for:
//!
//! | here | there |
//! | --- | --- |
//! | [`table::Table`] | the table; each of its methods is one request that DynamoDB does whole or not at all |
//! | [`writer::Writer`] | `etl::publish`: `begin`, `write_items`, `swap::swap` with its verdict, `mark_superseded` |
//! | [`run::Ids`] | `publish::RunId::later_than`, under any clock |
//! | [`rollback::Rollback`] | `voucher-etl rollback` |
//! | [`collector::Collector`] | `publish::collect` |
//! | [`reader::Reader`] | the API: `publication::Pointers`, `voucher::answer`, `table::Table` |
//!
//! Anybody may stop between two steps for as long as they like, so a process that hangs, a late run
//! and a stale reader need nothing of their own. Answers are lost by sending a request that arrives
//! at any later time or never, while its sender tries again or gives up. Time is a day that passes
//! or not, only while nobody does what ends within seconds or hours (`State::can_day_pass`).
//!
//! The properties are in [`properties`], the mistakes that they must tell in [`variant`].
//! Not in the model: several countries (each has a pointer of its own, and they are published one
//! after the other), clocks that differ by more than a day less the time a reader holds on to a
//! pointer, and requests of a batch that arrive a day late.

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
