//! The environment of a program under test, without a way to a real account.

use crate::endpoints::Endpoints;

/// The access key of all requests. DynamoDB Local keeps tables per access key; the other servers read
/// 12 digits as an account. MiniStack gives its functions this account, whatever the caller's.
pub(crate) const ACCESS_KEY: &str = "000000000000";
/// The endpoint of all services.
const ENDPOINT: &str = "AWS_ENDPOINT_URL";
/// The endpoint of each service, which wins over the one for all.
const ENDPOINTS_OF_SERVICES: [&str; 2] = ["AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL_S3"];

/// Names and values; only `PATH` comes from the caller's environment.
#[derive(Debug, Clone)]
pub(crate) struct Environment(Vec<(String, String)>);

impl Environment {
    /// Returns an environment with AWS at these endpoints.
    pub(crate) fn at(endpoints: &Endpoints) -> Self {
        let path = std::env::var("PATH").unwrap_or_default();
        let variables = [
            ("PATH", path.as_str()),
            ("AWS_ACCESS_KEY_ID", ACCESS_KEY),
            ("AWS_SECRET_ACCESS_KEY", "test"),
            ("AWS_REGION", "us-east-1"),
            ("AWS_EC2_METADATA_DISABLED", "true"),
            ("AWS_CONFIG_FILE", "/dev/null"),
            ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null"),
        ];
        let Endpoints { dynamodb, s3 } = endpoints;
        let environment = Self(variables.map(|(name, value)| (name.to_owned(), value.to_owned())).into());
        if dynamodb == s3 {
            environment.with(ENDPOINT, Some(s3))
        } else {
            environment
                .with(ENDPOINTS_OF_SERVICES[0], Some(dynamodb))
                .with(ENDPOINTS_OF_SERVICES[1], Some(s3))
        }
    }

    /// Sets a variable, or with `None` removes it; an endpoint for all services replaces the others.
    pub(crate) fn with(mut self, name: &str, value: Option<&str>) -> Self {
        let replaces =
            |other: &str| other == name || name == ENDPOINT && ENDPOINTS_OF_SERVICES.contains(&other);
        self.0.retain(|(other, _)| !replaces(other));
        self.0.extend(value.map(|value| (name.to_owned(), value.to_owned())));
        self
    }

    /// Returns names and values.
    pub(crate) fn variables(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}
