//! How each kind of value is read, all the way from a file to the counts: tables of what stands in a
//! column and what it comes to, with both sides of every border. The reference is held to them, too.

#[expect(dead_code, reason = "values are written one by one here")]
mod dirt;
mod field;
#[expect(dead_code, reason = "only the arrow writer is used here")]
mod files;
mod harness;
#[expect(dead_code, reason = "one segment is enough here")]
mod reference;
