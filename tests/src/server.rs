//! The servers that stand in for AWS.
//!
//! `VOUCHER_TEST_SERVER` chooses. By default, `ministack`, each test process starts its own.
//! `tests/e2e/run` starts one `dynamodb-local` or `localstack` for all tests, at the endpoints in
//! `AWS_ENDPOINT_URL_DYNAMODB` and `AWS_ENDPOINT_URL_S3`.

use crate::endpoints::Endpoints;
use crate::ministack::MiniStack;
use std::env;

const CHOICE: &str = "VOUCHER_TEST_SERVER";

/// Returns the endpoints of the chosen server.
pub(crate) fn chosen() -> Endpoints {
    let choice = env::var(CHOICE).unwrap_or_default();
    match choice.as_str() {
        "" | "ministack" => Endpoints::one(&MiniStack::shared().endpoint()),
        "dynamodb-local" | "localstack" => {
            Endpoints { dynamodb: given("AWS_ENDPOINT_URL_DYNAMODB"), s3: given("AWS_ENDPOINT_URL_S3") }
        }
        _ => panic!("{CHOICE} is {choice:?}: it may be ministack, dynamodb-local or localstack"),
    }
}

/// Returns the endpoint for Lambda functions. Only MiniStack runs them, wherever their table is.
pub(crate) fn of_functions() -> String {
    MiniStack::shared().endpoint()
}

fn given(name: &str) -> String {
    let endpoint = env::var(name).ok().filter(|endpoint| !endpoint.is_empty());
    endpoint.unwrap_or_else(|| panic!("{name} is not set: run these tests by `make e2e SERVER=…`"))
}
