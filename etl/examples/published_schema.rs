//! Prints the JSON Schema of `report --format json`, for `make schema`.

use std::io::{self, Write};

fn main() -> io::Result<()> {
    io::stdout().write_all(etl::report::published_schema().as_bytes())
}
