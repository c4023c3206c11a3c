//! The servers that stand in for AWS, and where their services are.
//!
//! `VOUCHER_TEST_SERVER` chooses: each test process starts a `ministack` of its own, which is the
//! default; a `dynamodb-local` or a `localstack` serves the tests of a whole run, is started by
//! `tests/e2e/run`, and is found where `AWS_ENDPOINT_URL_DYNAMODB` and `AWS_ENDPOINT_URL_S3` say.

use crate::ministack::MiniStack;
use std::env;

const CHOICE: &str = "VOUCHER_TEST_SERVER";

/// Where each service is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Endpoints {
    /// DynamoDB.
    pub(crate) dynamodb: String,
    /// S3.
    pub(crate) s3: String,
}

impl Endpoints {
    /// Returns those of the server that the tests are to run against.
    pub(crate) fn chosen() -> Self {
        let choice = env::var(CHOICE).unwrap_or_default();
        match choice.as_str() {
            "" | "ministack" => Self::one(&MiniStack::shared().endpoint()),
            "dynamodb-local" | "localstack" => {
                Self { dynamodb: given("AWS_ENDPOINT_URL_DYNAMODB"), s3: given("AWS_ENDPOINT_URL_S3") }
            }
            _ => panic!("{CHOICE} is {choice:?}: it may be ministack, dynamodb-local or localstack"),
        }
    }

    /// Returns those of one server for everything.
    pub(crate) fn one(endpoint: &str) -> Self {
        Self { dynamodb: endpoint.to_owned(), s3: endpoint.to_owned() }
    }

    /// Returns where a request is meant for, by the header in which DynamoDB is told the operation.
    pub(crate) fn of_target(&self, target: Option<&str>) -> &str {
        if target.is_some_and(|target| target.starts_with("DynamoDB")) { &self.dynamodb } else { &self.s3 }
    }
}

/// Returns where functions are made: neither of the other servers runs any, so a MiniStack does,
/// whatever the functions then ask for their items.
pub(crate) fn of_functions() -> String {
    MiniStack::shared().endpoint()
}

fn given(name: &str) -> String {
    let endpoint = env::var(name).ok().filter(|endpoint| !endpoint.is_empty());
    endpoint.unwrap_or_else(|| panic!("{name} is not set: run these tests by `make e2e SERVER=…`"))
}
