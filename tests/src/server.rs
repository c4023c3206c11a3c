//! The servers that stand in for AWS.
//!
//! `VOUCHER_TEST_SERVER` chooses: each test process starts a `ministack` of its own, which is the
//! default; a `dynamodb-local` or a `localstack` serves the tests of a whole run, is started by
//! `tests/e2e/run`, and is found where `AWS_ENDPOINT_URL_DYNAMODB` and `AWS_ENDPOINT_URL_S3` say.

use crate::endpoints::Endpoints;
use crate::ministack::MiniStack;
use std::env;

const CHOICE: &str = "VOUCHER_TEST_SERVER";

/// Returns the endpoints of the server that the tests are to run against.
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

/// Returns where functions are made: neither of the other servers runs any, so a MiniStack does,
/// whatever the functions then ask for their items.
pub(crate) fn of_functions() -> String {
    MiniStack::shared().endpoint()
}

fn given(name: &str) -> String {
    let endpoint = env::var(name).ok().filter(|endpoint| !endpoint.is_empty());
    endpoint.unwrap_or_else(|| panic!("{name} is not set: run these tests by `make e2e SERVER=…`"))
}
