//! Lambda or listener, arguments, settings, exit codes; everything else is in the library.

#[cfg(feature = "local")]
mod cli;

use api::lambda::LambdaError;
use std::env;
use std::process::ExitCode;

/// Set by Lambda, and by its emulators.
const RUNTIME_API: &str = "AWS_LAMBDA_RUNTIME_API";

/// A setting or an argument is wrong.
const EXIT_USAGE: u8 = 2;

fn main() -> ExitCode {
    let variable = |name: &str| env::var(name).ok();
    if variable(RUNTIME_API).is_some() { serve_lambda(variable) } else { local::main(variable) }
}

fn serve_lambda(variable: impl Fn(&str) -> Option<String>) -> ExitCode {
    match api::lambda::run(variable, api::aws::http_client()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error @ LambdaError::Setting(_)) => complain(&error, EXIT_USAGE),
        Err(error) => complain(&error, 1),
    }
}

#[expect(clippy::print_stderr, reason = "it is where a process tells why it ends")]
fn complain(error: &impl std::fmt::Display, exit: u8) -> ExitCode {
    eprintln!("error: {error}");
    exit.into()
}

#[cfg(feature = "local")]
mod local {
    use super::cli::Cli;
    use super::{EXIT_USAGE, ExitCode, complain};
    use api::Api;
    use api::settings::Settings;
    use clap::Parser;
    use std::net::SocketAddr;
    use std::sync::Arc;
    use tokio::net::TcpListener;
    use tokio::runtime::Builder;

    pub(super) fn main(variable: impl Fn(&str) -> Option<String>) -> ExitCode {
        let cli = Cli::parse();
        if cli.healthcheck {
            return match api::healthcheck::ask(cli.listen) {
                Ok(()) => ExitCode::SUCCESS,
                Err(error) => complain(&error, 1),
            };
        }
        let settings = match Settings::read(variable) {
            Ok(settings) => settings,
            Err(error) => return complain(&error, EXIT_USAGE),
        };
        let served = Builder::new_multi_thread()
            .enable_all()
            .build()
            .map_err(|error| error.to_string())
            .and_then(|runtime| runtime.block_on(serve(cli.listen, settings)));
        match served {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => complain(&error, 1),
        }
    }

    #[expect(clippy::print_stderr, reason = "whoever started it waits for this line")]
    async fn serve(listen: SocketAddr, settings: Settings) -> Result<(), String> {
        let client = api::aws::from_default_chain(&settings).await.map_err(|error| error.to_string())?;
        let failed = |error: std::io::Error| format!("cannot listen on {listen}: {error}");
        let listener = TcpListener::bind(listen).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        eprintln!("listening on http://{address}");
        api::listener::serve(Arc::new(Api::new(client, settings)), listener).await.map_err(failed)
    }
}

#[cfg(not(feature = "local"))]
mod local {
    use super::{EXIT_USAGE, ExitCode, complain};

    pub(super) fn main(_: impl Fn(&str) -> Option<String>) -> ExitCode {
        complain(&"this build runs in Lambda alone: AWS_LAMBDA_RUNTIME_API is not set", EXIT_USAGE)
    }
}
