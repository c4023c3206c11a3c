//! `voucher-etl`; all of it is in the library, so that it is compiled once.

use std::process::ExitCode;

/// Keeps freed pages for reuse; with the system's allocator the kernel would clear them again.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    etl::program()
}
