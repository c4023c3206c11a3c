//! `voucher-api` behind its three doors: the plain listener, the zip behind API Gateway on the
//! local AWS, and the zip's executable under AWS's emulator.

mod question;

mod door;

mod lines;

mod listener;

mod package;

mod function;

mod event;

mod payload_1;

mod gateway;

mod emulator;

mod problem;

pub use door::{Door, INVOCATIONS};
pub use emulator::Emulator;
pub use event::event as api_gateway_event;
pub use function::Function;
pub use gateway::Gateway;
pub use listener::Listener;
pub use problem::{PROBLEM_TYPE, problem_of};
pub use question::Question;

use crate::binary::voucher_api;
use crate::endpoints::Endpoints;
use crate::environment::Environment;
use crate::process::Running;
use crate::server;
use lines::Lines;

/// The program with its own environment, without a way to a real account.
#[derive(Debug, Clone)]
pub struct Api {
    environment: Environment,
}

impl Api {
    /// Returns an API with AWS at these endpoints.
    pub(crate) fn new(endpoints: &Endpoints, table: &str) -> Self {
        Self { environment: Environment::at(endpoints).with("TABLE_NAME", Some(table)) }
    }

    /// Sets a variable of its environment, or with `None` removes it.
    pub fn with(mut self, name: &str, value: Option<&str>) -> Self {
        self.environment = self.environment.with(name, value);
        self
    }

    /// Refreshes the pointer at every request instead of every 30 s.
    pub fn always_fresh(self) -> Self {
        self.with("POINTER_REFRESH_SECONDS", Some("0"))
    }

    /// Gives up early, so that tests of failures are quick.
    pub fn impatient(self) -> Self {
        self.with("DEADLINE_MS", Some("600"))
            .with("DYNAMODB_ATTEMPTS", Some("2"))
            .with("DYNAMODB_ATTEMPT_TIMEOUT_MS", Some("250"))
            .with("DYNAMODB_CONNECT_TIMEOUT_MS", Some("200"))
    }

    /// Waits as long as possible, so that tests pass on a busy machine.
    pub fn patient(self) -> Self {
        self.with("DEADLINE_MS", Some("25000"))
            .with("DYNAMODB_ATTEMPT_TIMEOUT_MS", Some("20000"))
            .with("DYNAMODB_CONNECT_TIMEOUT_MS", Some("20000"))
    }

    /// Starts the plain listener on a free port.
    pub fn listen(&self) -> Listener {
        Listener::start(&self.environment)
    }

    /// Starts the plain listener by a shell that does something `before`: sets a limit, redirects a
    /// stream.
    pub fn listen_after(&self, before: &str) -> Listener {
        Listener::start_after(before, &self.environment)
    }

    /// Makes a function and an HTTP API before it.
    pub fn deploy(&self) -> Function {
        Function::deploy(&server::of_functions(), &self.environment)
    }

    /// Starts the function under AWS's emulator.
    pub fn emulate(&self) -> Emulator {
        Emulator::start(&self.environment)
    }

    /// Opens all doors.
    pub fn doors(&self) -> [Box<dyn Door>; 3] {
        [Box::new(self.listen()), Box::new(self.deploy()), Box::new(self.emulate())]
    }

    /// Starts the program with these arguments.
    pub fn start(&self, arguments: &[&str]) -> Running {
        Running::start(voucher_api(), arguments, &self.environment)
    }
}
