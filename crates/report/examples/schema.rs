//! Prints the JSON Schema of `run`, `report` or `profile --format json`, for `make schema`.

use report::profile::profile_schema;
use report::published::published_schema;
use report::run::run_schema;
use std::env;
use std::io::{self, Write};

fn main() -> io::Result<()> {
    let schema = match env::args().nth(1).as_deref() {
        Some("run") => run_schema(),
        Some("report") => published_schema(),
        Some("profile") => profile_schema(),
        _ => return Err(io::Error::other("which one: run, report or profile?")),
    };
    io::stdout().write_all(schema.as_bytes())
}
