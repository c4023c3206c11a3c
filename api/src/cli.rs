//! The command line of the plain listener.

use clap::Parser;
use std::net::{SocketAddr, ToSocketAddrs};

/// Serves the voucher amount that customers like a given one were sent most often.
///
/// In Lambda, where `AWS_LAMBDA_RUNTIME_API` is set, it takes events. Elsewhere it listens for HTTP,
/// with a console at / and the API's reference at /docs. It reads the table that `voucher-etl`
/// publishes, and takes its AWS settings as every AWS tool does: `AWS_PROFILE`, `AWS_REGION`,
/// `AWS_ENDPOINT_URL` and so on.
#[derive(Debug, Parser)]
#[command(
    version,
    max_term_width = 100,
    after_help = "Environment:
  TABLE_NAME                   DynamoDB table [voucher-segments]
  POINTER_REFRESH_SECONDS      how long a pointer is used before it is read again [30]
  STALE_LIMIT_SECONDS          how long a known run is served while the table cannot be read [21600]
  DEADLINE_MS                  longest wait of a request for DynamoDB [1500]
  DYNAMODB_ATTEMPTS            attempts per read [3]
  DYNAMODB_ATTEMPT_TIMEOUT_MS  timeout of one attempt [600]
  DYNAMODB_CONNECT_TIMEOUT_MS  connect timeout [500]
  MAX_CONNECTIONS              connections of clients at a time [1024]
  SNAPSHOT_DIR                 folder for what was read, to be served after a restart while the table
                               cannot be read
  API_BEARER_TOKEN             token that callers need: authorization: Bearer TOKEN [none]
  API_BEARER_TOKEN_FILE        file with one such token in each line; read again when it changes
  LOG_LEVEL                    least level that is logged: info, warn or error [info]
  LOG_SAMPLE                   share of the lines of level info that is logged [1]

Exit codes: 0 stopped by a signal, 1 failure, 2 wrong argument or setting.

Example:
  voucher-api --listen 127.0.0.1:9000
  curl -H 'content-type: application/json' http://127.0.0.1:9000/voucher -d '{\"customer_id\": 123,
    \"country_code\": \"Peru\", \"last_order_ts\": \"2018-05-03 00:00:00\",
    \"first_order_ts\": \"2017-05-03 00:00:00\", \"total_orders\": 15, \"segment_name\": \"frequent_segment\"}'"
)]
pub(crate) struct Cli {
    /// Address or name to listen on, with a port; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:9000", value_parser = address)]
    pub(crate) listen: SocketAddr,
    /// Check that a listener runs at that address, and exit with 0 or 1.
    #[arg(long)]
    pub(crate) healthcheck: bool,
}

/// Returns the address that a text names; of several, one of IPv4.
fn address(text: &str) -> Result<SocketAddr, String> {
    let found: Vec<_> = text.to_socket_addrs().map_err(|error| error.to_string())?.collect();
    let address = found.iter().find(|address| address.is_ipv4()).or(found.first());
    address.copied().ok_or_else(|| "it has no address".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for (text, expected) in [
            ("127.0.0.1:9000", Some("127.0.0.1:9000")),
            ("localhost:9000", Some("127.0.0.1:9000")),
            ("[::1]:0", Some("[::1]:0")),
            ("localhost", None),
            ("9000", None),
            ("localhost:65536", None),
            ("nowhere.invalid:9000", None),
        ] {
            assert_eq!(address(text).ok().map(|address| address.to_string()).as_deref(), expected, "{text}");
        }
    }
}
