//! AWS clients with timeouts and retries of our own, and their errors on one line.

use crate::bucket::ARN;
use crate::error::AwsError;
use aws_config::retry::RetryConfig;
use aws_config::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, SdkConfig};
use aws_sdk_s3::config::ProvideCredentials;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_http_client::{Builder, tls};
use segments::{causes, one_line};
use std::error::Error;
use std::path::PathBuf;
use std::time::Duration;

/// Attempts of one request, including the first. Stated because the SDK's default is changing.
const ATTEMPTS_MAX: u32 = 5;
/// Backoff before the second attempt. It doubles with each attempt and has full jitter.
const BACKOFF_FIRST: Duration = Duration::from_millis(100);
/// Longest backoff.
const BACKOFF_MAX: Duration = Duration::from_secs(5);
/// Connect timeout.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Timeout from the request to the first byte of the response.
const READ_TIMEOUT: Duration = Duration::from_secs(20);

/// Both timeouts of requests that may go unanswered.
const IMPATIENT_TIMEOUT: Duration = Duration::from_secs(2);

/// Access to AWS: an account or a local stand-in, and a region.
#[derive(Debug, Clone)]
pub struct Aws {
    config: SdkConfig,
    region: String,
    endpoint: Option<String>,
}

impl Aws {
    /// Reads region, credentials and endpoint from the environment, and makes sure that it finds a
    /// region and credentials.
    ///
    /// # Errors
    ///
    /// If no region or no credentials are found.
    pub async fn from_env() -> Result<Self, AwsError> {
        let http = Builder::new()
            .tls_provider(tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring))
            .build_https();
        let config = aws_config::defaults(BehaviorVersion::latest())
            .http_client(http)
            .retry_config(
                RetryConfig::standard()
                    .with_max_attempts(ATTEMPTS_MAX)
                    .with_initial_backoff(BACKOFF_FIRST)
                    .with_max_backoff(BACKOFF_MAX),
            )
            .timeout_config(
                TimeoutConfig::builder().connect_timeout(CONNECT_TIMEOUT).read_timeout(READ_TIMEOUT).build(),
            )
            // It mistakes a busy consumer for a stalled server; `s3` has its own timeout.
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
            .load()
            .await;
        let failed = |problem: String| AwsError { operation: "set up the AWS client".to_owned(), problem };
        let Some(region) = config.region().map(ToString::to_string) else {
            return Err(failed("no region: set AWS_REGION, or a region in the profile".to_owned()));
        };
        let Some(provider) = config.credentials_provider() else {
            return Err(failed(
                "no credentials: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY".to_owned(),
            ));
        };
        provider.provide_credentials().await.map_err(|error| {
            failed(format!(
                "no credentials: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY ({})",
                causes(&error)
            ))
        })?;
        let endpoint = config.endpoint_url().map(ToOwned::to_owned);
        Ok(Self { config, region, endpoint })
    }

    /// Returns whether there are any settings: a region, a profile, or a file of profiles. Without
    /// them only a machine in AWS could tell, and asking it takes seconds.
    #[must_use]
    pub fn is_configured() -> bool {
        let is_set = |name: &&str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let file = std::env::var_os("AWS_CONFIG_FILE").map(PathBuf::from);
        let file = file.or_else(|| Some(std::env::home_dir()?.join(".aws/config")));
        ["AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"].iter().any(is_set)
            || file.is_some_and(|file| file.is_file())
    }

    /// Returns the same access for requests that may go unanswered: one attempt, short timeouts.
    #[must_use]
    pub fn impatient(self) -> Self {
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(IMPATIENT_TIMEOUT)
            .read_timeout(IMPATIENT_TIMEOUT)
            .build();
        let config =
            self.config.into_builder().retry_config(RetryConfig::disabled()).timeout_config(timeouts).build();
        Self { config, ..self }
    }

    /// Returns a client for a bucket on S3, or for the access point with this ARN. A stand-in has
    /// no host name for each bucket, so its addresses carry the bucket in the path. An access point
    /// is always a host, in the region of its ARN.
    #[must_use]
    pub fn s3(&self, bucket: &str) -> aws_sdk_s3::Client {
        let is_in_path = self.endpoint_of("S3").is_some() && !bucket.starts_with(ARN);
        let config = aws_sdk_s3::config::Builder::from(&self.config);
        let config = config.force_path_style(is_in_path).use_arn_region(true).build();
        aws_sdk_s3::Client::from_conf(config)
    }

    /// Returns the settings, for clients of other services.
    #[must_use]
    pub fn config(&self) -> &SdkConfig {
        &self.config
    }

    /// Returns where a service is, for messages: `us-east-1` or `us-east-1 at http://127.0.0.1:4566`.
    /// `service` is its name in the environment variable of its endpoint: `S3`, `DYNAMODB`.
    #[must_use]
    pub fn place(&self, service: &str) -> String {
        match self.endpoint_of(service) {
            None => self.region.clone(),
            Some(endpoint) => format!("{} at {endpoint}", self.region),
        }
    }

    /// Returns the endpoint that the clients of a service use, if the environment names one. The
    /// service's own wins over the one for all.
    fn endpoint_of(&self, service: &str) -> Option<String> {
        let own = std::env::var(format!("AWS_ENDPOINT_URL_{service}")).ok();
        own.filter(|endpoint| !endpoint.is_empty()).or_else(|| self.endpoint.clone())
    }
}

