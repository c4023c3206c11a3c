//! Arguments and the listener; the routes are in the library.

use anyhow::{Context, Result};
use clap::Parser;
use std::net::SocketAddr;
use tokio::net::TcpListener;

/// Answers with the voucher amount of a customer. So far it only answers `GET /healthz`.
#[derive(Debug, Parser)]
#[command(version)]
struct Cli {
    /// Where to listen.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:9000")]
    listen: SocketAddr,
}

#[tokio::main]
async fn main() -> Result<()> {
    let cli = Cli::parse();
    let listener =
        TcpListener::bind(cli.listen).await.with_context(|| format!("cannot listen on {}", cli.listen))?;
    axum::serve(listener, api::router()).await.context("the listener failed")
}
