//! The DynamoDB client: one TLS stack, attempts and timeouts as set, errors in one line.

use crate::settings::Settings;
use aws_credential_types::Credentials;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::config::{
    BehaviorVersion, Builder, Region, SharedHttpClient, StalledStreamProtectionConfig,
};
use aws_smithy_http_client::tls;
use std::error::Error;
use std::time::Duration;

/// The first pause between attempts; each next one is twice as long, times a random part.
const BACKOFF_FIRST: Duration = Duration::from_millis(20);
/// The longest pause between attempts.
const BACKOFF_MAX: Duration = Duration::from_millis(200);

/// The environment lacks what a client needs.
#[derive(Debug, thiserror::Error)]
#[error("no DynamoDB client: {0}")]
pub struct ClientError(pub(crate) String);

/// Returns a client made from environment variables alone, which is all that Lambda sets: it
/// reads no file and asks nobody, so it costs next to nothing of a cold start.
///
/// # Errors
///
/// If there is no region or there are no credentials in the environment.
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

/// Returns a client made as every AWS tool makes one: environment, profiles, roles.
///
/// # Errors
///
/// If there is no region or there are no credentials.
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
        // An answer is a few hundred bytes: the attempt's timeout covers it.
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .build();
    Client::from_conf(config)
}

/// Returns the timeouts of a read. The time to connect is always the same: the HTTP client keeps
/// one pool of connections for each, and a read is to find the connection that another opened.
pub(crate) fn timeouts(settings: &Settings, attempt: Duration, all: Duration) -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(settings.connect_timeout)
        .operation_attempt_timeout(attempt)
        .operation_timeout(all)
        .build()
}

/// Returns the way to servers: rustls on ring, which `bench/api/variants` compares with others.
#[must_use]
pub fn http_client() -> SharedHttpClient {
    aws_smithy_http_client::Builder::new()
        .tls_provider(tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring))
        .build_https()
}

/// Returns the error and its causes in one line, without those that only repeat another.
pub(crate) fn causes(error: &(dyn Error + 'static)) -> String {
    let mut texts: Vec<String> = Vec::new();
    let mut next = Some(error);
    while let Some(cause) = next {
        let text = cause.to_string();
        if !texts.iter().any(|earlier| earlier.contains(&text)) {
            texts.push(text);
        }
        next = cause.source();
    }
    texts.join(": ").split_whitespace().collect::<Vec<_>>().join(" ")
}