/// Returns why a call failed, on one line.
pub fn problem<E, R>(error: &SdkError<E, R>) -> String
where
    E: ProvideErrorMetadata + Error + 'static,
    R: std::fmt::Debug + 'static,
{
    let SdkError::ServiceError(refused) = error else {
        return causes(error);
    };
    let refused = refused.err();
    let code = refused.code().unwrap_or("error without a code");
    let hint = match code {
        "PermanentRedirect"
        | "TemporaryRedirect"
        | "AuthorizationHeaderMalformed"
        | "IllegalLocationConstraintException" => " (is the bucket in another region? set AWS_REGION)",
        "InvalidAccessKeyId"
        | "SignatureDoesNotMatch"
        | "UnrecognizedClientException"
        | "InvalidClientTokenId" => " (are these the credentials of that account?)",
        "ExpiredToken" | "ExpiredTokenException" => " (sign in again)",
        "InvalidObjectState" => " (it is archived: restore it first)",
        _ => "",
    };
    match refused.message() {
        Some(message) => one_line(&format!("{code}: {message}{hint}")),
        None => format!("{code}{hint}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_sdk_s3::config::{Region, SharedCredentialsProvider};
    use aws_sdk_s3::presigning::PresigningConfig;

    #[tokio::test]
    async fn an_access_point_is_a_host_in_its_own_region() {
        const POINT: &str = "arn:aws:s3:eu-west-1:123456789012:accesspoint/orders";
        let aws = |endpoint: Option<&str>| {
            let credentials = aws_sdk_s3::config::Credentials::new("test", "test", None, None, "test");
            let mut config = SdkConfig::builder().behavior_version(BehaviorVersion::latest());
            config = config.credentials_provider(SharedCredentialsProvider::new(credentials));
            config.set_endpoint_url(endpoint.map(ToOwned::to_owned));
            let config = config.region(Region::from_static("us-east-1")).build();
            Aws { config, region: "us-east-1".to_owned(), endpoint: endpoint.map(ToOwned::to_owned) }
        };
        let stand_in = Some("http://127.0.0.1:4566");
        let outpost = "arn:aws:s3-outposts:us-west-2:123456789012:outpost/op-1/accesspoint/orders";
        let lambda = "arn:aws:s3-object-lambda:eu-west-1:123456789012:accesspoint/orders";
        for (endpoint, bucket, key, expected) in [
            (None, "lake", "a/b", "https://lake.s3.us-east-1.amazonaws.com/a/b?"),
            (None, "lake", "/a//b", "https://lake.s3.us-east-1.amazonaws.com//a//b?"),
            (stand_in, "lake", "/a//b", "http://127.0.0.1:4566/lake//a//b?"),
            (None, POINT, "a/b", "https://orders-123456789012.s3-accesspoint.eu-west-1.amazonaws.com/a/b?"),
            (Some("https://vpce.example"), POINT, "/b", "https://orders-123456789012.vpce.example//b?"),
            (None, outpost, "b", "https://orders-123456789012.op-1.s3-outposts.us-west-2.amazonaws.com/b?"),
            (None, lambda, "b", "https://orders-123456789012.s3-object-lambda.eu-west-1.amazonaws.com/b?"),
        ] {
            let times = PresigningConfig::expires_in(Duration::from_mins(1)).expect("a minute");
            let signed = aws(endpoint).s3(bucket).get_object().bucket(bucket).key(key).presigned(times).await;
            let signed = signed.unwrap_or_else(|error| panic!("{bucket}: {}", causes(&error)));
            assert!(signed.uri().starts_with(expected), "{} is not {expected}", signed.uri());
        }
    }
}
