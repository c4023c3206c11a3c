//! The process: a Lambda or a listener, and its exit code.

#[cfg(feature = "local")]
mod cli;

use api::aws::http_client;
use api::lambda::{self, LambdaError};
use api::settings::SettingError;
use std::env;
use std::fmt::Display;
use std::process::ExitCode;

/// Lambda and its emulators set it.
const RUNTIME_API: &str = "AWS_LAMBDA_RUNTIME_API";

/// Why the process ends, and its exit code. `--help` explains the codes.
struct Failure {
    message: String,
    exit_code: u8,
}

#[expect(clippy::print_stderr, reason = "the operator reads here why the process ends")]
fn main() -> ExitCode {
    let variable = |name: &str| env::var(name).ok();
    let ended = if variable(RUNTIME_API).is_some() {
        lambda::run(variable, http_client()).map_err(Failure::from)
    } else {
        local::run(variable)
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure { message, exit_code }) => {
            eprintln!("error: {message}");
            exit_code.into()
        }
    }
}

impl Failure {
    fn usage(error: impl Display) -> Self {
        Self { message: error.to_string(), exit_code: 2 }
    }

    fn other(error: impl Display) -> Self {
        Self { message: error.to_string(), exit_code: 1 }
    }
}

impl From<SettingError> for Failure {
    fn from(error: SettingError) -> Self {
        Self::usage(error)
    }
}

impl From<LambdaError> for Failure {
    fn from(error: LambdaError) -> Self {
        match error {
            LambdaError::Setting(error) => error.into(),
            error => Self::other(error),
        }
    }
}

#[cfg(feature = "local")]
mod local {
    use super::Failure;
    use super::cli::Cli;
    use api::Api;
    use api::listener::Tokens;
    use api::observe::{Log, Observer};
    use api::publication::Snapshots;
    use api::settings::Settings;
    use clap::Parser;
    use std::net::SocketAddr;
    use std::sync::Arc;
    use tokio::net::TcpListener;
    use tokio::runtime::Runtime;

    pub(super) fn run(variable: impl Fn(&str) -> Option<String>) -> Result<(), Failure> {
        let cli = Cli::parse();
        if cli.healthcheck {
            return api::healthcheck::ask(cli.listen).map_err(Failure::other);
        }
        let settings = Settings { renews_apart: true, ..Settings::read(&variable)? };
        let tokens = Tokens::read(variable)?;
        let runtime = Runtime::new().map_err(Failure::other)?;
        runtime.block_on(serve(cli.listen, settings, tokens))
    }

    #[expect(clippy::print_stderr, reason = "scripts and tests wait for a line")]
    async fn serve(listen: SocketAddr, settings: Settings, tokens: Option<Tokens>) -> Result<(), Failure> {
        let client = api::aws::from_default_chain(&settings).await.map_err(Failure::other)?;
        let failed = |error: std::io::Error| Failure::other(format!("cannot listen on {listen}: {error}"));
        let listener = TcpListener::bind(listen).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let log = Log::queued(settings.log).map_err(Failure::other)?;
        let observer = Arc::new(Observer::new(log));
        let snapshots = snapshots(&settings, &observer)?;
        let api = Arc::new(Api::new(client, settings, observer, snapshots));
        if let Some(warning) = api::listener::warning(address, tokens.as_ref()) {
            eprintln!("warning: {warning}");
        }
        eprintln!("listening on http://{address}");
        api::listener::serve(api, tokens, listener).await.map_err(failed)
    }

    fn snapshots(settings: &Settings, observer: &Arc<Observer>) -> Result<Option<Snapshots>, Failure> {
        let Some(folder) = &settings.snapshots else { return Ok(None) };
        let opened = Snapshots::open(folder, &settings.table, Arc::clone(observer));
        let failed =
            |error| Failure::other(format!("cannot write to SNAPSHOT_DIR={}: {error}", folder.display()));
        opened.map(Some).map_err(failed)
    }
}

#[cfg(not(feature = "local"))]
mod local {
    use super::{Failure, RUNTIME_API};

    pub(super) fn run(_: impl Fn(&str) -> Option<String>) -> Result<(), Failure> {
        Err(Failure::usage(format!("this build runs only in Lambda: {RUNTIME_API} is not set")))
    }
}
