//! `voucher-etl-cluster scheduler`: Ballista's own scheduler, with the object stores of the ETL.

use crate::engine::{MESSAGE_BYTES_MAX, session_config, session_state};
use anyhow::{Context, Result};
use ballista_scheduler::cluster::BallistaCluster;
use ballista_scheduler::config::SchedulerConfig;
use ballista_scheduler::scheduler_process::{create_scheduler, start_grpc_service_with_listener};
use clap::Args;
use datafusion_proto::protobuf::{LogicalPlanNode, PhysicalPlanNode};
use std::net::SocketAddr;
use std::num::NonZeroU64;
use std::sync::Arc;
use tokio::net::TcpListener;

/// Pause between checks for dead executors.
const EXPIRE_INTERVAL_SECONDS: u64 = 1;

/// The arguments of `scheduler`.
#[derive(Debug, Clone, Args)]
pub struct SchedulerArgs {
    /// Address for clients and executors; the REST API is on the same port.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:50050")]
    pub bind: SocketAddr,
    /// Another address for the REST API and the web UI.
    #[arg(long, value_name = "ADDRESS")]
    pub rest: Option<SocketAddr>,
    /// Host name at which executors call back; by default the address.
    #[arg(long, value_name = "HOST")]
    pub external_host: Option<String>,
    /// Seconds of silence after which an executor counts as dead and its work is repeated; if it was the
    /// last one, jobs fail after as long again.
    #[arg(long, value_name = "SECONDS", default_value = "15")]
    pub executor_timeout: NonZeroU64,
}

/// Serves until the process ends.
///
/// # Errors
///
/// If it cannot listen.
pub async fn serve(args: SchedulerArgs) -> Result<()> {
    let external_host = args.external_host.unwrap_or_else(|| args.bind.ip().to_string());
    let config = SchedulerConfig {
        bind_host: args.bind.ip().to_string(),
        bind_port: args.bind.port(),
        external_host,
        grpc_server_max_decoding_message_size: MESSAGE_BYTES_MAX,
        grpc_server_max_encoding_message_size: MESSAGE_BYTES_MAX,
        grpc_client_max_message_size: MESSAGE_BYTES_MAX,
        executor_timeout_seconds: args.executor_timeout.get(),
        expire_dead_executor_interval_seconds: EXPIRE_INTERVAL_SECONDS,
        no_executors_grace_period_seconds: args.executor_timeout.get(),
        override_config_producer: Some(Arc::new(session_config)),
        override_session_builder: Some(Arc::new(|config| session_state(config, false))),
        ..SchedulerConfig::default()
    };
    config.validate().map_err(anyhow::Error::new)?;
    let cluster = BallistaCluster::new_from_config(&config).await?;
    let scheduler = create_scheduler::<LogicalPlanNode, PhysicalPlanNode>(cluster, Arc::new(config)).await?;
    let listen = async |address: SocketAddr| {
        TcpListener::bind(address).await.with_context(|| format!("listen on {address}"))
    };
    let listener = listen(args.bind).await?;
    tracing::info!(address = %args.bind, "the scheduler listens");
    let main = start_grpc_service_with_listener(listener, scheduler.clone());
    match args.rest {
        Some(address) => {
            let rest = start_grpc_service_with_listener(listen(address).await?, scheduler);
            tracing::info!(%address, "its REST API is here as well");
            tokio::try_join!(main, rest)?;
        }
        None => main.await?,
    }
    Ok(())
}
