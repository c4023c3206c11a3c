//! The endpoints of AWS's services under test.

/// The endpoint of each service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Endpoints {
    /// DynamoDB.
    pub(crate) dynamodb: String,
    /// S3.
    pub(crate) s3: String,
}

impl Endpoints {
    /// Returns one server's endpoint for all services.
    pub(crate) fn one(endpoint: &str) -> Self {
        Self { dynamodb: endpoint.to_owned(), s3: endpoint.to_owned() }
    }

    /// Returns the endpoint of a request, by the header that tells DynamoDB the operation.
    pub(crate) fn of_target(&self, target: Option<&str>) -> &str {
        if target.is_some_and(|target| target.starts_with("DynamoDB")) { &self.dynamodb } else { &self.s3 }
    }
}
