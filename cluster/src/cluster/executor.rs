//! `voucher-etl-cluster executor`: Ballista's own executor, with the object stores of the ETL.

use super::{Scheduler, executor_prefix};
use crate::engine::{MESSAGE_BYTES_MAX, session_config};
use crate::stores;
use anyhow::{Context, Result};
use ballista_executor::executor_process::{ExecutorProcessConfig, start_executor_process};
use clap::Args;
use std::fs;
use std::net::IpAddr;
use std::num::{NonZeroU64, NonZeroUsize};
use std::path::PathBuf;
use std::sync::Arc;
use url::Url;

/// Timeout for finding the scheduler.
const CONNECT_SECONDS: u16 = 30;
/// How long a job's shuffle files are kept.
const JOB_DATA_SECONDS: u64 = 3_600;
/// Pause between removals of old shuffle files.
const CLEAN_UP_SECONDS: u64 = 300;

/// The arguments of `executor`.
#[derive(Debug, Clone, Args)]
pub struct ExecutorArgs {
    /// The scheduler to work for.
    #[arg(long, value_name = "URL", default_value = "df://127.0.0.1:50050")]
    pub scheduler: Scheduler,
    /// The address to listen on.
    #[arg(long, value_name = "IP", default_value = "127.0.0.1")]
    pub bind_host: IpAddr,
    /// The name by which others reach it; by default what the scheduler sees.
    #[arg(long, value_name = "HOST")]
    pub external_host: Option<String>,
    /// The port from which others fetch results.
    #[arg(long, value_name = "PORT", default_value_t = 50_051)]
    pub port: u16,
    /// The port on which the scheduler hands out tasks.
    #[arg(long, value_name = "PORT", default_value_t = 50_052)]
    pub grpc_port: u16,
    /// The executor's own folder for shuffle files; it is created if missing.
    #[arg(long, value_name = "DIR")]
    pub work_dir: PathBuf,
    /// Tasks to run at once; by default one per core.
    #[arg(long, value_name = "N")]
    pub cores: Option<NonZeroUsize>,
    /// Seconds between heartbeats; at most a third of the scheduler's `--executor-timeout`.
    #[arg(long, value_name = "SECONDS", default_value = "3")]
    pub heartbeat: NonZeroU64,
}

/// Works until the process ends.
///
/// # Errors
///
/// If it cannot listen, or the scheduler is unreachable.
pub async fn serve(args: ExecutorArgs) -> Result<()> {
    let place = args.work_dir.display();
    fs::create_dir_all(&args.work_dir).with_context(|| format!("make the work folder {place}"))?;
    let work_dir = args.work_dir.to_str().context("the name of the work folder is not UTF-8")?.to_owned();
    let url = Url::parse(args.scheduler.url()).context("the scheduler's URL")?;
    let folder = args.work_dir.clone();
    let defaults = ExecutorProcessConfig::default();
    let config = ExecutorProcessConfig {
        executor_id: format!("{}{}", executor_prefix(), defaults.executor_id),
        bind_host: args.bind_host.to_string(),
        external_host: args.external_host,
        port: args.port,
        grpc_port: args.grpc_port,
        scheduler_host: url.host_str().unwrap_or("127.0.0.1").to_owned(),
        scheduler_port: url.port().unwrap_or(50_050),
        scheduler_connect_timeout_seconds: CONNECT_SECONDS,
        // 0 means one per core.
        vcores: args.cores.map_or(0, NonZeroUsize::get),
        work_dir: Some(work_dir),
        job_data_ttl_seconds: JOB_DATA_SECONDS,
        job_data_clean_up_interval_seconds: CLEAN_UP_SECONDS,
        grpc_max_decoding_message_size: MESSAGE_BYTES_MAX,
        grpc_max_encoding_message_size: MESSAGE_BYTES_MAX,
        executor_heartbeat_interval_seconds: args.heartbeat.get(),
        override_config_producer: Some(Arc::new(session_config)),
        override_runtime_producer: Some(Arc::new(move |_| stores::runtime(Some(&folder), false))),
        ..defaults
    };
    start_executor_process(Arc::new(config)).await?;
    Ok(())
}
