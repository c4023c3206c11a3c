//! Prints the JSON Schema of the run report as the types have it: `make schema` checks it in.

use std::io::{self, Write};

fn main() -> io::Result<()> {
    io::stdout().write_all(etl::report::schema().as_bytes())
}
