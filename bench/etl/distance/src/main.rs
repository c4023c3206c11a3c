//! `voucher-distance serve` puts a local S3 server at a distance: each answer begins after a delay,
//! and all answers share one rate. `voucher-distance fetch` reads an object through it and discards
//! it, which takes the time of the transfer alone.
//!
//! An object stays in memory after its first read, to measure the distance and not a server in
//! Python. All other requests go through to that server.
//!
//! It does not simulate a network: connections open at once, no packet is lost, and one connection
//! may use the whole rate. It knows HTTP/1.1 on loopback, and path-style addresses.

mod proxy;

mod shaper;

mod stored;

mod answer;

mod totals;

mod forward;

mod fetch;

use anyhow::Result;
use clap::{Args, Parser, Subcommand};
use proxy::Proxy;
use shaper::Shaper;
use std::io::{Write, stdout};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

#[derive(Debug, Parser)]
#[command(about = "Puts the local S3 at a distance", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve an S3 at a distance: prints its address, and on SIGTERM what it answered
    Serve(Serve),
    /// Read an object and discard it: prints the seconds it took
    Fetch(fetch::Fetch),
}

#[derive(Debug, Args)]
struct Serve {
    /// The server behind it, such as <http://127.0.0.1:4566>
    #[arg(long)]
    server: String,
    /// Milliseconds between a request and the first byte of its answer
    #[arg(long, default_value_t = 30)]
    delay_ms: u64,
    /// Bytes per second of all bodies together
    #[arg(long, default_value_t = 200_000_000)]
    bytes_per_second: u32,
    /// The port of 127.0.0.1 to listen on; 0 takes a free one
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Write a JSON line to stderr after each answer
    #[arg(long)]
    trace: bool,
}

// One thread: the measured program needs the cores.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    match Cli::parse().command {
        Command::Serve(serve) => serve.run().await,
        Command::Fetch(fetch) => print(&fetch.run().await?),
    }
}

impl Serve {
    async fn run(self) -> Result<()> {
        let mut told_to_stop = signal(SignalKind::terminate())?;
        let listener = TcpListener::bind(("127.0.0.1", self.port)).await?;
        let shaper = Shaper::new(Duration::from_millis(self.delay_ms), self.bytes_per_second);
        let proxy = Arc::new(Proxy::new(&self.server, shaper, self.trace));
        print(&format!("listening on http://{}", listener.local_addr()?))?;
        tokio::select! {
            failed = proxy::accept(listener, Arc::clone(&proxy)) => failed?,
            _ = told_to_stop.recv() => {}
        }
        print(&proxy.totals().to_json())
    }
}

fn print(line: &impl std::fmt::Display) -> Result<()> {
    Ok(writeln!(stdout(), "{line}")?)
}
