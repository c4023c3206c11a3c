//! The command line of the plain listener.

use clap::Parser;
use std::net::SocketAddr;

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
pub(crate) struct Cli {
    /// Where to listen; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:9000")]
    pub(crate) listen: SocketAddr,
    /// Asks the listener at that address whether it runs, instead of being one: exit code 0 or 1.
    #[arg(long)]
    pub(crate) healthcheck: bool,
}
