//! The DynamoDB client: one TLS stack, retries and timeouts from the settings, errors on one line.

use crate::settings::Settings;
use aws_credential_types::Credentials;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::config::{
    BehaviorVersion, Builder, Region, SharedHttpClient, StalledStreamProtectionConfig,
};
use aws_smithy_http_client::tls;
use std::time::Duration;

/// Backoff before the second attempt. It doubles with each attempt and has full jitter.
const BACKOFF_FIRST: Duration = Duration::from_millis(20);
/// Longest backoff.
const BACKOFF_MAX: Duration = Duration::from_millis(200);

/// The environment lacks something the client needs.
#[derive(Debug, thiserror::Error)]
#[error("cannot create the DynamoDB client: {0}")]
pub struct ClientError(pub(crate) String);

/// Returns a client configured by environment variables, all that Lambda sets. It reads no file
/// and calls nothing, which keeps cold starts short.
///
/// # Errors
///
/// If the environment lacks a region or credentials.
pub fn from_environment(
    settings: &Settings,
    variable: impl Fn(&str) -> Option<String>,
    http_client: SharedHttpClient,
) -> Result<Client, ClientError> {
    let set = |name: &str| variable(name).filter(|value| !value.is_empty());
    let needed = |name: &str| set(name).ok_or_else(|| ClientError(format!("{name} is not set")));
    let region = set("AWS_REGION").or_else(|| set("AWS_DEFAULT_REGION"));
    let region = region.ok_or_else(|| ClientError("AWS_REGION is not set".to_owned()))?;
    let credentials = Credentials::new(
        needed("AWS_ACCESS_KEY_ID")?,
        needed("AWS_SECRET_ACCESS_KEY")?,
        set("AWS_SESSION_TOKEN"),
        None,
        "environment",
    );
    let mut builder = Builder::new()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(region))
        .credentials_provider(credentials);
    if let Some(endpoint) = set("AWS_ENDPOINT_URL_DYNAMODB").or_else(|| set("AWS_ENDPOINT_URL")) {
        builder = builder.endpoint_url(endpoint);
    }
    Ok(client(builder, settings, http_client))
}

/// Returns a client configured as in every AWS tool: environment, profiles, roles.
///
/// # Errors
///
/// If no region or no credentials are found.
#[cfg(feature = "local")]
pub async fn from_default_chain(settings: &Settings) -> Result<Client, ClientError> {
    use aws_sdk_dynamodb::config::ProvideCredentials;

    let config = aws_config::defaults(BehaviorVersion::latest()).http_client(http_client()).load().await;
    if config.region().is_none() {
        return Err(ClientError("no region: set AWS_REGION, or a region in the profile".to_owned()));
    }
    let missing = || {
        ClientError(
            "no credentials: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY".to_owned(),
        )
    };
    let provider = config.credentials_provider().ok_or_else(missing)?;
    provider.provide_credentials().await.map_err(|_| missing())?;
    Ok(client(Builder::from(&config), settings, http_client()))
}

fn client(builder: Builder, settings: &Settings, http_client: SharedHttpClient) -> Client {
    let timeouts = timeouts(settings, settings.attempt_timeout, settings.read_budget());
    let retries = RetryConfig::standard()
        .with_max_attempts(settings.attempts)
        .with_initial_backoff(BACKOFF_FIRST)
        .with_max_backoff(BACKOFF_MAX);
    let config = builder
        .http_client(http_client)
        .timeout_config(timeouts)
        .retry_config(retries)
        // A response has a few hundred bytes: the attempt's timeout is enough.
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .build();
    Client::from_conf(config)
}

/// Returns the timeouts of a read. The connect timeout is the same for all reads: the HTTP client
/// keeps a pool of connections per connect timeout, and reads should share one.
pub(crate) fn timeouts(settings: &Settings, attempt: Duration, all: Duration) -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(settings.connect_timeout)
        .operation_attempt_timeout(attempt)
        .operation_timeout(all)
        .build()
}

/// Returns the HTTP client: rustls on ring. `bench/api/variants` compares it with others.
#[must_use]
pub fn http_client() -> SharedHttpClient {
    aws_smithy_http_client::Builder::new()
        .tls_provider(tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring))
        .build_https()
}
