//! Prints the OpenAPI document as the types have it: `make openapi` checks it in.

use std::io::{self, Write};

fn main() -> io::Result<()> {
    io::stdout().write_all(api::routes::description().as_bytes())
}
