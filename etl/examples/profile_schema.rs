//! Prints the JSON Schema of a profile, for `make schema`.

use std::io::{self, Write};

fn main() -> io::Result<()> {
    io::stdout().write_all(etl::profile::profile_schema().as_bytes())
}
