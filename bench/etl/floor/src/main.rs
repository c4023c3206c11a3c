//! The floor of `make bench`: reads the column chunks that the default rules need and decompresses
//! their pages into reused buffers, with voucher-etl's libraries and number of threads. It decodes
//! and counts nothing.
//!
//! It is fixed: improvements of voucher-etl do not go in here.

mod work;

use anyhow::Result;
use clap::Parser;
use std::io::{self, Write};
use std::path::PathBuf;
use std::thread;
use std::time::Instant;
use work::Work;

#[derive(Debug, Parser)]
struct Arguments {
    /// The parquet file.
    file: PathBuf,
    /// Threads.
    #[arg(long, default_value_t = 2)]
    threads: usize,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let start = Instant::now();
    let work = Work::plan(&arguments.file)?;
    let done: Result<Vec<u64>> = thread::scope(|scope| {
        let workers: Vec<_> = (0..arguments.threads).map(|_| scope.spawn(|| work.share())).collect();
        let join = |worker: thread::ScopedJoinHandle<'_, Result<u64>>| {
            worker.join().unwrap_or_else(|_| Err(anyhow::anyhow!("a thread panicked")))
        };
        workers.into_iter().map(join).collect()
    });
    let found = serde_json::json!({
        "seconds": start.elapsed().as_secs_f64(),
        "compressed_bytes": work.compressed_bytes(),
        "bytes": done?.iter().sum::<u64>(),
        "threads": arguments.threads,
    });
    writeln!(io::stdout(), "{found}")?;
    Ok(())
}
