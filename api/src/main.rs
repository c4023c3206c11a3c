//! Lambda or listener, arguments, settings, exit codes; everything else is in the library.

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
    use super::{EXIT_USAGE, ExitCode, complain};
    use api::Api;
    use api::settings::Settings;
    use clap::Parser;
    use std::net::SocketAddr;
    use std::sync::Arc;
    use tokio::net::TcpListener;
    use tokio::runtime::Builder;

    /// Answers with the voucher amount that customers like a given one were sent most often.
    ///
    /// Inside Lambda (where `AWS_LAMBDA_RUNTIME_API` is set) it takes events; everywhere else it
    /// listens for HTTP, with a page to try it at /docs. It reads the table that `voucher-etl`
    /// publishes; AWS is found as every AWS tool finds it: `AWS_PROFILE`, `AWS_REGION`,
    /// `AWS_ENDPOINT_URL` and so on.
    #[derive(Debug, Parser)]
    #[command(
        version,
        max_term_width = 100,
        after_help = "Environment:
  TABLE_NAME                   the DynamoDB table [voucher-segments]
  POINTER_REFRESH_SECONDS      how long a pointer is believed without asking [30]
  STALE_LIMIT_SECONDS          how long a known run is served while the table cannot be read [21600]
  DEADLINE_MS                  all of a request's waiting for DynamoDB [1500]
  DYNAMODB_ATTEMPTS            attempts of one read [3]
  DYNAMODB_ATTEMPT_TIMEOUT_MS  one attempt [600]
  DYNAMODB_CONNECT_TIMEOUT_MS  opening a connection [500]

Exit codes: 0 stopped by a signal, 1 failure, 2 a wrong argument or setting.

Example:
  voucher-api --listen 127.0.0.1:9000
  curl -H 'content-type: application/json' http://127.0.0.1:9000/voucher -d '{\"customer_id\": 123,
    \"country_code\": \"Peru\", \"last_order_ts\": \"2018-05-03 00:00:00\",
    \"first_order_ts\": \"2017-05-03 00:00:00\", \"total_orders\": 15, \"segment_name\": \"frequent_segment\"}'"
    )]
    struct Cli {
        /// Where to listen; port 0 takes a free one.
        #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:9000")]
        listen: SocketAddr,
        /// Asks the listener at that address whether it runs, instead of being one: exit code 0 or 1.
        #[arg(long)]
        healthcheck: bool,
    }

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
        let client = api::aws::from_anywhere(&settings).await.map_err(|error| error.to_string())?;
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
