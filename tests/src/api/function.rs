//! The zip as a function of the local AWS, behind an HTTP API of API Gateway.

use super::door::{self, Door};
use super::{Question, package};
use crate::environment::Environment;
use crate::http::{self, Answer, Method};
use crate::s3::Bucket;
use serde_json::{Map, Value, json};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

const FUNCTIONS: &str = "/2015-03-31/functions";
const CODE_BUCKET: &str = "code";
const CODE_KEY: &str = "voucher-api.zip";
/// Deadline for a new function to become active.
const ACTIVE_WITHIN: Duration = Duration::from_secs(30);
/// The function's timeout in seconds.
const TIMEOUT_S: u32 = 30;

/// A function and its HTTP API; dropping it deletes the function.
#[derive(Debug)]
pub struct Function {
    server: String,
    name: String,
    api: String,
}

impl Function {
    pub(super) fn deploy(server: &str, environment: &Environment) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(1);
        let name = format!("voucher-api-{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        upload(server);
        let variables: Map<String, Value> =
            environment.variables().map(|(name, value)| (name.to_owned(), json!(value))).collect();
        let function = json!({
            "FunctionName": name,
            "Runtime": "provided.al2023",
            "Handler": "bootstrap",
            "Role": "arn:aws:iam::000000000000:role/voucher-api",
            "Timeout": TIMEOUT_S,
            "MemorySize": 128,
            "Code": { "S3Bucket": CODE_BUCKET, "S3Key": CODE_KEY },
            "Environment": { "Variables": variables },
        });
        let made = door::call(server, "lambda", Method::POST, FUNCTIONS, &function).json();
        let api = http_api(server, &name, made["FunctionArn"].as_str().expect("a name"));
        let function = Self { server: server.to_owned(), name, api };
        function.wait_until_active();
        function
    }

    /// Invokes the function; returns its result and the end of its log.
    pub fn invoke_with_log(&self, event: &Value) -> (Value, String) {
        use base64::prelude::{BASE64_STANDARD, Engine};
        let (name, value) = http::authorization("lambda");
        let question = Question::post(&format!("{FUNCTIONS}/{}/invocations", self.name), event)
            .header(name, &value)
            .header("x-amz-log-type", "Tail");
        let answer = door::send(&self.server, &question);
        assert_eq!(answer.status, 200, "{answer:?}");
        assert!(!answer.headers.contains_key("x-amz-function-error"), "the function failed: {answer:?}");
        let log = answer.headers.get("x-amz-log-result").map(|log| BASE64_STANDARD.decode(log));
        let log = log.transpose().expect("base 64").unwrap_or_default();
        (answer.json(), String::from_utf8_lossy(&log).into_owned())
    }

    fn wait_until_active(&self) {
        let deadline = Instant::now() + ACTIVE_WITHIN;
        let path = format!("{FUNCTIONS}/{}/configuration", self.name);
        let state = || door::call(&self.server, "lambda", Method::GET, &path, &Value::Null).json();
        while state()["State"] != "Active" {
            assert!(Instant::now() < deadline, "{} does not become active", self.name);
            sleep(Duration::from_millis(20));
        }
    }
}

impl Door for Function {
    fn name(&self) -> &'static str {
        "function behind API Gateway"
    }

    fn ask(&self, question: &Question) -> Answer {
        let prefix = format!("{}/_aws/execute-api/{}/$default", self.server, self.api);
        door::send(&prefix, question)
    }

    fn invoke(&self, event: &Value) -> Value {
        self.invoke_with_log(event).0
    }
}

impl Drop for Function {
    fn drop(&mut self) {
        // This ends its processes. Errors are ignored: a panic while unwinding would abort the test.
        let url = format!("{}{FUNCTIONS}/{}", self.server, self.name);
        let _ = http::send(Method::DELETE, &url, &[http::authorization("lambda")], Vec::new());
    }
}

/// Uploads the zip for all functions, once.
fn upload(server: &str) {
    static UPLOADED: OnceLock<()> = OnceLock::new();
    UPLOADED.get_or_init(|| {
        Bucket::create(server, CODE_BUCKET).put(CODE_KEY, package::zip());
    });
}

/// Makes an HTTP API that passes everything to a function; returns its id.
fn http_api(server: &str, name: &str, function: &str) -> String {
    let make = |path: &str, body: Value| {
        door::call(server, "apigateway", Method::POST, &format!("/v2/apis{path}"), &body).json()
    };
    let api = make("", json!({ "name": name, "protocolType": "HTTP" }));
    let id = api["apiId"].as_str().expect("an id");
    let integration = make(
        &format!("/{id}/integrations"),
        json!({ "integrationType": "AWS_PROXY", "integrationUri": function, "payloadFormatVersion": "2.0" }),
    );
    let target = format!("integrations/{}", integration["integrationId"].as_str().expect("an id"));
    make(&format!("/{id}/routes"), json!({ "routeKey": "$default", "target": target }));
    make(&format!("/{id}/stages"), json!({ "stageName": "$default", "autoDeploy": true }));
    id.to_owned()
}
